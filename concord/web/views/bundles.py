"""The bundle of a case's referral: what each version holds, opened whole; who opened which."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from concord.access.table import Doing
from concord.cases.doorway import Viewer, find
from concord.cases.enclosures import supporting
from concord.documents.bundles import BUNDLE, TITLE, spaced
from concord.documents.forms import referral_of
from concord.documents.opening import SUPPORTING, open_bundle
from concord.rules.words import Act
from concord.web.asking import page, signed_in
from concord.web.handing import hand_out, way_asked_for
from concord.web.views.case import open_to


@signed_in
@require_safe
def bundles(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Every version of a case's bundle, newest first, and who opened which when."""
    look = find(who, reference, Doing.PRINT)
    found = supporting(look.state)
    versions = [
        (bundle, spaced(bundle.digest), found[: bundle.enclosed])
        for bundle in look.case.bundles.select_related("entry__written_by")
    ]
    return page(
        request, "bundles", f"Panel bundle of {look.case.reference}", look=look,
        partnership_name=look.case.partnership.name, versions=versions,
        since=len(look.state.records) - versions[0][0].entry.sequence if versions else 0,
        referral=" or ".join(form.title for form in referral_of(look.state.policy)),
        openings=list(
            look.case.openings.filter(form__in=(BUNDLE, SUPPORTING)).select_related("by")
        ),
        titles={BUNDLE: TITLE}, can_send=any(Act.SUBMIT in acts for _, acts in open_to(look, who)),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest, who: Viewer, reference: str, version: int) -> HttpResponse:
    """One version as a file. Asked for by POST, because the opening is written down."""
    look = find(who, reference, Doing.PRINT)
    if request.method != "POST":
        return redirect("bundles", reference=look.case.reference)
    written_as = way_asked_for(request)
    return hand_out(request, look, lambda: open_bundle(look, who, version, written_as))

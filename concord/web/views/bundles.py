"""The bundle of a case's referral: what each version holds, opened whole; who opened which."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from concord.cases.doorway import NotFound, Viewer, find
from concord.cases.enclosures import supporting
from concord.documents.bundles import BUNDLE, spaced
from concord.documents.opening import WrittenAs, open_bundle
from concord.web.asking import page, signed_in


@signed_in
@require_safe
def bundles(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Every version of a case's bundle, newest first, and who opened which when."""
    look = find(who, reference)
    found = supporting(look.state)
    versions = [
        (bundle, spaced(bundle.digest), found[: bundle.enclosed])
        for bundle in look.case.bundles.select_related("entry__written_by")
    ]
    return page(
        request, "bundles", f"Panel bundle of {look.case.reference}", look=look,
        partnership_name=look.case.partnership.name, versions=versions,
        since=len(look.state.records) - versions[0][0].entry.sequence if versions else 0,
        openings=list(look.case.openings.filter(form=BUNDLE).select_related("by")),
    )  # fmt: skip


@signed_in
@require_POST
def opening(request: HttpRequest, who: Viewer, reference: str, version: int) -> HttpResponse:
    """One version as a file. Asked for by POST, because the opening is written down."""
    look = find(who, reference)
    try:
        written_as = WrittenAs(request.POST.get("as", ""))
    except ValueError:
        raise NotFound(BUNDLE) from None
    file = open_bundle(look, who, version, written_as)
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["Cache-Control"] = "no-store"
    return response

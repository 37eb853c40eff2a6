"""The forms of a case: what each holds, what is missing; each as Word or PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from concord.access.table import Doing, Held
from concord.cases.doorway import Look, NotFound, Viewer, find
from concord.documents.bundles import BUNDLE, TITLE
from concord.documents.forms import ready_forms
from concord.documents.opening import open_document
from concord.documents.word_templates.copies import layouts
from concord.rules.words import Act
from concord.web.asking import page, signed_in
from concord.web.forms.acts import FORMS
from concord.web.handing import hand_out, way_asked_for
from concord.web.presenting import ACTS
from concord.web.views.case import open_to


@signed_in
@require_safe
def forms(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Every form of a case, the versions that were sent, and who opened what."""
    look = find(who, reference, Doing.PRINT)
    policy = look.state.policy
    ready = ready_forms(look, who.at)
    return page(
        request, "forms", f"Forms of {look.case.reference}", look=look,
        partnership_name=look.case.partnership.name, ready=ready,
        required={form.form for form in policy.forms}, words=ACTS,
        titles={BUNDLE: TITLE, **{each.form.form: each.form.title for each in ready}},
        may={act for _, acts in open_to(look, who) for act in acts if act in FORMS},
        can_send=any(Act.SUBMIT in acts for _, acts in open_to(look, who)),
        sent=list(look.case.sent_versions.select_related("entry__written_by", "template").defer(
                "template__content"
            )
        ),
        openings=list(
            look.case.openings.select_related("by", "template").defer("template__content")[:50]
        ),
        layouts=layouts(look.case.partnership, look.state.policy.forms),
        layouts_of=look.case.partnership.slug if _keeps_templates(who, look) else "",
    )  # fmt: skip


def _keeps_templates(who: Viewer, look: Look) -> bool:
    where = look.case.partnership.slug
    return Held("business_manager", "", where) in who.held


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest, who: Viewer, reference: str, form: str) -> HttpResponse:
    """One form as a file. Asked for by POST, because the opening is written down."""
    look = find(who, reference, Doing.PRINT)
    if request.method != "POST":
        return redirect("forms", reference=look.case.reference)
    written_as = way_asked_for(request)
    asked = request.POST.get("version", "")
    if asked and not (asked.isascii() and asked.isdecimal() and len(asked) < 7):
        raise NotFound(form)
    version = int(asked) if asked else None
    return hand_out(request, look, lambda: open_document(look, who, form, written_as, version))

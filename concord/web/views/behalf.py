"""A concern raised on behalf of an agency that is not on Concord, by the business manager."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.cases import drafts
from concord.cases.doorway import Viewer
from concord.cases.drafts import Place
from concord.web.asking import page, signed_in
from concord.web.forms.behalf import RaisingFor
from concord.web.keeping import opened
from concord.web.raiser import agencies_served


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Whose concern it is; then the same questions as for anybody."""
    agencies = agencies_served(who)
    tab = opened(request, Place(who.person, None, "raise-for"), who.at)
    form = RaisingFor(tab.posted)
    form.offer((each.slug, each.name) for each in agencies)
    if request.method == "POST" and form.is_valid():
        draft = drafts.begin_raising(who.user, who.at, {"behalf": form.typed()})
        return redirect("raise-step", token=draft.token, step="risk")
    return page(
        request, "raise_for", "Raise a concern on behalf of another agency", form=form, tab=tab,
        status=422 if form.errors else 200,
    )  # fmt: skip

"""Find a case: by its reference, or by a child's name and date of birth, in one's own scope.

By POST, so that no name stands in an address or a log.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.access.table import Doing
from concord.cases.doorway import NotFound, Viewer, about_child, find
from concord.cases.drafts import Place
from concord.cases.emergencies import where_open
from concord.web.asking import page, signed_in
from concord.web.forms.start import Finding
from concord.web.keeping import opened
from concord.web.presenting import standing_words


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Ask, and go there; or show what was found."""
    tab = opened(request, Place(who.person, None, "find"), who.at)
    form = Finding(tab.posted)
    found = None
    if request.method == "POST" and form.is_valid():
        reference = form.cleaned_data["reference"]
        if reference:
            try:
                look = find(who, reference, Doing.SEE_CASE)
                return redirect("case", reference=look.case.reference)
            except NotFound:
                form.add_error("reference", "No case with this reference is open to you")
        else:
            name, born = form.cleaned_data["name"], form.cleaned_data["born"]
            found = about_child(who, name, born)
            tab.served()
    return page(
        request, "find", "Find a case", form=form, tab=tab, found=found,
        standing=standing_words,
        may_open_in_emergency=bool(where_open(who)),
        status=422 if form.errors else 200,
    )  # fmt: skip

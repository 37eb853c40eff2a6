"""People who came for the first time: their agency says whether it knows them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from concord.cases.doorway import Viewer, cases_for, listed
from concord.cases.drafts import Place
from concord.cases.models import Case
from concord.cases.same_child import same_child
from concord.directory.arrivals import may_confirm, say
from concord.directory.models import Newcomer
from concord.notifications.newcomers import tell_of_unknown
from concord.web.asking import page, signed_in
from concord.web.errors import no_longer, not_found
from concord.web.forms.first_time import Confirming
from concord.web.keeping import opened
from concord.web.sending import taken


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def newcomer(request: HttpRequest, who: Viewer, number: int) -> HttpResponse:
    """Who came, what they raised, and whether the agency knows them."""
    found = may_confirm(who.user, number, who.at)
    if found is None:
        return not_found(request)
    if request.method == "POST" and found.known is not None:
        return _answered(request, found)
    tab = opened(request, Place(who.person, None, f"newcomers/{number}"), who.at)
    form = Confirming(tab.posted)
    if request.method == "POST" and form.is_valid():
        is_known = form.cleaned_data["known"] == "yes"
        if not say(found, is_known, who.user, who.at, form.cleaned_data["note"]):
            return _answered(request, found)
        if is_known:
            return redirect("work")
        tell_of_unknown(found, who.at)
        taken(request)
        return _unknown(request, found)
    raised = cases_for(who).filter(brought__user=found.post.user)
    cases = listed(who, raised.order_by("-opened")[:20])
    return page(
        request, "newcomer", "Do you know this person?", tab=tab, form=form, newcomer=found,
        cases=cases, others=_others(who, found, cases),
        partnership_name=found.post.partnership.name, status=422 if form.errors else 200,
    )  # fmt: skip


def _others(who: Viewer, found: Newcomer, cases: list[Case]) -> tuple[Case, ...]:
    """What else the agency has open about the same child, of what this viewer may open.

    It is told here and not to the newcomer, who may not learn before they are confirmed that
    there is a case; whoever confirms them tells them.
    """
    assert found.post.agency is not None
    children = [
        (child.name, child.born)
        for case in cases
        if case.summary.status == "open"
        for child in case.children.all()
    ]
    raised = [case.pk for case in cases]
    return same_child(who, found.post.agency.slug, children, raised).shown


def _answered(request: HttpRequest, found: Newcomer) -> HttpResponse:
    return no_longer(
        request, "Somebody has answered meanwhile",
        "Whether they are known is answered once. If the answer is wrong, tell the business unit "
        "of your area.",
        back=reverse("newcomer", args=[found.pk]), back_words="See what was answered",
    )  # fmt: skip


def _unknown(request: HttpRequest, found: Newcomer) -> HttpResponse:
    partnership = found.post.partnership
    unit = partnership.business_unit or "the business unit"
    ways = (partnership.business_unit_telephone, partnership.business_unit_email)
    contact = ", ".join(way for way in ways if way)
    return page(
        request, "message", "Their access has ended", partnership_name=partnership.name,
        lines=[
            "The concern stays open and is marked: it may still be true. What they owed in it "
            "has come to the next tier of your agency. Read it, and act for the child.",
            f"The business manager is told now. Ring {unit} too{f': {contact}' if contact else ''}"
            ". Somebody may be using an address of your agency.",
        ],
    )  # fmt: skip

"""Calling back what was sent wrongly; the breach that it was, and what was done about it."""

from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from concord.access.table import Doing, reviews_looks
from concord.cases.calling_back import (
    Breach,
    NotCalledBack,
    Recipient,
    answer_breach,
    breach_of,
    breaches,
    call_back,
    everybody,
    may_withdraw_whole,
    recipients,
    restore,
)
from concord.cases.doorway import Look, NotFound, Viewer, find
from concord.cases.drafts import Place
from concord.cases.emergencies import reviewed_by
from concord.notifications.breaches import (
    looked_at,
    tell_of_breach,
    was_told,
    withdraw_notices,
)
from concord.rules.dates import moment
from concord.web.asking import page, signed_in
from concord.web.errors import no_longer
from concord.web.forms.calling_back import CallingBack, Done
from concord.web.keeping import opened
from concord.web.paging import part_of

CHECKED = "checked"
"""Said of what was sent: it is complete, so name and agency are asked about before it is done."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def calling_back(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """From whom, and why; then, once name and agency are confirmed, it is called back."""
    look = find(who, reference, Doing.CALL_BACK)
    every = recipients(look, who)
    if may_withdraw_whole(look, who):
        every.append(everybody(look))
    tab = opened(request, Place(who.person, look.case.pk, "call-back"), who.at)
    form = CallingBack(tab.posted, to=[(each.label, _words(look, each)) for each in every])
    chosen = None
    if (request.method == "POST" or tab.said.get(CHECKED)) and form.is_valid():
        label = form.cleaned_data["recipient"]
        chosen = next(each for each in every if each.label == label)
        # who is confirmed is who the button named, whatever was chosen below it since
        named = request.POST.get("named", label) == label
        if request.POST.get("action") == "call" and named:
            try:
                return _called(who, look, chosen, form.cleaned_data["why"])
            except NotCalledBack as error:
                return no_longer(request, "It was not called back", str(error))
    return page(
        request, "call_back", "Call back what was sent wrongly", tab=tab, form=form, look=look,
        said={CHECKED: chosen is not None}, chosen=chosen,
        looked=looked_at(look, chosen) if chosen else "", none=not every,
        partnership_name=look.case.partnership.name, status=422 if form.errors else 200,
    )  # fmt: skip


def _words(look: Look, each: Recipient) -> str:
    return (
        f"{each.name}, {each.agency}: {each.what}, since {moment(each.since)}. "
        f"{looked_at(look, each)}."
    )


def _called(who: Viewer, look: Look, chosen: Recipient, why: str) -> HttpResponse:
    with transaction.atomic():
        line = call_back(look, who, chosen, why, looked_at(look, chosen))
        withdraw_notices(look, line)
        tell_of_breach(look, line)
    return redirect("breach", number=line.pk)


@dataclass(frozen=True, slots=True)
class Row:
    """A breach as a page shows it."""

    breach: Breach
    at: str
    until: str
    late: bool
    answers: list[tuple[str, str, str]]


def row_of(each: Breach, who: Viewer) -> Row:
    """A breach as this viewer sees it, with how its 72 hours stand."""
    return Row(
        each, moment(each.at), moment(each.until), each.is_late(who.at),
        [(moment(at), by, words) for at, by, words in each.answers],
    )  # fmt: skip


def waiting(who: Viewer) -> list[Row]:
    """The breaches of which nothing was said yet, in the viewer's partnerships; for My work."""
    places = reviewed_by(who)
    found = breaches(partnership__in=places) if places else []
    return [row_of(e, who) for e in reversed(found) if not e.answers and not e.restored]


@signed_in
@require_safe
def listed(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Every breach of the viewer's partnerships, the latest first."""
    places = reviewed_by(who)
    if not places:
        raise NotFound("breaches")
    found = part_of(breaches(partnership__in=places), request.GET)
    return page(
        request, "breaches", "What was sent wrongly",
        found=replace(found, rows=[row_of(each, who) for each in found.rows]),
        partnership_name=", ".join(each.name for each in places),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def breach(request: HttpRequest, who: Viewer, number: int) -> HttpResponse:
    """One breach: the 72 hours, what was done; for the business manager, to give access back."""
    line = breach_of(number)
    place = line.case.partnership
    reviews = place.slug in reviews_looks(who.held)
    if not reviews and line.by_id != who.person and not was_told(number, who.user):
        raise NotFound(str(number))
    tab = opened(request, Place(who.person, None, f"breaches/{number}"), who.at)
    may_restore = any(
        post.role == "business_manager" and not post.agency and post.partnership == place.slug
        for post in who.held
    )
    if request.method == "POST" and request.POST.get("action") == "restore" and may_restore:
        try:
            restore(line, who)
        except IntegrityError:
            return no_longer(request, "The access was given back already", "See the breach.")
        return redirect("breach", number=number)
    form = Done(tab.posted)
    if request.method == "POST" and reviews and form.is_valid():
        answer_breach(line, who, form.cleaned_data["words"])
        return redirect("breach", number=number)
    if request.method == "POST" and not reviews:
        raise NotFound(str(number))
    [found] = breaches(pk=number)
    return page(
        request, "breach", f"Sent wrongly: case {found.reference}", tab=tab, form=form,
        row=row_of(found, who), reviews=reviews, may_restore=may_restore,
        partnership_name=place.name, status=422 if form.errors else 200,
    )  # fmt: skip

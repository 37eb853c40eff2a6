"""How long cases are kept: what is due, what a person must say, and disposal by two people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concord.cases import retaining
from concord.cases.doorway import Viewer
from concord.cases.drafts import Place
from concord.cases.models import Registered
from concord.cases.retaining import (
    Kept,
    Line,
    NotDone,
    kept,
    schedule_for,
    still_open,
    to_look_at,
)
from concord.directory.models import Partnership
from concord.notifications.disposals import tell_of_proposal
from concord.retention.disposing import approve as dispose
from concord.retention.disposing import must_be_free
from concord.retention.tombstones import Tombstone, tombstone_of, tombstones
from concord.rules.clock import LONDON
from concord.rules.dates import day, moment
from concord.rules.retention import Missing, Standing
from concord.rules.words import Status
from concord.web.asking import page, signed_in
from concord.web.disposed import rows_of
from concord.web.errors import no_longer
from concord.web.forms.base import PlainForm
from concord.web.forms.retention import Holding, Lifting, Proposing, Telling, TurningDown
from concord.web.keeping import opened
from concord.web.paging import part_of

TAGS = {
    Standing.HELD: ("Legal hold", "govuk-tag--red"),
    Standing.OPEN: ("Not closed", "govuk-tag--grey"),
    Standing.PERSON: ("A person must say", "govuk-tag--yellow"),
    Standing.KEPT: ("Kept", "govuk-tag--green"),
    Standing.DUE: ("Due for disposal", "govuk-tag--light-blue"),
}
HEADLINES = {
    Registered.Kind.HELD: "A legal hold was placed",
    Registered.Kind.LIFTED: "A legal hold was lifted",
    Registered.Kind.TOLD: "Something was said that was not known",
    Registered.Kind.PROPOSED: "Disposal was proposed",
    Registered.Kind.TURNED_DOWN: "Disposal was turned down",
}
SAID = {
    "looked_after": "Ever looked after", "school_file": "Part of a school's file",
    "born": "Date of birth", "until": "Kept until", "review": "The hold is looked at again",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A case as the list shows it."""

    reference: str
    closed: str
    until: str
    why: str
    tag: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the register as a page shows it."""

    headline: str
    at: str
    who: str
    why: str
    facts: tuple[tuple[str, str], ...]


def _row(found: Kept) -> Row:
    verdict = found.verdict
    until = day(verdict.until) if verdict.until else "Not known"
    return Row(
        found.case.reference, day(found.closed) if found.closed else "Not closed", until,
        _why(found), TAGS[verdict.standing],
    )  # fmt: skip


def _why(found: Kept) -> str:
    """Why a case stands as it does, in a sentence."""
    verdict = found.verdict
    match verdict.standing:
        case Standing.HELD:
            return f"{len(found.holds)} legal hold{'' if len(found.holds) == 1 else 's'} in force."
        case Standing.PERSON:
            return f"It is not known {_and(verdict.missing)}."
        case Standing.OPEN:
            return "The time counts once it is closed, with nothing left to be done."
        case _:
            return f"{verdict.longest.title}." if verdict.longest else ""


def _and(missing: tuple[Missing, ...]) -> str:
    return ", nor ".join(missing)


def _told(line: Line) -> Told:
    facts = tuple(
        (words, _said(line.said[name])) for name, words in SAID.items() if line.said.get(name)
    )
    return Told(
        HEADLINES[Registered.Kind(line.kind)], moment(line.at), line.who, line.said["why"], facts
    )


def _said(value: str) -> str:
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return {"yes": "Yes", "no": "No"}.get(value, value)


@signed_in
@require_safe
def listed(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """What waits for a second person, is due, needs a person, is held; what was disposed of."""
    place = Partnership.objects.get(slug=slug)
    every = kept(to_look_at(place), who.at)
    proposed = [each for each in every if each.proposal is not None]
    standing = {which: [e for e in every if e.verdict.standing is which and e.proposal is None]
                for which in Standing}  # fmt: skip
    standing[Standing.KEPT].sort(key=lambda each: each.verdict.until or date.max)
    unfinished = [each for each in standing[Standing.OPEN] if not _is_open(each)]
    lists = [
        ("proposed", "Proposed, and a second person is asked", proposed),
        ("due", "Due for disposal", standing[Standing.DUE]),
        ("person", "A person must say", standing[Standing.PERSON]),
        ("held", "Under a legal hold", standing[Standing.HELD]),
        ("kept", "Kept, what falls due first on top", standing[Standing.KEPT]),
    ]
    parts = [
        (caption, part_of([_row(each) for each in found], request.GET, name))
        for name, caption, found in lists
    ]
    for _, part in parts:
        who.looks.list(_numbers(every, part.rows))
    return page(
        request, "retention", "How long cases are kept", place=place, parts=parts,
        open_cases=still_open(place), unfinished=len(unfinished),
        disposed=part_of(tombstones(place), request.GET, "disposed"),
        schedule=schedule_for(place.policy_id, who.at),
        partnership_name=place.name,
    )  # fmt: skip


def _is_open(found: Kept) -> bool:
    return found.case.summary.status == Status.OPEN


def _numbers(every: list[Kept], rows: list[Row]) -> list[int]:
    shown = {row.reference for row in rows}
    return [each.case.pk for each in every if each.case.reference in shown]


@signed_in
@require_safe
def one(request: HttpRequest, who: Viewer, slug: str, reference: str) -> HttpResponse:
    """How long one case is kept, why, what was said of it, and what can be done."""
    stone = _stone(slug, reference)
    if stone is not None:
        return page(
            request, "tombstone", f"Case {stone.reference} was disposed of", rows=rows_of(stone),
            partnership_name=Partnership.objects.get(slug=slug).name,
        )  # fmt: skip
    found = _found(who, slug, reference)
    why_not = ""
    if found.proposal is not None:
        try:
            must_be_free(who, found)
        except NotDone as error:
            why_not = str(error)
    return page(
        request, "retention_case", f"How long case {found.case.reference} is kept",
        found=found, row=_row(found), verdict=found.verdict, why_not=why_not,
        holds=[(each.number, _told(each)) for each in found.holds],
        proposal=_told(found.proposal) if found.proposal else None,
        is_due=found.verdict.standing is Standing.DUE, missing=_and(found.verdict.missing),
        lines=[_told(each) for each in reversed(found.lines)],
        schedule=schedule_for(found.case.policy_id, who.at),
        partnership_name=found.case.partnership.name,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is asked about how long a case is kept, and written down."""

    what: str
    """Under which name what is typed is kept."""
    title: str
    intro: str
    form: Callable[[Mapping[str, Any] | None], PlainForm]
    does: Callable[[PlainForm], object]
    """Writes it down, from a form without mistakes. Raises NotDone."""


def _step(asks: Callable[..., Step]) -> Callable[..., HttpResponseBase]:
    """The page of a step: its form, and what it does with that. `asks` is given the viewer and the
    case.
    """

    @signed_in
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(asks)
    def asked(
        request: HttpRequest, who: Viewer, slug: str, reference: str, **more: int
    ) -> HttpResponse:
        found = _found(who, slug, reference)
        step = asks(who, found, **more)
        reference = found.case.reference
        tab = opened(request, Place(who.person, None, f"retention/{reference}/{step.what}"), who.at)
        form = step.form(tab.posted)
        if request.method == "POST" and form.is_valid():
            try:
                step.does(form)
            except NotDone as error:
                form.add_error(None, str(error))
            else:
                return redirect("retention-case", slug=slug, reference=reference)
        return page(
            request, "retention_step", step.title, tab=tab, form=form, intro=step.intro,
            found=found, back=_address(found), partnership_name=found.case.partnership.name,
            status=422 if form.errors else 200,
        )  # fmt: skip

    return asked


@_step
def hold(who: Viewer, found: Kept) -> Step:
    """Place a legal hold."""
    return Step(
        "hold", "Place a legal hold",
        "While a legal hold stands, nobody disposes of this case, however long it has been kept.",
        lambda data: Holding(data, today=_today(who)),
        lambda form: retaining.place_hold(
            who, found, form.cleaned_data["why"], form.cleaned_data["review"]
        ),
    )  # fmt: skip


@_step
def lift(who: Viewer, found: Kept, number: int) -> Step:
    """Lift a legal hold."""
    return Step(
        f"lift/{number}", "Lift a legal hold",
        "The case falls due again by its class. Ask whoever asked for the hold first.",
        Lifting, lambda form: retaining.lift_hold(who, found, number, form.cleaned_data["why"]),
    )  # fmt: skip


@_step
def tell(who: Viewer, found: Kept) -> Step:
    """Say what is not known."""
    missing = _and(found.verdict.missing)
    intro = f"It is not known {missing}." if missing else "Nothing is missing to say how long."
    return Step(
        "say", "Say what is not known",
        f"{intro} What is said here stands in the register, under your name. What is said later "
        "stands in its place.",
        lambda data: Telling(data, today=_today(who)),
        lambda form: retaining.tell(who, found, _said_in(form), form.cleaned_data["why"]),
    )  # fmt: skip


def _today(who: Viewer) -> date:
    return who.at.astimezone(LONDON).date()


def _said_in(form: PlainForm) -> dict[str, str]:
    assert isinstance(form, Telling)
    return form.said()


@_step
def propose(who: Viewer, found: Kept) -> Step:
    """Propose to dispose of a case that is due."""
    return Step(
        "propose", "Propose to dispose of this case",
        "A second person approves it. Then everything that the case says is destroyed, in backups "
        "too, and cannot be got back by anybody. A few dates stay.",
        Proposing, lambda form: _propose(who, found, form.cleaned_data["why"]),
    )  # fmt: skip


def _propose(who: Viewer, found: Kept, why: str) -> None:
    with transaction.atomic():
        tell_of_proposal(retaining.propose(who, found, why))


@_step
def turn_down(who: Viewer, found: Kept) -> Step:
    """Turn a proposal down, or take one's own back."""
    return Step(
        "turn-down", "Turn the proposal down",
        "The case stays. It can be proposed again.",
        TurningDown, lambda form: retaining.turn_down(who, found, form.cleaned_data["why"]),
    )  # fmt: skip


@signed_in
@require_POST
def approve(request: HttpRequest, who: Viewer, slug: str, reference: str) -> HttpResponse:
    """Dispose of a case that another person has proposed."""
    if _stone(slug, reference) is None:
        found = _found(who, slug, reference)
        try:
            dispose(who, found)
        except NotDone as error:
            return no_longer(
                request, "This case was not disposed of", str(error),
                back=_address(found), back_words="How long this case is kept",
            )  # fmt: skip
    return redirect("retention-case", slug=slug, reference=reference.strip().upper())


def _address(found: Kept) -> str:
    return reverse("retention-case", args=[found.case.partnership.slug, found.case.reference])


def _found(who: Viewer, slug: str, reference: str) -> Kept:
    """A case of a partnership whose cases the viewer looks after. Raises NotFound."""
    found = retaining.one(Partnership.objects.get(slug=slug), reference, who.at)
    who.looks.list([found.case.pk])
    return found


def _stone(slug: str, reference: str) -> Tombstone | None:
    """What is left of a case of this partnership that was disposed of."""
    stone = tombstone_of(reference)
    if stone is None:
        return None
    of = Registered.objects.filter(
        kind=Registered.Kind.DISPOSED, case__reference=stone.reference, partnership__slug=slug
    )
    return stone if of.exists() else None

"""How long each case is kept, from what is known of it; holds, and what people have said of it.

What is said is a line of the partnership's register: added, never changed, sealed and verified with
the cases. Who disposes of a case, and how, is `concord.retention`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from concord.cases.doorway import NotFound, Viewer
from concord.cases.emergencies import described
from concord.cases.models import Case, Entry, Registered, as_kept
from concord.cases.register import says, write
from concord.directory.kinds import Kind as AgencyKind
from concord.directory.models import Partnership, Post
from concord.policies.retention import Schedule, in_force
from concord.rules.clock import LONDON
from concord.rules.retention import Known, Standing, Verdict, judge
from concord.rules.words import ChildStatus, Status

SCHOOLS = frozenset({AgencyKind.SCHOOL, AgencyKind.EARLY_YEARS})
"""The kinds of agencies that keep a child protection file on each pupil."""
IN_CARE = (ChildStatus.LOOKED_AFTER, ChildStatus.CARE_LEAVER)
LINES = (
    Registered.Kind.HELD, Registered.Kind.LIFTED, Registered.Kind.TOLD, Registered.Kind.PROPOSED,
    Registered.Kind.TURNED_DOWN,
)  # fmt: skip


class NotDone(Exception):
    """It cannot be done like this, or not now; says why, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register about how long a case is kept, with what was answered to it."""

    number: int
    kind: str
    person: int
    at: datetime
    said: Mapping[str, str]
    answer: "Line | None" = None

    @property
    def who(self) -> str:
        """Who said it: name, post and agency, as the directory then had them."""
        return self.said["who"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A case, and how long it is kept."""

    case: Case
    known: Known
    verdict: Verdict
    lines: tuple[Line, ...]
    schedule: str
    """The version of the schedule by which the verdict is."""

    @property
    def holds(self) -> tuple[Line, ...]:
        """The legal holds that stand."""
        return _holds(self.lines)

    @property
    def proposal(self) -> Line | None:
        """The proposal to dispose of it that waits for a second person."""
        waiting = [each for each in self.lines if each.kind == Registered.Kind.PROPOSED]
        return waiting[-1] if waiting and waiting[-1].answer is None else None

    @property
    def closed(self) -> date | None:
        """When it was closed."""
        return self.known.closed


def schedule_for(policy_id: str, at: datetime) -> Schedule:
    """The schedule in force for a partnership (by its policy) at a moment (aware).

    Raises PolicyMistakes where a schedule of this instance cannot be used.
    """
    return in_force(settings.CONCORD_RETENTION, policy_id, at.astimezone(LONDON).date())


def cases_of(partnership: Partnership) -> QuerySet[Case]:
    """The cases of a partnership that are here, with what is needed to say how long each is."""
    last = Entry.objects.filter(case=OuterRef("pk"), sequence=OuterRef("last_sequence"))
    return (
        Case.objects.filter(partnership=partnership, disposed=None)
        .select_related("partnership", "summary")
        .prefetch_related("children", "parties__agency")
        .annotate(last_at=Subquery(last.values("at")[:1]))
        .order_by("opened", "id")
    )


def to_look_at(partnership: Partnership) -> QuerySet[Case]:
    """Those of which there is something to say: they have ended, or a legal hold was placed."""
    wanted = ~Q(summary__status=Status.OPEN) | Q(register__kind=Registered.Kind.HELD)
    return cases_of(partnership).filter(wanted).distinct()


def still_open(partnership: Partnership) -> int:
    """How many cases of a partnership have not ended."""
    found = Case.objects.filter(partnership=partnership, disposed=None)
    return found.filter(summary__status=Status.OPEN).count()


def kept(cases: Iterable[Case], at: datetime) -> list[Kept]:
    """How long each of these cases (of `cases_of`) is kept, as it stands at a moment (aware)."""
    every = list(cases)
    lines = _lines(every)
    return [_kept(case, lines.get(case.pk, ()), at) for case in every]


def one(partnership: Partnership, reference: str, at: datetime) -> Kept:
    """The same for one case of a partnership. Raises NotFound."""
    case = cases_of(partnership).filter(reference=as_kept(reference)).first()
    if case is None:
        raise NotFound(reference)
    return kept([case], at)[0]


def _kept(case: Case, lines: tuple[Line, ...], at: datetime) -> Kept:
    told = [each.said for each in lines if each.kind == Registered.Kind.TOLD]
    schedule = schedule_for(case.policy_id, at)
    summary = getattr(case, "summary", None)
    known = Known(
        closed=_closed(case) if summary is not None else None,
        born=_born(case, _last(told, "born")),
        looked_after=_yes(_last(told, "looked_after"), _in_care(case)),
        school_file=_yes(_last(told, "school_file"), _has_school(case)),
        local_years=schedule.local_years(case.policy_id),
        keep_until=_day(_last(told, "until")),
        holds=len(_holds(lines)),
    )
    today = at.astimezone(LONDON).date()
    return Kept(case, known, judge(schedule.classes, known, today), lines, schedule.file.version)


def _holds(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(e for e in lines if e.kind == Registered.Kind.HELD and e.answer is None)


def _closed(case: Case) -> date | None:
    """When the last was written of it, once it has ended and nothing of it is left to be done."""
    summary = case.summary
    if summary.ended is None or summary.open_actions or summary.open_checks:
        return None
    last: datetime = getattr(case, "last_at", None) or summary.ended
    return max(summary.ended, last).astimezone(LONDON).date()


def _born(case: Case, said: str) -> tuple[date | None, ...]:
    """A date that was still to come is one that was expected: nobody has said it since."""
    opened, told = case.opened.astimezone(LONDON).date(), _day(said)
    said_then = [each.born for each in case.children.all()]
    return tuple(day if day and day <= opened else told for day in said_then) or (told,)


def _in_care(case: Case) -> bool | None:
    """True if the concern said so; else nobody knows whether the child ever was."""
    said = case.facts.get("child_status", ())
    return True if any(each in said for each in IN_CARE) else None


def _has_school(case: Case) -> bool:
    return any(party.agency.kind in SCHOOLS for party in case.parties.all())


def _last(told: Sequence[Mapping[str, str]], name: str) -> str:
    """What was said last of something; what is left empty is not said."""
    return next((each[name] for each in reversed(told) if each.get(name)), "")


def _yes(said: str, otherwise: bool | None) -> bool | None:
    return {"yes": True, "no": False}.get(said, otherwise)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _lines(cases: Sequence[Case]) -> dict[int, tuple[Line, ...]]:
    rows = Registered.objects.filter(case__in=[case.pk for case in cases], kind__in=LINES)
    found: dict[int, list[Line]] = defaultdict(list)
    answers: dict[int, Line] = {}
    every = list(rows.select_related("case", "partnership").order_by("sequence"))
    for row in every:
        line = Line(row.pk, row.kind, row.by_id, row.at, says(row))
        if row.about_id is not None:
            answers[row.about_id] = line
    for row in every:
        line = Line(row.pk, row.kind, row.by_id, row.at, says(row), answers.get(row.pk))
        found[row.case_id].append(line)
    return {case: tuple(each) for case, each in found.items()}


def by_name(who: Viewer, partnership: Partnership) -> str:
    """Who acts: name, post and partnership."""
    post = (
        Post.objects.filter(user=who.user, partnership=partnership, agency=None)
        .select_related("agency", "partnership")
        .first()
    )
    return described(who.user.name, post) if post else who.user.name


def place_hold(who: Viewer, found: Kept, why: str, review: date) -> None:
    """Place a legal hold: the case is not disposed of while it stands. `review`: when to ask
    whether it is still needed.
    """
    _write(who, found, Registered.Kind.HELD, {"why": why, "review": review.isoformat()})


def lift_hold(who: Viewer, found: Kept, number: int, why: str) -> None:
    """Lift a legal hold. Raises NotFound, NotDone."""
    if all(each.number != number for each in found.holds):
        raise NotFound(str(number))
    _write(who, found, Registered.Kind.LIFTED, {"why": why}, about=number)


def tell(who: Viewer, found: Kept, said: Mapping[str, str], why: str) -> None:
    """Say what was not known: `born` (ISO 8601), `looked_after`, `school_file` ("yes", "no"),
    `until`, a day before which it is kept anyhow.
    """
    _write(who, found, Registered.Kind.TOLD, {**said, "why": why})


def propose(who: Viewer, found: Kept, why: str) -> Registered:
    """Propose to dispose of a case: the line of it. Raises NotDone where it is not due, or is
    proposed already.
    """
    if found.proposal is not None:
        raise NotDone("It is proposed already. A second person approves it, or turns it down.")
    must_be_due(found)
    until = found.verdict.until
    return _write(
        who,
        found,
        Registered.Kind.PROPOSED,
        {"why": why, "due": until.isoformat() if until else ""},
    )


def turn_down(who: Viewer, found: Kept, why: str) -> None:
    """Turn a proposal down, or take one's own back. Raises NotDone."""
    if found.proposal is None:
        raise NotDone("No proposal waits here.")
    _write(who, found, Registered.Kind.TURNED_DOWN, {"why": why}, about=found.proposal.number)


WHY_NOT = {
    Standing.HELD: "A legal hold stands. It is lifted first, by whoever answers for it.",
    Standing.OPEN: "The case is not closed: it is open, or an agreed action or a check is.",
    Standing.PERSON: "Something is not known that could keep it longer. Say it first.",
    Standing.KEPT: "It is not due yet.",
}


def must_be_due(found: Kept) -> None:
    """Raises NotDone where a case is not due for disposal."""
    why = WHY_NOT.get(found.verdict.standing)
    if why is not None:
        raise NotDone(why)


def _write(
    who: Viewer, found: Kept, kind: Registered.Kind, said: Mapping[str, str], about: int = 0
) -> Registered:
    place = found.case.partnership
    try:
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=found.case.pk)
            if case.disposed is not None:
                raise NotDone("The case was disposed of meanwhile.")
            return write(
                kind, found.case, who.user, who.at, {"who": by_name(who, place), **said},
                about=Registered.objects.get(pk=about) if about else None,
                once=f"{kind}:{about}" if about else "",
            )  # fmt: skip
    except IntegrityError as error:
        raise NotDone("Somebody has said so meanwhile. What they said stands.") from error

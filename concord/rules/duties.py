"""What is owed: from the state and the time now, who owes what by when, under which clause.

A duty is met when the thing happened, not when it was typed in. Nothing is counted down:
every date follows from the records each time it is asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from concord.rules.clock import due as due_of
from concord.rules.clock import earlier, is_late, latest_instant
from concord.rules.parts import AgreedAction, Visit
from concord.rules.policy import Doing, DutyRule, LimitRule, Start
from concord.rules.record import Record
from concord.rules.state import (
    LEFT_OPEN,
    SPOKEN,
    CaseState,
    holds_since,
    stage_limit_id,
)
from concord.rules.who import EITHER_SIDE, Seat, Who, expand, sits
from concord.rules.words import Act, DutyState, Status

Due = date | datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty of one case at one moment.

    `owner` is the actor who owes it; None where anyone of either side may meet it. `since` is
    aware; `due` is a date (by the end of that day), an aware instant, or None (no time is
    given). `met_by` is the number of the record that met it.
    """

    rule: str
    clause: str
    owner: Who | None
    what: str
    since: datetime
    due: Due | None
    state: DutyState
    met: datetime | None = None
    met_by: int | None = None
    first: bool = False
    stage: str = ""
    limit: bool = False
    action: int | None = None
    clock: datetime | None = None
    shortened: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.met is None


def owed(state: CaseState, at: datetime) -> tuple[Owed, ...]:
    """Every duty that has started, met ones included; what is open and presses most, first.

    `at` is an aware datetime: it says which duties are late, and starts none.
    """
    if not state.is_raised:
        return ()
    records = state.in_time
    found = [
        *(entry for rule in state.policy.duties for entry in _duty(state, rule, records, at)),
        *(entry for rule in state.policy.limits for entry in _limit(state, rule, at)),
        *_own_limits(state, at),
    ]
    return tuple(sorted(found, key=_pressing))


def _pressing(entry: Owed) -> tuple[bool, bool, bool, datetime]:
    when = latest_instant(entry.due) if entry.due is not None else entry.since
    return (not entry.is_open, not entry.first, entry.due is None, when)


def label(state: CaseState, owner: Who | None) -> str:
    """Who owes a duty, as scenarios write it."""
    return EITHER_SIDE if owner is None else state.parties.label(owner)


def state_of(due: Due | None, met: datetime | None, at: datetime) -> DutyState:
    """How a duty stands, from when it was due, when it was met, and the time now."""
    if met is not None:
        return DutyState.MET_LATE if due is not None and is_late(due, met) else DutyState.MET
    return DutyState.LATE if due is not None and is_late(due, at) else DutyState.DUE


def owners(state: CaseState, seat: Seat | None) -> tuple[Who | None, ...]:
    """The actors whom a rule makes owe something: one for each party that its seat covers."""
    if seat is None:
        return (None,)
    sides = {agency: side for side, agency in reversed(state.parties.sides)}
    return tuple(
        Who(seat.roles[0], sides[agency], agency) if agency is not None else Who(seat.roles[0])
        for _, agency in expand(seat, state.parties, None)
    )


# --- when a duty starts -------------------------------------------------------------------


def _starts(state: CaseState, rule: DutyRule, records: Sequence[Record]) -> datetime | None:
    match rule.starts:
        case Start.RAISED:
            return state.raised
        case Start.STAGE:
            return _entered(state, rule)
        case Start.UNRESOLVED:
            return _unresolved(state, rule)
        case Start.AGREED:
            return _first(state, rule, (r for r in records if r.act is Act.AGREE))
        case Start.DONE:
            doing = rule.starts_on
            fits = (r for r in records if doing and done_at(state, doing, [r], None, None))
            return _first(state, rule, fits)
        case Start.ENDED:
            return state.ended if state.status in (Status.RESOLVED, Status.DECIDED) else None
        case Start.RESOLVED:
            return state.ended if state.status is Status.RESOLVED else None
        case Start.DECIDED:
            return state.ended if state.status is Status.DECIDED else None
        case Start.ACTION:
            return None


def _passed_over(state: CaseState, stage: str) -> datetime | None:
    return next((at for skipped, at in state.skipped if skipped == stage), None)


def _entered(state: CaseState, rule: DutyRule) -> datetime | None:
    for visit in state.visits:
        if visit.stage == rule.stage:
            return visit.entered
    return _passed_over(state, rule.stage) if rule.if_skipped else None


def _unresolved(state: CaseState, rule: DutyRule) -> datetime | None:
    moments = [
        record.at
        for record in state.records
        if (record.act is Act.ESCALATE or (record.act in SPOKEN and record.outcome in LEFT_OPEN))
        and state.stage_before(record.n) == rule.stage
    ]
    if moments:
        return min(moments)
    return _passed_over(state, rule.stage) if rule.if_skipped else None


def _first(state: CaseState, rule: DutyRule, records: Iterable[Record]) -> datetime | None:
    for record in records:
        if not rule.stage or state.stage_before(record.n) == rule.stage:
            return record.at
    return None


# --- when it is met -----------------------------------------------------------------------


def recipients(state: CaseState, record: Record) -> tuple[Who, ...]:
    """To whom a record went: as it says, or, where it does not say, as its kind implies."""
    if record.to:
        return (*record.to, *record.people)
    match record.act:
        case Act.REFER:
            return (Who("mash"),)
        case Act.SUBMIT:
            roles = (
                role
                for form in state.policy.forms
                if form.form is record.form
                for seat in form.to
                for role in seat.roles[:1]
                if seat.place is None
            )
            return (*(Who(role) for role in roles), *record.people)
        case Act.FEED_BACK:
            return (*state.parties.resolve("practitioner@raising"), *record.people)
        case Act.SHARE:
            others = (
                Who("executive", side, agency)
                for side, agency in state.parties.sides
                if agency != record.by.agency
            )
            return (*others, *record.people)
        case _:
            return record.people


def fits_doing(
    state: CaseState, doing: Doing, record: Record, owner: Who | None, own: str | None
) -> bool:
    """Whether a record is of the kind described, leaving aside whom it must cover."""
    if record.act not in doing.acts:
        return False
    if doing.form is not None and record.form is not doing.form:
        return False
    if doing.outcomes and record.outcome not in doing.outcomes:
        return False
    if any(not record.text.get(name) for name in doing.given):
        return False
    stands_for = state.policy.stands_for
    if doing.by:
        return any(
            sits(record.by, seat, agency, stands_for)
            for wanted in doing.by
            for seat, agency in expand(wanted, state.parties, own)
        )
    if doing.present or owner is None:
        return True
    if owner.agency is not None:
        return record.by.agency == owner.agency
    return record.by.role == owner.role


def done_at(
    state: CaseState,
    doing: Doing,
    records: Iterable[Record],
    owner: Who | None,
    since: datetime | None,
) -> tuple[datetime, int] | None:
    """When, and by which record, all that a pattern asks for was done; records in time order."""
    own = owner.agency if owner is not None else None
    present = [need for seat in doing.present for need in expand(seat, state.parties, own)]
    to = [need for seat in doing.to for need in expand(seat, state.parties, own)]
    stands_for = state.policy.stands_for
    for record in records:
        if record.act not in doing.acts or (since is not None and record.at < since):
            continue
        if not fits_doing(state, doing, record, owner, own):
            continue
        there = record.participants
        present = [
            (seat, agency)
            for seat, agency in present
            if not any(sits(who, seat, agency, stands_for) for who in there)
        ]
        if to:
            told = recipients(state, record)
            to = [
                (seat, agency)
                for seat, agency in to
                if not any(sits(who, seat, agency, stands_for) for who in told)
            ]
        if not present and not to:
            return record.at, record.n
    return None


def _met(
    state: CaseState,
    rule: DutyRule,
    records: Sequence[Record],
    owner: Who | None,
    since: datetime,
) -> tuple[datetime, int] | None:
    start = None if rule.earlier_counts else since
    if rule.starts is Start.STAGE and not rule.earlier_counts:
        # what begins a stage does not meet a duty of that stage
        began = {visit.n for visit in state.visits if visit.stage == rule.stage}
        records = [record for record in records if record.n not in began]
    found = (done_at(state, doing, records, owner, start) for doing in rule.done)
    return min((each for each in found if each is not None), default=None)


# --- the duties themselves ----------------------------------------------------------------


def _duty(
    state: CaseState, rule: DutyRule, records: Sequence[Record], at: datetime
) -> Iterator[Owed]:
    if rule.starts is Start.ACTION:
        yield from (_of_action(state, rule, action, at) for action in state.actions)
        return
    start = _starts(state, rule, records)
    held = holds_since(rule.when, state)
    if start is None or held is None:
        return
    since = max(start, held)
    clock = since
    if rule.clock_from:
        clock = _began(state, rule.clock_from) or since
    for owner in owners(state, rule.by):
        met = _met(state, rule, records, owner, since)
        if met is None and state.status is Status.WITHDRAWN and not rule.first:
            continue
        due = due_of(rule.within, clock, state.calendar) if rule.within else None
        due, shorter = _shorter(state, rule.id, due, 0)
        yield Owed(
            rule.id, rule.clause, owner, rule.what, since, due,
            state_of(due, met[0] if met else None, at),
            met[0] if met else None, met[1] if met else None,
            first=rule.first, stage=rule.stage, clock=clock, shortened=shorter,
        )  # fmt: skip


def _of_action(state: CaseState, rule: DutyRule, action: AgreedAction, at: datetime) -> Owed:
    owner = action.plan.owner
    if owner is None:
        owner = owners(state, rule.by)[0]
    return Owed(
        rule.id, rule.clause, owner, f"{rule.what} {action.plan.what}",
        action.agreed, action.plan.due,
        state_of(action.plan.due, action.closed, at), action.closed, action.closed_by,
        stage=rule.stage, action=action.number, clock=action.agreed,
    )  # fmt: skip


def _began(state: CaseState, stage: str) -> datetime | None:
    """When a stage was last begun: at its reopening, if it was reopened."""
    entered = [visit.entered for visit in state.visits if visit.stage == stage]
    return entered[-1] if entered else state.raised


def _shorter(state: CaseState, rule: str, due: Due | None, after: int) -> tuple[Due | None, bool]:
    """The limit after what was shortened by records later than `after`."""
    shorter = False
    for shortening in state.shortenings:
        if shortening.rule != rule or shortening.n <= after:
            continue
        due = shortening.due if due is None else earlier(due, shortening.due)
        shorter = True
    return due, shorter


def stays(state: CaseState, stages: tuple[str, ...]) -> Iterator[tuple[Visit, datetime | None]]:
    """Each stay within a run of stages: its first visit, and when the run was left."""
    first: Visit | None = None
    for index, visit in enumerate(state.visits):
        if visit.stage not in stages:
            continue
        if first is None or visit.reopened:
            first = visit
        following = state.visits[index + 1] if index + 1 < len(state.visits) else None
        if following is None or following.stage not in stages or following.reopened:
            yield first, visit.left
            first = None


def _limit(state: CaseState, rule: LimitRule, at: datetime) -> Iterator[Owed]:
    held = holds_since(rule.when, state)
    for visit, left in stays(state, rule.stages):
        if held is None or (left is not None and left < held):
            continue
        since = max(visit.entered, held)
        clock = since
        if rule.cumulative and visit.formal_since is not None:
            clock = visit.formal_since
        elif rule.clock_from:
            clock = _began(state, rule.clock_from) or since
        due, shorter = _shorter(
            state, rule.id, due_of(rule.within, clock, state.calendar), visit.n - 1
        )
        met = left
        for owner in owners(state, rule.by):
            yield Owed(
                rule.id, rule.clause, owner, rule.what, since, due, state_of(due, met, at),
                met, None, stage=visit.stage, limit=True, clock=clock, shortened=shorter,
            )  # fmt: skip


def _own_limits(state: CaseState, at: datetime) -> Iterator[Owed]:
    """Limits given to this case where the policy gives no time."""
    for visit in state.visits:
        due, shorter = _shorter(state, stage_limit_id(visit.stage), None, visit.n - 1)
        if not shorter:
            continue
        stage = state.policy.stage(visit.stage)
        since = visit.entered
        for owner in owners(state, Seat((stage.acts,), "raising")):
            yield Owed(
                stage_limit_id(visit.stage), stage.clause, owner,
                f"Finish {stage.title} in the time set for this case.", since, due,
                state_of(due, visit.left, at), visit.left, None,
                stage=visit.stage, limit=True, clock=since, shortened=True,
            )  # fmt: skip

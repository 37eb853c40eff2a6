"""What is owed: from the state and the time now, who owes what by when, under which clause.

A duty is met when the thing happened, not when it was typed in. Nothing is counted down:
every date follows from the records each time it is asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from concord.rules.clock import LONDON, earlier, is_late, latest_instant
from concord.rules.clock import due as due_of
from concord.rules.doing import Done, done_at, first_done
from concord.rules.parts import AgreedAction, Visit
from concord.rules.policy import Doing, DutyRule, Each, LimitRule, Start
from concord.rules.record import Record
from concord.rules.state import (
    LEFT_OPEN,
    SPOKEN,
    CaseState,
    held,
    stage_limit_id,
)
from concord.rules.who import EITHER_SIDE, Seat, Who, actors_of
from concord.rules.words import Act, DutyState, House, Status, Tier

Due = date | datetime

HOUSE_ACTION = DutyRule(
    id="house.agreed-action",
    clause=House.ACTIONS_ARE_FOLLOWED,
    what="Do this by its date and report it, or say why not and what takes its place:",
    by=Seat(("manager",), "raising"),
    done=(Doing(frozenset({Act.COMPLETE})),),
    starts=Start.ACTION,
)
"""What Concord itself asks where a policy says nothing of agreed actions, while one is open."""


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
    checks: bool = False
    """Whether it is to check an action that the other side reported done."""
    urgent: bool = False
    """Whether it keeps a child at risk safe: owed until it is done, the case ended or not."""

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
    done = Done(state.in_time)
    found = [
        *(entry for rule in state.policy.duties for entry in _duty(state, rule, done, at)),
        *(entry for rule in state.policy.limits for entry in _limit(state, rule, done, at)),
        *_own_limits(state, at),
    ]
    if state.open_actions and not any(r.starts is Start.ACTION for r in state.policy.duties):
        found += [_of_action(state, HOUSE_ACTION, action, at) for action in state.open_actions]
    return tuple(sorted(found, key=_pressing))


def asked_for(state: CaseState, at: datetime) -> tuple[Owed, ...]:
    """What people are still asked for: all that is owed.

    Of a concern that was withdrawn nobody is asked for more than what keeps a child safe, though
    what had started stands on record as not done.
    """
    every = owed(state, at)
    if state.status is not Status.WITHDRAWN:
        return every
    return tuple(entry for entry in every if not entry.is_open or entry.urgent)


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
    return (None,) if seat is None else actors_of(seat, state.parties)


_AGREE = frozenset({Act.AGREE})
_LEAVES_OPEN = SPOKEN | {Act.ESCALATE}


# --- when a duty starts -------------------------------------------------------------------


def _starts(state: CaseState, rule: DutyRule, done: Done) -> Iterator[tuple[datetime, int]]:
    """When a duty starts, and by which record where it may start more than once."""
    moment: datetime | None = None
    match rule.starts:
        case Start.RAISED:
            moment = state.raised
        case Start.STAGE:
            moment = _entered(state, rule)
        case Start.UNRESOLVED:
            moment = _unresolved(state, rule, done)
        case Start.AGREED:
            yield from _each(state, rule, done.of(_AGREE))
        case Start.DONE if rule.starts_on is not None:
            doing = rule.starts_on
            each = done.of(doing.acts)
            fits = (record for record in each if done_at(state, doing, [record], None, None))
            yield from _each(state, rule, fits)
        case Start.ENDED if state.status in (Status.RESOLVED, Status.DECIDED):
            moment = state.ended
        case Start.RESOLVED if state.status is Status.RESOLVED:
            moment = state.ended
        case Start.DECIDED if state.status is Status.DECIDED:
            moment = state.ended
    if moment is not None:
        yield moment, 0


def _passed_over(state: CaseState, stage: str) -> datetime | None:
    return next((at for skipped, at in state.skipped if skipped == stage), None)


def _entered(state: CaseState, rule: DutyRule) -> datetime | None:
    for visit in state.visits:
        if visit.stage == rule.stage:
            return visit.entered
    return _passed_over(state, rule.stage) if rule.if_skipped else None


def _unresolved(state: CaseState, rule: DutyRule, done: Done) -> datetime | None:
    for record in done.of(_LEAVES_OPEN):
        left_open = record.act is Act.ESCALATE or record.outcome in LEFT_OPEN
        if left_open and state.stage_of(record) == rule.stage:
            return record.at
    return _passed_over(state, rule.stage) if rule.if_skipped else None


def _each(
    state: CaseState, rule: DutyRule, records: Iterable[Record]
) -> Iterator[tuple[datetime, int]]:
    """The records that start a duty: the first, or the first in each stage, or each of them."""
    begun: set[str] = set()
    for record in records:
        stage = state.stage_of(record)
        if rule.stage and stage != rule.stage:
            continue
        if begun and (rule.each is Each.CASE or (rule.each is Each.STAGE and stage in begun)):
            continue
        yield record.at, record.n if begun else 0
        begun.add(stage)


# --- when it is met -----------------------------------------------------------------------


def _met(
    state: CaseState,
    rule: DutyRule,
    done: Done,
    owner: Who | None,
    since: datetime,
) -> tuple[datetime, int] | None:
    if rule.earlier_counts:
        return first_done(state, rule.done, done, owner, None)
    if rule.before_raising and since == state.raised:
        day = state.calendar.working_day_before(since.astimezone(LONDON).date())
        since = datetime.combine(day, time.min, LONDON)
    # what begins a stage does not meet a duty of that stage
    began = state.visits if rule.starts is Start.STAGE else ()
    besides = frozenset([visit.n for visit in began if visit.stage == rule.stage])
    return first_done(state, rule.done, done, owner, since, besides)


# --- the duties themselves ----------------------------------------------------------------


def _duty(state: CaseState, rule: DutyRule, done: Done, at: datetime) -> Iterator[Owed]:
    if rule.starts is Start.ACTION:
        yield from (_of_action(state, rule, action, at) for action in state.actions)
        return
    if rule.starts is Start.REPORTED:
        for action in state.actions:
            yield from _checks(state, rule, action, at)
        return
    when = held(rule.when, state)
    if when is None:
        return
    last: dict[Who | None, int] = {}
    for start, n in _starts(state, rule, done):
        since = max(start, when[0])
        clock = _began(state, rule.clock_from) if rule.clock_from else since
        for owner in owners(state, rule.by):
            met = _met(state, rule, done, owner, since)
            if when[1] is not None and (since >= when[1] or met is None or met[0] > when[1]):
                continue  # what it rests on ended first: it lapsed
            by_record = met[1] if met is not None else 0
            if n and last.get(owner) == by_record:
                continue  # the one act that is asked for already does for this too
            last[owner] = by_record
            due = due_of(rule.within, clock, state.calendar) if rule.within else None
            due, shorter = _shorter(state, rule.id, due)
            yield Owed(
                f"{rule.id}#{n}" if n else rule.id, rule.clause, owner, rule.what, since, due,
                state_of(due, met[0] if met else None, at),
                met[0] if met else None, met[1] if met else None,
                first=rule.first, stage=rule.stage, clock=clock, shortened=shorter,
                urgent=rule.is_urgent,
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


def _checks(state: CaseState, rule: DutyRule, action: AgreedAction, at: datetime) -> Iterator[Owed]:
    """What each side but the one that was to do an action owes: to see for itself, by its date;
    where the report came on that day or later, as soon as possible: no time is invented.
    """
    if not action.is_reported or action.closed is None:
        return
    due = action.plan.due
    if due is not None and due <= action.closed.astimezone(LONDON).date():
        due = None
    for owner in owners(state, rule.by):
        if owner is None or action.is_answered_for_by(owner):
            continue
        if owner == action.reported_by:  # somebody else of that side looks, too
            owner = replace(owner, role=Tier.SERVICE_LEAD)
        met = next((each for each in action.checked if each.by.agency == owner.agency), None)
        yield Owed(
            rule.id, rule.clause, owner, f"{rule.what} {action.plan.what}", action.closed, due,
            state_of(due, met.at if met else None, at), met.at if met else None,
            met.n if met else None, stage=rule.stage, action=action.number, clock=action.closed,
            checks=True,
        )  # fmt: skip


def plain_what(state: CaseState, entry: Owed) -> str:
    """What is owed in the policy's words alone: an agreed action's own words stay in the case."""
    if entry.action is None:
        return entry.what
    rules = (*state.policy.duties, HOUSE_ACTION)
    return next(rule.what for rule in rules if rule.id == entry.rule).rstrip(":")


def _began(state: CaseState, stage: str) -> datetime:
    """When a stage was last begun: at its reopening, if it was; where it never was, the raising."""
    entered = [visit.entered for visit in state.visits if visit.stage == stage]
    return entered[-1] if entered else state.raised


def _shorter(
    state: CaseState, rule: str, due: Due | None, n: int | None = None
) -> tuple[Due | None, bool]:
    """The limit after what was shortened in the same run of the case as record `n`.

    Reopening starts the limits again, without what was shortened before; the limits that ended
    before it stand as they were.
    """
    if not state.shortenings:
        return due, False
    begins, ends = 0, None
    for visit in state.visits:
        if n is None or not visit.reopened:
            continue
        if visit.n <= n:
            begins = visit.n
        elif ends is None:
            ends = visit.n
    shorter = False
    for shortening in state.shortenings:
        if shortening.rule != rule or shortening.n < begins:
            continue
        if ends is not None and shortening.n > ends:
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
        if first is None:
            first = visit
        following = state.visits[index + 1] if index + 1 < len(state.visits) else None
        if following is None or following.stage not in stages or following.reopened:
            yield first, visit.left
            first = None


def _limit(state: CaseState, rule: LimitRule, done: Done, at: datetime) -> Iterator[Owed]:
    when = held(rule.when, state)
    for visit, left in stays(state, rule.stages):
        if when is None or (left is not None and left < when[0]):
            continue
        if when[1] is not None and (left is None or left > when[1]):
            continue  # what it rests on ended first: it lapsed
        since = max(visit.entered, when[0])
        clock = since
        if rule.cumulative and visit.formal_since is not None:
            clock = visit.formal_since
        elif rule.clock_from:
            clock = _began(state, rule.clock_from)
        due, shorter = _shorter(state, rule.id, due_of(rule.within, clock, state.calendar), visit.n)
        for owner in owners(state, rule.by):
            met, met_by = _kept(state, rule, done, owner, since, left)
            yield Owed(
                rule.id, rule.clause, owner, rule.what, since, due, state_of(due, met, at),
                met, met_by, stage=visit.stage, limit=True, clock=clock, shortened=shorter,
            )  # fmt: skip


def _kept(
    state: CaseState,
    rule: LimitRule,
    done: Done,
    owner: Who | None,
    since: datetime,
    left: datetime | None,
) -> tuple[datetime | None, int | None]:
    """When a limit was kept: on leaving what it runs over, or once what it asks for was done."""
    first = first_done(state, rule.done, done, owner, since)
    if first is not None and (left is None or first[0] < left):
        return first
    return left, None


def _own_limits(state: CaseState, at: datetime) -> Iterator[Owed]:
    """Limits given to this case where the policy gives no time."""
    for visit in state.visits:
        due, shorter = _shorter(state, stage_limit_id(visit.stage), None, visit.n)
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

"""The state of a case: what follows from its policy version, its calendar and its records.

`evolve` folds one accepted record into the state and reads nothing but its arguments, so the
same records give the same state on any machine, for ever.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from concord.rules.clock import Calendar
from concord.rules.policy import Condition, Policy
from concord.rules.record import Facts, PlannedAction, Record
from concord.rules.who import Parties, Who
from concord.rules.words import Act, Outcome, Phase, Side, Status

Party = tuple[Side, str]

LEFT_OPEN = frozenset({Outcome.UNRESOLVED, Outcome.PARTLY})
SPOKEN = frozenset({Act.DISCUSS, Act.MEET, Act.HEAR})


class Visit(NamedTuple):
    """A stay at a stage: when it was entered and left (aware), by which record."""

    stage: str
    entered: datetime
    n: int
    left: datetime | None = None
    reopened: bool = False
    formal_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgreedAction:
    """An agreed action, its number in the case (from 1), and what became of it."""

    number: int
    plan: PlannedAction
    agreed: datetime
    n: int
    closed: datetime | None = None
    closed_by: int | None = None
    done: bool = False
    why: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is neither done nor explained and replaced."""
        return self.closed is None


@dataclass(frozen=True, slots=True)
class Appointment:
    """Somebody appointed to an office for this case."""

    office: str
    agency: str
    who: str
    executive_member: bool | None
    n: int


@dataclass(frozen=True, slots=True)
class Shortening:
    """A limit made shorter for this case: which (a rule's id, or a stage's), until when."""

    rule: str
    due: date | datetime
    n: int


class CaseState(NamedTuple):
    """Where a case stands. Made by `begin`, changed only by `evolve`.

    A named tuple, as `Visit` is: a case is folded at each look, and a copy of one costs a tenth
    of a frozen dataclass's.
    """

    policy: Policy
    calendar: Calendar
    parties: Parties
    facts: Facts
    records: tuple[Record, ...] = ()
    in_time: tuple[Record, ...] = ()
    """The same records in the order in which they happened; the same tuple while both agree."""
    status: Status = Status.OPEN
    stage: str = ""
    visits: tuple[Visit, ...] = ()
    skipped: tuple[tuple[str, datetime], ...] = ()
    formal_since: datetime | None = None
    fact_log: tuple[tuple[datetime, Facts], ...] = ()
    proposed: frozenset[Party] | None = None
    proposal: int | None = None
    ended: datetime | None = None
    actions: tuple[AgreedAction, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    shortenings: tuple[Shortening, ...] = ()
    flags: tuple[int, ...] = ()
    keys: frozenset[str] = frozenset()

    @property
    def is_raised(self) -> bool:
        """Whether the case has begun."""
        return bool(self.visits)

    @property
    def raised(self) -> datetime:
        """When the concern was raised. Raises IndexError before that."""
        return self.visits[0].entered

    @property
    def visit(self) -> Visit:
        """The present or last stay at a stage. Raises IndexError before the case is raised."""
        return self.visits[-1]

    @property
    def open_actions(self) -> tuple[AgreedAction, ...]:
        """The agreed actions that are not done, and not explained and replaced."""
        return tuple(action for action in self.actions if action.is_open)

    def stage_before(self, n: int) -> str:
        """The stage in which the case stood when record `n` was made; "" before it was raised."""
        return next((visit.stage for visit in reversed(self.visits) if visit.n < n), "")

    def record(self, n: int) -> Record | None:
        """The record of this number, as corrected since; None when there is none."""
        return next((record for record in self.records if record.n == n), None)


def begin(policy: Policy, calendar: Calendar, parties: Parties, facts: Facts) -> CaseState:
    """A case of which nothing is recorded yet."""
    return CaseState(policy, calendar, parties, dict(facts))


def replay(state: CaseState, records: Iterable[Record]) -> CaseState:
    """Fold accepted records into a state, in the order in which they were written."""
    for record in records:
        state = evolve(state, record)
    return state


def holds(condition: Condition | None, facts: Facts, parties: Parties) -> bool:
    """Whether a condition holds on these facts, for these parties."""
    if condition is None:
        return True
    if condition.party and condition.party not in parties.agencies:
        return False
    for name, wanted in condition.facts:
        value = facts.get(name, False)
        if isinstance(value, tuple):
            if not any(item in wanted for item in value):
                return False
        elif value not in wanted:
            return False
    return True


def holds_since(condition: Condition | None, state: CaseState) -> datetime | None:
    """Since when a condition has held without a break (aware); None if it does not hold."""
    if condition is None:
        return state.raised
    since: datetime | None = None
    for at, facts in state.fact_log:
        if not holds(condition, facts, state.parties):
            since = None
        elif since is None:
            since = at
    return since


def evolve(state: CaseState, record: Record) -> CaseState:
    """The state after an accepted record. Never refuses: that is `decide`'s part."""
    facts, fact_log = state.facts, state.fact_log
    records = (*state.records, record)
    in_time = records
    if state.in_time is not state.records or _belongs_earlier(state, record):
        in_time = tuple(sorted((*state.in_time, record), key=_when))
    if record.facts:
        facts = {**facts, **record.facts}
    if record.facts or record.act is Act.RAISE:
        fact_log = (*fact_log, (record.at, facts))
    state = state._replace(
        records=records,
        in_time=in_time,
        facts=facts,
        fact_log=fact_log,
        keys=state.keys | {record.key} if record.key else state.keys,
        flags=(*state.flags, record.n) if record.passed else state.flags,
    )
    match record.act:
        case Act.RAISE:
            first = state.policy.stages[0].id
            return _enter(state, record, record.stage or first)
        case Act.ESCALATE:
            return _escalate(state, record)
        case Act.RESOLVE:
            return _propose(state, record)
        case Act.CONFIRM:
            return _confirm(state, record)
        case Act.DECIDE:
            return _end(state, record, Status.DECIDED)
        case Act.WITHDRAW:
            return _end(state, record, Status.WITHDRAWN)
        case Act.REOPEN:
            return _reopen(state, record)
        case Act.MOVE:
            return _enter(state, record, record.stage) if record.stage else state
        case Act.AGREE:
            return _agree(state, record, record.actions)
        case Act.COMPLETE:
            return _complete(state, record)
        case Act.APPOINT:
            appointment = Appointment(
                record.office, record.agency, record.who, record.executive_member, record.n
            )
            return state._replace(appointments=(*state.appointments, appointment))
        case Act.SHORTEN:
            return _shorten(state, record)
        case Act.CORRECT:
            return _correct(state, record)
        case _:
            return state


def _belongs_earlier(state: CaseState, record: Record) -> bool:
    """Whether something that happened later is recorded already."""
    return bool(state.records) and state.records[-1].at > record.at


def _when(record: Record) -> tuple[datetime, int]:
    return record.at, record.n


def stage_limit_id(stage: str) -> str:
    """The name of the limit given to a stage for which the policy has none."""
    return f"stage:{stage}"


def shortening_targets(state: CaseState, clause: str) -> tuple[str, ...]:
    """Which rules a shortening touches: those of the clause, or else the stage's own limit.

    A stage without a limit of its own may be given one. Empty when the clause has no limit.
    """
    policy = state.policy
    if clause:
        duties = (rule.id for rule in policy.duties if rule.clause == clause and rule.within)
        return (*(rule.id for rule in policy.limits if rule.clause == clause), *duties)
    for rule in policy.limits:
        if state.stage in rule.stages and rule.when is None:
            return (rule.id,)
    return (stage_limit_id(state.stage),)


def _shorten(state: CaseState, record: Record) -> CaseState:
    if record.due is None:
        return state
    targets = shortening_targets(state, record.clause)
    more = tuple(Shortening(rule, record.due, record.n) for rule in targets)
    return state._replace(shortenings=(*state.shortenings, *more))


def _enter(state: CaseState, record: Record, stage_id: str, reopened: bool = False) -> CaseState:
    stage = state.policy.stage(stage_id)
    visits = state.visits
    formal_since = state.formal_since
    passed: tuple[tuple[str, datetime], ...] = ()
    if visits and visits[-1].left is None:
        visits = (*visits[:-1], visits[-1]._replace(left=record.at))
    if not reopened:
        start = state.policy.position(state.stage) + 1 if state.stage else 0
        between = state.policy.stages[start : state.policy.position(stage_id)]
        passed = tuple((each.id, record.at) for each in between if each.ladder == stage.ladder)
    if stage.phase in (Phase.FORMAL, Phase.FINAL) and (formal_since is None or reopened):
        formal_since = record.at
    visit = Visit(stage_id, record.at, record.n, None, reopened, formal_since)
    return state._replace(
        stage=stage_id,
        visits=(*visits, visit),
        skipped=(*state.skipped, *passed),
        formal_since=formal_since,
        proposed=None,
        proposal=None,
    )


def _escalate(state: CaseState, record: Record) -> CaseState:
    above = state.policy.next_stage(state.stage)
    target = record.stage or (above.id if above else state.stage)
    return _enter(state, record, target)


def _party(who: Who) -> Party | None:
    return (who.side, who.agency) if who.side is not None and who.agency is not None else None


def _propose(state: CaseState, record: Record) -> CaseState:
    party = _party(record.by)
    agreed = frozenset({party}) if party else frozenset()
    return _settle(state._replace(proposed=agreed, proposal=record.n), record)


def _confirm(state: CaseState, record: Record) -> CaseState:
    party = _party(record.by)
    if state.proposed is None or party is None or state.status is not Status.OPEN:
        return state
    return _settle(state._replace(proposed=state.proposed | {party}), record)


def _settle(state: CaseState, record: Record) -> CaseState:
    if state.proposed is not None and state.proposed >= set(state.parties.sides):
        return _end(state, record, Status.RESOLVED)
    return state


def _end(state: CaseState, record: Record, status: Status) -> CaseState:
    visits = (*state.visits[:-1], state.visits[-1]._replace(left=record.at))
    return state._replace(status=status, visits=visits, ended=record.at)


def _reopen(state: CaseState, record: Record) -> CaseState:
    state = state._replace(status=Status.OPEN, ended=None, formal_since=None)
    return _enter(state, record, record.stage or state.stage, reopened=True)


def _agree(state: CaseState, record: Record, plans: tuple[PlannedAction, ...]) -> CaseState:
    count = len(state.actions)
    more = tuple(
        AgreedAction(count + index, plan, record.at, record.n)
        for index, plan in enumerate(plans, start=1)
    )
    return state._replace(actions=(*state.actions, *more))


def _complete(state: CaseState, record: Record) -> CaseState:
    done = record.done is not False
    if not done and not (record.why and record.replaced_by):
        return state
    actions = tuple(
        replace(action, closed=record.at, closed_by=record.n, done=done, why=record.why)
        if action.number == record.action and action.is_open
        else action
        for action in state.actions
    )
    state = state._replace(actions=actions)
    if done or record.replaced_by is None:
        return state
    return _agree(state, record, (record.replaced_by,))


MOVING = frozenset({Act.RAISE, Act.ESCALATE, Act.REOPEN, Act.MOVE, Act.DECIDE, Act.WITHDRAW})


def _correct(state: CaseState, record: Record) -> CaseState:
    """Read an earlier record as corrected; both stay visible in the ledger.

    A correction never moves the case: the stage path and the limits stand as they were, since
    no limit grows.
    """
    changes = {
        name: value
        for name, value in record.change.items()
        if name in ("at", "people", "to", "means", "outcome", "form", "text", "reason")
    }

    def corrected(earlier: Record) -> Record:
        if earlier.n != record.of or not changes:
            return earlier
        allowed = changes
        if earlier.act in MOVING:
            allowed = {name: value for name, value in changes.items() if name != "at"}
        return replace(earlier, **allowed)  # type: ignore[arg-type]

    records = tuple(corrected(earlier) for earlier in state.records)
    in_time = tuple(sorted(records, key=_when))
    return state._replace(records=records, in_time=records if in_time == records else in_time)

"""The state of a case: what follows from its policy version, its calendar and its records.

`evolve` folds one accepted record into the state and reads nothing but its arguments, so the
same records give the same state on any machine, for ever.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from concord.rules import plans
from concord.rules.clock import Calendar
from concord.rules.parts import AgreedAction, Appointment, Shortening, Visit, seated
from concord.rules.policy import Condition, Policy
from concord.rules.record import Facts, Record
from concord.rules.who import Parties, Who
from concord.rules.words import Act, Outcome, Phase, Power, Side, Status

Party = tuple[Side, str]

LEFT_OPEN = frozenset({Outcome.UNRESOLVED, Outcome.PARTLY})
SPOKEN = frozenset({Act.DISCUSS, Act.MEET, Act.HEAR})
FORMAL = frozenset({Phase.FORMAL, Phase.FINAL})


class CaseState(NamedTuple):
    """Where a case stands. Made by `begin`, changed only by `evolve`.

    A named tuple, as `Visit` is: a case is folded at each look, and a copy of one costs a fraction
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
    """The facts at raising, and then what each later record changed, in time order."""
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

    def action(self, number: int | None) -> AgreedAction | None:
        """The agreed action of this number; None when there is none."""
        return next((action for action in self.actions if action.number == number), None)

    def to_check(self, who: Who) -> tuple[AgreedAction, ...]:
        """The actions reported done, with what shows it, that this actor's side has yet to check.

        The side that was to do it does not check it, nor does whoever reported it.
        """
        return tuple(
            action
            for action in self.actions
            if action.is_reported
            and action.may_be_checked_by(who)
            and not any(check.by.agency == who.agency for check in action.checked)
        )

    def stage_of(self, record: Record) -> str:
        """The stage in which a record happened, however late it was written.

        What moves the case happened in the stage that it left. What was done before the concern
        was raised belongs to the first stage; "" while none is raised.
        """
        if not self.visits:
            return ""
        when = record.at, record.n or self.visits[-1].n + 1  # one only asked about comes last
        for visit in reversed(self.visits):
            if (visit.entered, visit.n) < when:
                return visit.stage
        return self.visits[0].stage if self.visits[0].n != record.n else ""

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


def held(condition: Condition | None, state: CaseState) -> tuple[datetime, datetime | None] | None:
    """When a condition last held: since when (aware) and until when, None while it still does.

    None if it never held. No condition holds from the raising on.
    """
    if condition is None:
        return state.raised, None
    found: tuple[datetime, datetime | None] | None = None
    facts: Facts = {}
    for at, change in state.fact_log:
        facts = {**facts, **change}
        if holds(condition, facts, state.parties):
            if found is None or found[1] is not None:
                found = at, None
        elif found is not None and found[1] is None:
            found = found[0], at
    return found


def taking_facts(state: CaseState, record: Record) -> CaseState:
    """The state in which a record is judged: its own facts hold before its act is."""
    if not record.facts:
        return state
    facts, log = _facts_after(state, record)
    return state._replace(facts=facts, fact_log=log)


def _facts_after(
    state: CaseState, record: Record
) -> tuple[Facts, tuple[tuple[datetime, Facts], ...]]:
    """The facts with what a record changes, each change at the moment when it happened."""
    if not state.fact_log:
        return {**state.facts, **record.facts}, ()
    begun, *later = state.fact_log
    later = sorted((*later, (max(begun[0], record.at), record.facts)), key=lambda each: each[0])
    facts = dict(begun[1])
    for _, change in later:
        facts |= change
    return facts, (begun, *later)


def is_stuck(state: CaseState, record: Record) -> bool:
    """Whether a record says that none agrees where no body may decide: at the top of the ladder.

    The case stays open there, flagged: no decision is invented.
    """
    if record.act not in SPOKEN or record.outcome not in LEFT_OPEN or not state.is_raised:
        return False
    stage = state.policy.stage(state.stage)
    return state.policy.next_stage(stage.id) is None and not any(
        rule.power is Power.DECIDE for rule in stage.powers
    )


def evolve(state: CaseState, record: Record) -> CaseState:
    """The state after an accepted record. Never refuses: that is `decide`'s part."""
    kept = _keep(state, record)
    follow = FOLLOWS.get(record.act)
    return kept if follow is None else follow(kept, record)


def _keep(state: CaseState, record: Record) -> CaseState:
    """The state with one more record, before what follows from it."""
    (
        policy, calendar, parties, facts, records, in_time, status, stage, visits, skipped,
        formal_since, fact_log, proposed, proposal, ended, actions, appointments, shortenings,
        flags, keys,
    ) = state  # fmt: skip
    in_order = in_time is records and not (records and records[-1].at > record.at)
    records = (*records, record)
    in_time = records if in_order else tuple(sorted((*in_time, record), key=happened))
    if record.facts:
        facts, fact_log = _facts_after(state, record)
    if record.key:
        keys = keys | {record.key}
    if record.passed or is_stuck(state, record):
        flags = (*flags, record.n)
    return CaseState(
        policy, calendar, parties, facts, records, in_time, status, stage, visits, skipped,
        formal_since, fact_log, proposed, proposal, ended, actions, appointments, shortenings,
        flags, keys,
    )  # fmt: skip


def happened(record: Record) -> tuple[datetime, int]:
    """What records are ordered by, as they happened."""
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


def _raise(state: CaseState, record: Record) -> CaseState:
    state = state._replace(fact_log=((record.at, state.facts),))
    return _enter(state, record, record.stage or state.policy.stages[0].id)


def _move(state: CaseState, record: Record) -> CaseState:
    return _enter(state, record, record.stage) if record.stage else state


def _enter(state: CaseState, record: Record, stage_id: str, reopened: bool = False) -> CaseState:
    stage = state.policy.stage(stage_id)
    visits = state.visits
    formal_since = state.formal_since
    passed: tuple[tuple[str, datetime], ...] = ()
    if visits and visits[-1].left is None:
        visits = (*visits[:-1], visits[-1].until(record.at))
    if not reopened:
        way = state.policy.way(state.stage, stage_id)
        passed = tuple([(each, record.at) for each in way[:-1]])
    if stage.phase in FORMAL and formal_since is None:
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
    if record.action is not None:
        return state._replace(actions=plans.looked_at(state.actions, record))
    party = _party(record.by) if record.of is None else None  # of one record: no outcome
    if state.proposed is None or party is None or state.status is not Status.OPEN:
        return state
    return _settle(state._replace(proposed=state.proposed | {party}), record)


def _settle(state: CaseState, record: Record) -> CaseState:
    if state.proposed is not None and state.proposed >= set(state.parties.sides):
        return _end(state, record, Status.RESOLVED)
    return state


def _decide(state: CaseState, record: Record) -> CaseState:
    return _end(state, record, Status.DECIDED)


def _withdraw(state: CaseState, record: Record) -> CaseState:
    return _end(state, record, Status.WITHDRAWN)


def _end(state: CaseState, record: Record, status: Status) -> CaseState:
    visits = (*state.visits[:-1], state.visits[-1].until(record.at))
    return state._replace(status=status, visits=visits, ended=record.at)


def _reopen(state: CaseState, record: Record) -> CaseState:
    state = state._replace(status=Status.OPEN, ended=None, formal_since=None)
    return _enter(state, record, record.stage or state.stage, reopened=True)


def _appoint(state: CaseState, record: Record) -> CaseState:
    return state._replace(appointments=seated(state.appointments, record))


def _agree(state: CaseState, record: Record) -> CaseState:
    return state._replace(actions=plans.agreed(state.actions, record))


def _complete(state: CaseState, record: Record) -> CaseState:
    return state._replace(actions=plans.reported(state.actions, record))


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
        if earlier.n != record.of:
            return earlier
        allowed = changes
        if earlier.act in MOVING:
            allowed = {name: value for name, value in changes.items() if name != "at"}
        return replace(earlier, **allowed)  # type: ignore[arg-type]

    records = tuple(corrected(earlier) for earlier in state.records)
    in_time = tuple(sorted(records, key=happened))
    return state._replace(records=records, in_time=records if in_time == records else in_time)


FOLLOWS: dict[Act, Callable[[CaseState, Record], CaseState]] = {
    Act.RAISE: _raise,
    Act.ESCALATE: _escalate,
    Act.RESOLVE: _propose,
    Act.CONFIRM: _confirm,
    Act.DECIDE: _decide,
    Act.WITHDRAW: _withdraw,
    Act.REOPEN: _reopen,
    Act.MOVE: _move,
    Act.AGREE: _agree,
    Act.COMPLETE: _complete,
    Act.APPOINT: _appoint,
    Act.SHORTEN: _shorten,
    Act.CORRECT: _correct,
}
"""What follows from an act, beyond its being on record. From all others nothing does.

A table and not a match: naming a member of an enumeration costs as much as a whole look-up.
"""

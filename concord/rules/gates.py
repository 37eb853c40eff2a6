"""What stands before an act: gates (passable with a reason) and make-up of bodies (hard)."""

from collections.abc import Iterator
from dataclasses import dataclass

from concord.rules.duties import done_at
from concord.rules.policy import Before, GateRule, MakeUpRule
from concord.rules.record import Record
from concord.rules.state import CaseState, holds
from concord.rules.who import Seat, Who, expand, sits
from concord.rules.words import Act, Outcome

CONTACTS = frozenset({Act.DISCUSS, Act.MEET, Act.CONVENE})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is not taken: by which clause, in plain words, and what to do instead.

    `hard` refusals cannot be passed with a reason.
    """

    clause: str
    why: str
    instead: str
    hard: bool = True


def way_to(state: CaseState, record: Record) -> tuple[str, ...]:
    """The stages that an act would begin or jump over, in order; none if it moves nowhere."""
    policy = state.policy
    if record.act is Act.RAISE:
        return policy.way(policy.stages[0].id, record.stage) if record.stage else ()
    if record.act is Act.ESCALATE:
        if record.stage:
            return policy.way(state.stage, record.stage)
        above = policy.next_stage(state.stage)
        return (above.id,) if above else ()
    return ()


def closed_gates(state: CaseState, record: Record) -> Iterator[GateRule]:
    """The gates that stand before this act and are not open."""
    way = way_to(state, record)
    for gate in state.policy.gates:
        if (
            _stands_before(state, gate, record, way)
            and holds(gate.when, {**state.facts, **record.facts}, state.parties)
            and not _is_open(state, gate)
        ):
            yield gate


def _stands_before(state: CaseState, gate: GateRule, record: Record, way: tuple[str, ...]) -> bool:
    match gate.before:
        case Before.BEGIN:
            return gate.stage in way
        case Before.DECIDE:
            return record.act is Act.DECIDE and state.stage == gate.stage
        case Before.CONTACT:
            return (
                record.act in CONTACTS
                and state.stage == gate.stage
                and any(_seated(state, record.by, seat) for seat in gate.of)
                and any(
                    who.agency is not None and who.agency != record.by.agency
                    for who in record.people
                )
            )


def _seated(state: CaseState, who: Who, seat: Seat) -> bool:
    return any(
        sits(who, wanted, agency, state.policy.stands_for)
        for wanted, agency in expand(seat, state.parties, None)
    )


def _is_open(state: CaseState, gate: GateRule) -> bool:
    records = state.in_time
    for doing in gate.needs:
        if doing.outcomes and doing.acts == {Act.REVIEW}:
            # a later review overrules an earlier one
            last = next(
                (r for r in reversed(records) if r.act is Act.REVIEW and _by(state, r, doing.by)),
                None,
            )
            if last is None or last.outcome not in doing.outcomes:
                return False
        elif done_at(state, doing, records, None, None) is None:
            return False
    return True


def _by(state: CaseState, record: Record, seats: tuple[Seat, ...]) -> bool:
    return not seats or any(_seated(state, record.by, seat) for seat in seats)


def was_found_unjustified(state: CaseState, gate: GateRule) -> bool:
    """Whether a review that the gate asks for was made and found against the concern."""
    return any(
        record.act is Act.REVIEW and record.outcome is Outcome.NOT_JUSTIFIED
        for record in state.records
        if any(doing.outcomes for doing in gate.needs)
    )


def make_up_faults(state: CaseState, record: Record) -> Iterator[Refusal]:
    """What is wrong with the body that would act here. Hard: safety rests on independence."""
    for rule in state.policy.make_ups:
        if record.act not in rule.acts or (rule.stage and rule.stage != state.stage):
            continue
        if rule.members and record.by.role in rule.body:
            yield from _panel_faults(state, rule)
        elif rule.needs and any(who.role in rule.when_any for who in record.participants):
            yield from _meeting_faults(state, rule, record)


def _panel_faults(state: CaseState, rule: MakeUpRule) -> Iterator[Refusal]:
    parties = set(state.parties.agencies)
    members = [each for each in state.appointments if each.office == rule.members]
    agencies = {each.agency for each in members}
    outside = rule.executive and any(each.executive_member is not True for each in members)
    if (
        len(parties) > rule.agencies
        or len(agencies) != rule.agencies
        or not parties <= agencies
        or outside
    ):
        yield Refusal(rule.clause, rule.why, rule.instead)


def _meeting_faults(state: CaseState, rule: MakeUpRule, record: Record) -> Iterator[Refusal]:
    missing = [
        seat
        for wanted in rule.needs
        for seat, agency in expand(wanted, state.parties, None)
        if not any(sits(who, seat, agency, state.policy.stands_for) for who in record.participants)
    ]
    if missing:
        yield Refusal(rule.clause, rule.why, rule.instead)

"""What stands before an act: gates (passable with a reason) and make-up of bodies (hard)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from concord.rules.doing import done_at
from concord.rules.policy import Before, GateRule, MakeUpRule
from concord.rules.record import Record
from concord.rules.state import CaseState, holds, taking_facts
from concord.rules.who import Seat, Who, expand, sits
from concord.rules.words import Act

WITHIN = frozenset({Act.DISCUSS, Act.MEET, Act.CONVENE, Act.DECIDE})
"""Acts within a stage that a gate may stand before: contacting the other side, and deciding."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is not taken: by which clause, in plain words, and what to do instead.

    `hard` refusals cannot be passed with a reason. `first` are the acts that would open the gate.
    """

    clause: str
    why: str
    instead: str
    hard: bool = True
    first: tuple[Act, ...] = ()


def way_to(state: CaseState, record: Record) -> tuple[str, ...]:
    """The stages that an act would begin or jump over, in order; none if it moves nowhere."""
    policy = state.policy
    if record.act is Act.ESCALATE:
        if record.stage:
            return policy.way(state.stage, record.stage)
        above = policy.next_stage(state.stage)
        return (above.id,) if above else ()
    if record.act is Act.RAISE and record.stage:
        return policy.way(policy.stages[0].id, record.stage)
    return ()


def closed_gates(
    state: CaseState, record: Record, way: tuple[str, ...] | None = None
) -> list[GateRule]:
    """The gates that stand before this act and are not open.

    `way` is what `way_to` says of the act, where the caller has asked already.
    """
    way = way_to(state, record) if way is None else way
    return [
        *(
            gate
            for gate in _standing_before(state, record, way)
            if holds(gate.when, taking_facts(state, record).facts, state.parties)
            and not _is_open(state, gate)
        ),
        *_panel_before(state, record),
    ]


def _panel_before(state: CaseState, record: Record) -> Iterator[GateRule]:
    """Before somebody else decides alone: the panel that was appointed for it hears and decides."""
    if record.act is not Act.DECIDE:
        return
    for rule in state.policy.make_ups_of(Act.DECIDE):
        if rule.members and record.by.role not in rule.body:
            is_seated = any(each.office == rule.members for each in state.appointments)
            powers = state.policy.stage(state.stage).powers
            clause = next((p.clause for p in powers if set(p.who) & set(rule.body)), rule.clause)
            if is_seated and len(state.parties.agencies) <= rule.agencies:
                yield GateRule(
                    f"{clause}.panel-decides", clause, Before.DECIDE, state.stage, (),
                    "A panel has been appointed for this case: it hears those involved, and "
                    "decides together.",
                    "Let the panel hear and decide, or go on alone and give the reason.",
                )  # fmt: skip


def _standing_before(state: CaseState, record: Record, way: tuple[str, ...]) -> Iterable[GateRule]:
    if way:
        return state.policy.gates_before(way)
    if record.act not in WITHIN:
        return ()
    return (
        gate
        for gate in state.policy.gates_within(state.stage_of(record))
        if (record.act is Act.DECIDE) is (gate.before is Before.DECIDE)
        and (gate.before is Before.DECIDE or _contacts(state, gate, record))
    )


def _contacts(state: CaseState, gate: GateRule, record: Record) -> bool:
    """Whether those whom the gate holds back would here meet somebody of another agency."""
    if record.calls_off:
        return False
    return any(_seated(state, record.by, seat) for seat in gate.of) and any(
        who.agency is not None and who.agency != record.by.agency for who in record.people
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


def make_up_faults(state: CaseState, record: Record) -> Iterator[Refusal]:
    """What is wrong with the body that would act here. Hard: safety rests on independence."""
    for rule in state.policy.make_ups_of(record.act):
        if rule.stage and rule.stage != state.stage_of(record):
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
    if len(agencies) != rule.agencies or not parties <= agencies or outside:
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

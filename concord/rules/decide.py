"""May this be done, and what follows: an act is accepted as a record, or refused with a clause.

Only these refuse: a gate, a rule on who may hold an office or sit on a panel, an exclusion
from scope, a ceiling on a limit, and who may act. A form, notice or meeting not yet made stays
owed and never refuses.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from concord.rules import actors, agreement, lessons
from concord.rules.citing import cited
from concord.rules.clock import Due, latest_instant
from concord.rules.dates import day, moment
from concord.rules.duties import owed
from concord.rules.endings import After, refused_after
from concord.rules.gates import Refusal, closed_gates, make_up_faults, way_to
from concord.rules.meetings import change_faults
from concord.rules.policy import GateRule, Warning
from concord.rules.record import Record
from concord.rules.state import CaseState, evolve, holds, is_stuck, shortening_targets, taking_facts
from concord.rules.words import HOUSE_RULES, Act, House, Status

Way = tuple[str, ...]
"""The stages that an act would begin or jump over, as `way_to` gives them."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that a clause advises against: shown, and kept for audit."""

    clause: str
    why: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The record as it goes into the ledger, with warnings, and the gates passed on purpose.

    `stuck`: the last body cannot decide, and none agrees.
    """

    record: Record
    warnings: tuple[Advice, ...] = ()
    passed: tuple[GateRule, ...] = ()
    repeats: int | None = None
    stuck: bool = False

    @property
    def flagged(self) -> bool:
        """Whether the business manager is shown it: a gate passed with a reason, or no way on."""
        return bool(self.passed) or self.stuck


@dataclass(frozen=True, slots=True)
class Refused:
    """An act not taken. The first reason is the one to show; hard ones come first."""

    reasons: tuple[Refusal, ...]

    @property
    def first(self) -> Refusal:
        """The reason that weighs most."""
        return self.reasons[0]


def decide(state: CaseState, record: Record) -> Accepted | Refused:
    """Judge an act on a case as it stands. Pure: the same input gives the same answer.

    The record's own facts hold before it is judged. A record whose key the case already has is
    the same record again: accepted, and not a second one.
    """
    if record.key and record.key in state.keys:
        same = next(each.n for each in state.records if each.key == record.key)
        return Accepted(record, repeats=same)
    if not state.visits and record.act is not Act.RAISE:
        return Refused((_stands("No case has been opened.", "Raise the concern first."),))
    state = taking_facts(state, record)
    way = way_to(state, record)
    hard = tuple(_hard(state, record, way))
    gates = closed_gates(state, record, way)
    warnings = state.policy.warnings_of(record.act)
    stuck = is_stuck(state, record)
    if not (hard or gates or warnings):
        return Accepted(record, stuck=stuck)
    # the reason of a jump passes what stands before a stage: a trap must never hold a child back
    passed = bool(record.override) or (bool(record.reason) and _is_jump(record, way))
    shut = () if passed else tuple(
        Refusal(gate.clause, gate.why, gate.instead, hard=False, first=gate.acts) for gate in gates
    )  # fmt: skip
    if hard or shut:
        return Refused((*hard, *shut))
    if gates:
        record = replace(record, passed=tuple(gate.clause for gate in gates))
    return Accepted(record, tuple(_advice(warnings, record)), tuple(gates), stuck=stuck)


def perform(state: CaseState, record: Record) -> tuple[CaseState, Accepted | Refused]:
    """Decide and, if accepted and new, evolve."""
    answer = decide(state, record)
    if isinstance(answer, Refused) or answer.repeats is not None:
        return state, answer
    return evolve(state, answer.record), answer


def _is_jump(record: Record, way: Way) -> bool:
    """Whether an act skips a stage, or begins above the first."""
    return len(way) > (1 if record.act is Act.ESCALATE else 0)


def _advice(warnings: Iterable[Warning], record: Record) -> Iterator[Advice]:
    for warning in warnings:
        if not warning.means or record.means in warning.means:
            yield Advice(warning.clause, warning.why)


# --- hard reasons -------------------------------------------------------------------------


def _hard(state: CaseState, record: Record, way: Way) -> Iterator[Refusal]:
    if record.act is Act.RAISE:
        yield from _raising(state, record, way)
        return
    over = _over(refused_after(state, record))
    if over is not None:
        yield over
        return
    yield from actors.refusals(state, record.by, record.act)
    judge = JUDGES.get(record.act)
    if judge is not None:
        yield from judge(state, record, way)
    yield from make_up_faults(state, record)


def _stands(why: str, instead: str) -> Refusal:
    return Refusal(House.CASE_STANDS_OTHERWISE, why, instead)


def _over(after: After | None) -> Refusal | None:
    return _stands(after.why, after.instead) if after is not None else None


def _raising(state: CaseState, record: Record, way: Way) -> Iterator[Refusal]:
    policy = state.policy
    if state.is_raised:
        yield _over(refused_after(state, record)) or _stands(
            "This case is open already.", "Add to it, or raise another concern as another case."
        )
        return
    yield from actors.may_raise(state, record.by)
    if record.matter is not None:
        for exclusion in policy.exclusions:
            if exclusion.matter is record.matter:
                yield Refusal(exclusion.clause, exclusion.says, exclusion.instead)
    for ground in policy.grounds:
        if ground.id == record.ground and not holds(ground.only_if, state.facts, state.parties):
            yield Refusal(ground.clause, ground.says, ground.otherwise)
    if record.stage and record.stage not in policy.positions:
        yield _no_such_stage(state, record.stage)
    elif way and not record.reason:
        yield _give_a_reason(state)


def _escalating(state: CaseState, record: Record, way: Way) -> Iterator[Refusal]:
    policy = state.policy
    if record.stage and record.stage not in policy.positions:
        yield _no_such_stage(state, record.stage)
        return
    if policy.next_stage(state.stage) is None:
        here = policy.stage(state.stage)
        yield _stands(
            f"{here.title} is the last stage.",
            "Take it to a decision or an agreement here, and record how outstanding issues "
            "will be pursued.",
        )
        return
    if not way:
        yield _stands(
            "Escalation goes up, and the case stands at or above that stage.",
            "Leave the stage out to go one stage up.",
        )
    elif len(way) > 1 and not record.reason:
        yield _give_a_reason(state)


def _no_such_stage(state: CaseState, stage: str) -> Refusal:
    known = ", ".join(each.id for each in state.policy.stages)
    return _stands(f"This policy has no stage '{stage}'.", f"Name one of: {known}.")


def _give_a_reason(state: CaseState) -> Refusal:
    policy = state.policy
    return Refusal(
        policy.skip_clause or House.A_REASON_IS_GIVEN,
        policy.skip_says or HOUSE_RULES[House.A_REASON_IS_GIVEN],
        "Give the reason for skipping stages, or leave the stage out to go one stage up.",
    )


def _shortening(state: CaseState, record: Record, way: Way) -> Iterator[Refusal]:
    policy = state.policy
    if record.due is None:
        yield Refusal(
            House.NO_LIMIT_GROWS,
            "A limit is shortened to a date or a time, and none is given.",
            "Say by when.",
        )
        return
    if latest_instant(record.due) <= max(record.at, record.written):
        yield _stands(
            f"{_to_the_minute(record.due)} has passed: nobody can keep to it.",
            "Set a day or a time that is still to come.",
        )
        return
    targets = shortening_targets(state, record.clause)
    if not targets:
        yield Refusal(
            record.clause,
            f"{record.clause} sets no limit in this policy.",
            "Name a clause with a limit, or leave it out for the stage's own.",
        )
    limits = {rule.id: rule for rule in policy.limits}
    for target in targets:
        rule = limits.get(target)
        if rule is not None and rule.shortened_by:
            yield from actors.refusal_unless_seated(
                state, record.by, rule.shortened_by, rule.clause, "set this limit"
            )
    for entry in owed(state, record.at):
        if entry.rule not in targets or not entry.is_open or entry.due is None:
            continue
        if latest_instant(record.due) > latest_instant(entry.due):
            limit = limits.get(entry.rule)
            yield Refusal(
                (limit.shortening_clause if limit else "") or entry.clause,
                f"The limit is {_to_the_minute(entry.due)}; no limit is ever lengthened.",
                "Set an earlier date. What will be late shows as late: explain the delay.",
            )
            return


def _to_the_minute(due: Due) -> str:
    return moment(due) if isinstance(due, datetime) else day(due)


def _appointing(state: CaseState, record: Record, way: Way) -> Iterator[Refusal]:
    rule = next((r for r in state.policy.appointments if r.office == record.office), None)
    if rule is None:
        yield from actors.refusal_unless_office(state, record.by, "business_manager")
        return
    yield from actors.refusal_unless_seated(
        state, record.by, rule.by, rule.clause, f"appoint the {_title(record.office)}"
    )
    if record.of is not None and not any(
        each.n == record.of and each.office == record.office for each in state.appointments
    ):
        yield Refusal(
            rule.clause,
            f"Nobody was appointed {_title(record.office)} by record {record.of}, or they were "
            "replaced already.",
            "Give the number of the record that appointed whoever is replaced.",
        )
    if not rule.independent:
        return
    if not record.agency:
        yield Refusal(
            rule.clause,
            "Whoever is appointed must come from none of the agencies in dispute, and no agency "
            "is named.",
            "Name the agency that the person comes from.",
        )
    elif record.agency in state.parties.agencies:
        yield Refusal(
            rule.clause,
            f"{record.agency} is one of the agencies in dispute.",
            "Appoint somebody from an agency that is not in dispute.",
        )


def _title(office: str) -> str:
    return office.replace("_", " ")


def _reopening(state: CaseState, record: Record, way: Way) -> Iterator[Refusal]:
    if state.status is Status.OPEN:
        yield _stands("The case is open.", "Go on with it; nothing needs reopening.")
    elif record.stage and record.stage not in state.policy.positions:
        yield _no_such_stage(state, record.stage)


def _moving(state: CaseState, record: Record, way: Way) -> Iterator[Refusal]:
    ladders = {stage.ladder for stage in state.policy.stages}
    here = state.policy.stage(state.stage).ladder
    target = state.policy.positions.get(record.stage)
    if target is None or state.policy.stages[target].ladder == here:
        other = "Name a stage of another ladder." if len(ladders) > 1 else "Escalate instead."
        yield _stands("A move goes to another ladder of the policy.", other)


def _correcting(state: CaseState, record: Record, way: Way) -> Iterator[Refusal]:
    earlier = state.record(record.of) if record.of is not None else None
    if earlier is None:
        yield _stands("There is no such record to correct.", "Give the number of a record.")
        return
    yield from lessons.refusals(state, record)
    if agreement.took_part(earlier, record.by):
        if record.change:
            yield Refusal(
                House.WHO_MAY_ACT,
                "Whoever took part for another side does not change the record.",
                "Say what is wrong with it: both stay on record.",
            )
        elif not agreement.may_say(state, earlier, record.by):
            yield Refusal(House.WHO_MAY_ACT, *agreement.NOT_THERE)
        return
    if not agreement.may_correct(earlier, record.by):
        yield Refusal(
            House.WHO_MAY_ACT,
            "A record is corrected by those who made it.",
            "Add a record of your own that says what you know.",
        )


def _completing(state: CaseState, record: Record, way: Way) -> Iterator[Refusal]:
    if not any(action.number == record.action for action in state.open_actions):
        numbers = ", ".join(str(action.number) for action in state.open_actions) or "none"
        yield _stands(f"There is no open action {record.action}.", f"Open actions: {numbers}.")


def _confirming(state: CaseState, record: Record, way: Way) -> Iterator[Refusal]:
    """With an action's number, a confirmation is one side's check of what the other reported.

    With a record's number, it is what somebody who took part in a talk says of its record.
    """
    if record.of is not None:
        yield from agreement.refusals(state, record)
    if record.action is None:
        party = (record.by.side, record.by.agency)
        if record.of is None and state.proposed is not None and party in state.proposed:
            yield _stands(
                "Your side has agreed to this outcome already.",
                "Wait for the other side to confirm it, or state your side's position.",
            )
        return
    action = state.action(record.action)
    if action is None or not action.done:
        yield _stands(
            f"No action {record.action} is reported as done.",
            "Report on the action first; then the other side checks it.",
        )
    elif not action.may_be_checked_by(record.by):
        yield Refusal(
            House.WHO_MAY_ACT,
            "The side that was to do an action does not check it, nor does whoever reported it.",
            "Leave the check to the other side, or to a colleague there.",
        )
    elif record.done is False and not record.why:
        yield _stands(
            "A check that finds an action not carried out says why.",
            "Say what you found. The action is then open again.",
        )


def _convening(state: CaseState, record: Record, way: Way) -> Iterator[Refusal]:
    if record.of is not None:
        yield from change_faults(state, record)


JUDGES: dict[Act, Callable[[CaseState, Record, Way], Iterator[Refusal]]] = {
    Act.ESCALATE: _escalating,
    Act.SHORTEN: _shortening,
    Act.APPOINT: _appointing,
    Act.REOPEN: _reopening,
    Act.MOVE: _moving,
    Act.CORRECT: _correcting,
    Act.COMPLETE: _completing,
    Act.CONFIRM: _confirming,
    Act.CONVENE: _convening,
    Act.LEARN: lessons.refusals,
    Act.DISSEMINATE: lessons.refusals,
}
"""Acts with hard reasons of their own, besides who may act and who must sit."""


def reasons(refusals: Iterable[Refusal]) -> str:
    """The reasons as plain sentences, for a terminal."""
    return " ".join(f"{each.why} {each.instead} ({cited(each.clause)})" for each in refusals)

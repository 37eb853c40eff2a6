"""A policy's definition, as frozen data: stages, duties, gates, offices, powers.

Policy files are read into these by `concord.policies`; nothing here knows a file. Every part
carries the clause it comes from.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from concord.rules.clock import Limit
from concord.rules.forms import FormRule
from concord.rules.record import Fact
from concord.rules.who import Seat
from concord.rules.words import Act, Form, Matter, Outcome, Phase, Power


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold on the case's facts; all of it. A list fact holds if any value is in it."""

    facts: tuple[tuple[str, tuple[Fact, ...]], ...] = ()
    party: str = ""


class Start(StrEnum):
    """What a duty's clock starts on."""

    STAGE = "stage"  # entering its stage
    RAISED = "raised"  # the case is raised
    UNRESOLVED = "unresolved"  # the first unresolved outcome in its stage, at latest going up
    AGREED = "agreed"  # an agreement in its stage
    DONE = "done"  # an act that the rule describes
    ENDED = "ended"  # resolved or decided
    RESOLVED = "resolved"  # resolved by agreement
    DECIDED = "decided"  # decided by the last body
    ACTION = "action"  # each agreed action: by its own date
    REPORTED = "reported"  # each action reported done, with what shows it: by its own date


class Each(StrEnum):
    """How often a duty that starts on an act arises."""

    CASE = "case"  # once
    STAGE = "stage"  # anew in each stage: "at all stages of the process"
    TIME = "time"  # each time that the act is done


@dataclass(frozen=True, slots=True)
class Doing:
    """A pattern of records: the acts, by whom, with whom present, to whom, which form.

    Every seat of `present` and `to` must be covered, if need be by several records together, each
    of them with the seats of one's own side or of an office (see `doing.done_at`).
    An empty `by` means: anyone of the party that owes, or the office that owes.
    """

    acts: frozenset[Act]
    by: tuple[Seat, ...] = ()
    present: tuple[Seat, ...] = ()
    to: tuple[Seat, ...] = ()
    form: Form | None = None
    outcomes: frozenset[Outcome] = frozenset()
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyRule:
    """What somebody owes: who, which act, from when, by when, when it holds, by which clause."""

    id: str
    clause: str
    what: str
    by: Seat | None
    done: tuple[Doing, ...]
    starts: Start = Start.STAGE
    starts_on: Doing | None = None
    stage: str = ""
    when: Condition | None = None
    within: Limit | None = None
    clock_from: str = ""
    each: Each = Each.CASE
    if_skipped: bool = False
    earlier_counts: bool = False
    before_raising: bool = False
    """Whether what was done before the raising counts too, from the last working day on: whoever
    finds a child at risk acts first, and raises the concern then."""
    first: bool = False
    advice: bool = False
    meeting: str = ""
    """What the meeting that it asks for is called: buttons and pages name it so."""

    @property
    def is_urgent(self) -> bool:
        """Whether it keeps a child at risk safe: owed until it is done, the case ended or not."""
        return self.first and self.when is not None


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A limit on a stage, or on a run of stages: owed from entering until leaving.

    `cumulative` limits count from the first formal stage; `clock_from` names the stage from
    whose beginning another limit counts. What the text asks for within the limit, a
    plan for one, is `done`: it keeps the limit before the stage is left.
    """

    id: str
    clause: str
    what: str
    by: Seat
    within: Limit
    stages: tuple[str, ...]
    cumulative: bool = False
    clock_from: str = ""
    when: Condition | None = None
    shortened_by: tuple[Seat, ...] = ()
    shortening_clause: str = ""
    done: tuple[Doing, ...] = ()


class Before(StrEnum):
    """The act that a gate stands before."""

    BEGIN = "begin"  # beginning the stage named
    CONTACT = "contact"  # contacting the other side in the stage named
    DECIDE = "decide"  # deciding


@dataclass(frozen=True, slots=True)
class GateRule:
    """What must be so before the case goes on. Always passable with a reason, which is flagged."""

    id: str
    clause: str
    before: Before
    stage: str
    needs: tuple[Doing, ...]
    why: str
    instead: str
    of: tuple[Seat, ...] = ()
    when: Condition | None = None
    advised: bool = False

    @property
    def acts(self) -> tuple[Act, ...]:
        """The acts that open it, in the order of the vocabulary."""
        return tuple(act for act in Act if any(act in doing.acts for doing in self.needs))


@dataclass(frozen=True, slots=True)
class AppointmentRule:
    """Who appoints to an office, from whom, independent of whom. Hard: never overridden."""

    office: str
    clause: str
    by: tuple[Seat, ...]
    independent: bool = False


@dataclass(frozen=True, slots=True)
class MakeUpRule:
    """Who must sit on a body before it acts. Hard: never overridden.

    With `members`: the office whose appointed members make up the body, from exactly
    `agencies` agencies, the parties among them, all executive members if `executive`.
    With `needs`: seats that must take part in a meeting that any of `when_any` attends.
    """

    clause: str
    body: tuple[str, ...]
    acts: frozenset[Act]
    stage: str
    members: str = ""
    agencies: int = 0
    executive: bool = False
    needs: tuple[Seat, ...] = ()
    when_any: tuple[str, ...] = ()
    why: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class PowerRule:
    """What a body may do at a stage."""

    clause: str
    who: tuple[str, ...]
    power: Power
    appointed: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the ladder."""

    id: str
    title: str
    phase: Phase
    acts: str
    clause: str
    says: str = ""
    ladder: str = "main"
    number: str = ""
    offices: tuple[str, ...] = ()
    powers: tuple[PowerRule, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A matter that is not for this policy, and the right door for it."""

    matter: Matter
    clause: str
    says: str
    instead: str


@dataclass(frozen=True, slots=True)
class Ground:
    """An example of what the policy is for; it may hold only where a fact is so."""

    id: str
    clause: str
    says: str
    only_if: Condition | None = None
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Warning:
    """Something a clause advises against: shown, kept for audit, never refused."""

    clause: str
    why: str
    acts: frozenset[Act]
    means: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Saying:
    """A principle or other words shown to the user, with the place they are shown in."""

    clause: str
    says: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """A named post outside the two agencies' lines."""

    id: str
    title: str
    clause: str = ""
    of: str = "partnership"
    agency: str = ""
    lookup: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of one partnership's policy."""

    id: str
    title: str
    partnership: str
    short_name: str
    version: str
    effective: date | None
    review_due: date | None
    calendar: str
    stages: tuple[Stage, ...]
    duties: tuple[DutyRule, ...]
    limits: tuple[LimitRule, ...]
    gates: tuple[GateRule, ...] = ()
    appointments: tuple[AppointmentRule, ...] = ()
    make_ups: tuple[MakeUpRule, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    grounds: tuple[Ground, ...] = ()
    warnings: tuple[Warning, ...] = ()
    principles: tuple[Saying, ...] = ()
    offices: tuple[Office, ...] = ()
    forms: tuple[FormRule, ...] = ()
    stands_for: dict[str, frozenset[str]] = field(default_factory=dict)
    skip_clause: str = ""
    skip_says: str = ""
    shorten_clause: str = ""
    positions: dict[str, int] = field(init=False, repr=False)
    _above: dict[str, Stage | None] = field(init=False, repr=False)
    _ways: dict[tuple[str, str], tuple[str, ...]] = field(init=False, repr=False)
    _gates_before: dict[str, tuple[GateRule, ...]] = field(init=False, repr=False)
    _gates_within: dict[str, tuple[GateRule, ...]] = field(init=False, repr=False)
    _make_ups_of: dict[Act, tuple[MakeUpRule, ...]] = field(init=False, repr=False)
    _warnings_of: dict[Act, tuple[Warning, ...]] = field(init=False, repr=False)
    office_ids: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # looked up at each step of each case: worked out once
        put = object.__setattr__
        put(self, "positions", {stage.id: index for index, stage in enumerate(self.stages)})
        ways = {(a.id, b.id): self._way(a, b) for a in self.stages for b in self.stages}
        below = {("", b.id): self._way(None, b) for b in self.stages}
        put(self, "_ways", ways | below)
        above = {}
        for index, here in enumerate(self.stages):
            later = (stage for stage in self.stages[index + 1 :] if stage.ladder == here.ladder)
            above[here.id] = next(later, None)
        put(self, "_above", above)
        for name, begins in (("_gates_before", True), ("_gates_within", False)):
            stand = [gate for gate in self.gates if (gate.before is Before.BEGIN) is begins]
            put(self, name, {
                stage.id: tuple(gate for gate in stand if gate.stage == stage.id)
                for stage in self.stages
            })  # fmt: skip
        put(self, "_make_ups_of", {
            act: tuple(rule for rule in self.make_ups if act in rule.acts) for act in Act
        })  # fmt: skip
        put(self, "_warnings_of", {
            act: tuple(rule for rule in self.warnings if act in rule.acts) for act in Act
        })  # fmt: skip
        put(self, "office_ids", frozenset(office.id for office in self.offices))

    def _way(self, start: Stage | None, target: Stage) -> tuple[str, ...]:
        first = self.positions[start.id] + 1 if start else 0
        between = self.stages[first : self.positions[target.id] + 1]
        return tuple(stage.id for stage in between if stage.ladder == target.ladder)

    def stage(self, stage_id: str) -> Stage:
        """The stage of this id. Raises KeyError."""
        return self.stages[self.positions[stage_id]]

    def position(self, stage_id: str) -> int:
        """Where a stage stands in the policy's order, from 0. Raises KeyError."""
        return self.positions[stage_id]

    def next_stage(self, stage_id: str) -> Stage | None:
        """The stage above on the same ladder, or None at the top. Raises KeyError."""
        return self._above[stage_id]

    def way(self, start: str, target: str) -> tuple[str, ...]:
        """The stages after `start` up to `target`, on the target's ladder, in order.

        `start` is "" before the first stage. Empty when the target is not above, or is no stage.
        """
        return self._ways.get((start, target), ())

    def gates_before(self, way: tuple[str, ...]) -> tuple[GateRule, ...]:
        """The gates that stand before beginning any of these stages, in the policy's order."""
        if len(way) == 1:
            return self._gates_before[way[0]]
        return tuple(
            gate for gate in self.gates if gate.before is Before.BEGIN and gate.stage in way
        )

    def gates_within(self, stage_id: str) -> tuple[GateRule, ...]:
        """The gates that stand before an act within this stage; none if it is no stage."""
        return self._gates_within.get(stage_id, ())

    def make_ups_of(self, act: Act) -> tuple[MakeUpRule, ...]:
        """Who must sit on a body before it does this."""
        return self._make_ups_of[act]

    def warnings_of(self, act: Act) -> tuple[Warning, ...]:
        """What the clauses advise against in doing this."""
        return self._warnings_of[act]

"""The demonstration's escalations: every stage and ending of every policy, told as real acts."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from concord.cases.ledger import Done, act, open_case
from concord.demo.cast import CHILDREN
from concord.directory.models import Agency, Partnership, Post, User
from concord.policies.calendars import calendar_for
from concord.policies.library import Loaded, load
from concord.rules.clock import LONDON
from concord.rules.dates import moment
from concord.rules.decide import Refused
from concord.rules.gates import closed_gates
from concord.rules.policy import Before, Doing
from concord.rules.record import Facts, PlannedAction, Record
from concord.rules.state import CaseState
from concord.rules.who import Seat, Who, expand
from concord.rules.words import (
    TIER_RANK,
    Act,
    Means,
    Outcome,
    Power,
    Side,
    Tier,
)

CONCERNS = (
    ("The referral was closed without an assessment.", "Three separate disclosures at school in a month, each written down at the time.", "An assessment within ten working days, and a named social worker."),
    ("The plan was stepped down to early help.", "The home visits that the plan asked for did not happen, and attendance fell to 60 per cent.", "A review of the step-down with everybody who knows the child."),
    ("Information about a known adult was not shared.", "We learned by chance who has moved into the home.", "What each agency knows is shared this week, and the risk assessed again."),
    ("The agreed visits have not been made.", "Nobody has seen the child at home for six weeks.", "A visit this week, and dates for the next ones."),
    ("A strategy meeting was refused.", "A gut feeling, owned as one, after two visits: the child is silent when asked about home.", "A strategy meeting, with health and school there."),
    ("The case was closed while the child waits for help.", "The waiting list is seven months, and the child's self-harm has grown.", "The case stays open until help has begun."),
)  # fmt: skip


class StoryFailed(Exception):
    """A story asks for an act that the rules refuse: the demonstration would lie."""


@dataclass(frozen=True, slots=True)
class Story:
    """One escalation: how far it goes, how it ends, and what is special about it."""

    reaches: int
    ends: str = "open"
    facts: Facts = field(default_factory=dict)
    days_ago: int = 3
    third_agency: bool = False
    jumps: bool = False


PLAN: Facts = {"child_status": ("child_protection_plan",), "child_protection": True}
CARE: Facts = {"child_status": ("looked_after",)}
RISK: Facts = {"immediate_risk": True, "child_status": ("child_in_need",)}


def stories(stages: int) -> Iterator[Story]:
    """For a policy of so many stages: each stage open, late and resolved, and every ending."""
    for reached in range(stages):
        yield Story(reached, days_ago=reached, facts=CARE if reached == 1 else {})
        yield Story(reached, "resolved", days_ago=40 + 7 * reached)
    yield Story(1, days_ago=30, facts=PLAN)
    yield Story(stages - 1, days_ago=45, facts=PLAN)
    yield Story(0, "withdrawn", days_ago=25)
    yield Story(0, days_ago=0, facts=RISK)
    yield Story(stages - 1, "decided", days_ago=70, facts=CARE)
    yield Story(stages - 2, days_ago=2, jumps=True, facts=RISK)
    yield Story(1, days_ago=4, third_agency=True)


def build_stories(partnership: Partnership, now: datetime, offset: int) -> int:
    """Tell every story of a partnership, ending before `now` (aware). Returns how many."""
    loaded = load(partnership.policy_id)
    count = 0
    for number, story in enumerate(stories(len(loaded.policy.stages))):
        Telling(partnership, loaded, story, now, offset + number).tell()
        count += 1
    return count


@dataclass(slots=True)
class Telling:
    """One story being told: its case so far, and the moment it has come to."""

    partnership: Partnership
    loaded: Loaded
    story: Story
    now: datetime
    number: int
    reference: str = ""
    state: CaseState | None = None
    at: datetime = datetime(2026, 1, 5, 9, tzinfo=LONDON)

    def tell(self) -> None:
        """From the raise to the ending."""
        self._raise()
        self._talk()
        stages = self.loaded.policy.stages
        if self.story.jumps:
            target = stages[self.story.reaches].id
            self._do(Act.ESCALATE, self._tier(Side.RAISING), stage=target,
                     reason="The child cannot wait for the stages between.")  # fmt: skip
        else:
            for _ in range(self.story.reaches):
                self._open_gates()
                self._do(Act.ESCALATE, self._tier(Side.RAISING))
                self._talk()
        self._end()

    # --- the acts -------------------------------------------------------------------------

    def _raise(self) -> None:
        agencies = list(Agency.objects.filter(partnerships=self.partnership).order_by("pk"))
        raising = next(
            a for a in agencies if a.kind in ("school", "health_trust") and self._turn(a)
        )
        others = [a for a in agencies if a != raising]
        care = next(a for a in others if a.kind == "childrens_social_care")
        responding = [care]
        if self.story.third_agency:
            responding.append(next(a for a in others if a.kind in ("police", "charity")))
        elif self.number % 4 == 3:
            responding = [
                next(a for a in others if a.kind in ("police", "charity", "health_trust"))
            ]
        self.at = self._begins()
        decision, why, aim = CONCERNS[self.number % len(CONCERNS)]
        born = date(2010 + self.number % 12, 1 + self.number % 12, 1 + self.number % 28)
        who = Who(Tier.PRACTITIONER, Side.RAISING, raising.slug)
        grounds = [ground for ground in self.loaded.file.scope.grounds if not ground.only_if]
        user = self._user(who)
        record = Record(
            n=1, at=self.at, written=self.at, by=who, act=Act.RAISE, key=f"story-{self.number}",
            facts=self.story.facts, ground=grounds[self.number % len(grounds)].id,
            text={
                "decision_challenged": decision, "why": why, "aim": aim, "basis": "evidence",
                "family": "The family knows.", "user": str(user.pk) if user else "",
                "by_name": user.name if user else "",
                "child.1.name": CHILDREN[self.number % len(CHILDREN)],
                "child.1.born": born.isoformat(),
            },
        )  # fmt: skip
        answer = open_case(self.partnership, raising, responding, {}, record, user)
        if isinstance(answer, Refused):
            raise StoryFailed(answer.first.why)
        self.reference, self.state = answer.case.reference, answer.state
        if self.story.facts.get("immediate_risk"):
            self._do(Act.REFER, who, text={"reference": "MARF sent by telephone and in writing"})

    def _turn(self, agency: Agency) -> bool:
        return agency.kind == ("school" if self.number % 3 else "health_trust")

    def _begins(self) -> datetime:
        calendar = calendar_for(self.loaded.policy.calendar)
        day = (self.now - timedelta(days=self.story.days_ago)).astimezone(LONDON).date()
        while not calendar.is_working_day(day):
            day -= timedelta(days=1)
        begins = datetime(day.year, day.month, day.day, 9, 5 + self.number % 40, tzinfo=LONDON)
        return min(begins, self.now - timedelta(hours=3))

    def _talk(self) -> None:
        """The acting tier of each side speaks, and does not settle it."""
        state = self._case()
        raising = self._tier(Side.RAISING)
        others = tuple(
            Who(raising.role, side, agency)
            for side, agency in state.parties.sides
            if side is Side.RESPONDING
        )
        if state.policy.stage(state.stage).powers:
            return
        self._satisfy_contact(raising, others)
        self._do(
            Act.DISCUSS, raising, people=others, means=Means.TELEPHONE,
            outcome=Outcome.UNRESOLVED,
            text={"said": "Each side explained how it sees the risk. The views still differ."},
        )  # fmt: skip

    def _satisfy_contact(self, who: Who, others: tuple[Who, ...]) -> None:
        probe = Record(0, self.at, self.at, who, Act.DISCUSS, people=others)
        for gate in closed_gates(self._case(), probe):
            for doing in gate.needs:
                self._need(doing)

    def _open_gates(self) -> None:
        state = self._case()
        probe = Record(0, self.at, self.at, self._tier(Side.RAISING), Act.ESCALATE)
        for gate in closed_gates(state, probe):
            if gate.before is Before.BEGIN:
                for doing in gate.needs:
                    self._need(doing)

    def _need(self, doing: Doing) -> None:
        """Do what a gate asks for."""
        state = self._case()
        name = min(doing.acts)
        by = self._seats(doing.by)[0] if doing.by else self._tier(Side.RAISING)
        if by.role == "anyone":
            by = replace(by, role=self._tier(Side.RAISING).role)
            by = by if by.side else self._tier(Side.RAISING)
        people = tuple(who for who in self._seats(doing.present) if who != by)
        self._do(
            name, by, people=people, to=self._seats(doing.to),
            outcome=min(doing.outcomes) if doing.outcomes else None,
            text={"note": f"As {state.policy.short_name} asks before going on."},
        )  # fmt: skip

    def _seats(self, seats: tuple[Seat, ...]) -> tuple[Who, ...]:
        state = self._case()
        sides = {agency: side for side, agency in reversed(state.parties.sides)}
        return tuple(
            Who(seat.roles[0], sides.get(agency) if agency else None, agency)
            for wanted in seats
            for seat, agency in expand(wanted, state.parties, None)
        )

    def _end(self) -> None:
        match self.story.ends:
            case "resolved":
                self._settle()
            case "withdrawn":
                self._do(Act.WITHDRAW, self._practitioner(),
                         reason="New information came: the child is safe, and the plan is right.")  # fmt: skip
            case "decided":
                self._decide()
            case _:
                self._call_a_meeting()

    def _call_a_meeting(self) -> None:
        """Of every second case that goes on: times proposed, or one chosen already."""
        if self.number % 2:
            return
        by = self._tier(Side.RAISING)
        others = tuple(
            Who(by.role, side, agency)
            for side, agency in self._case().parties.sides
            if side is Side.RESPONDING
        )
        day = self.now.astimezone(LONDON).replace(minute=0, second=0, microsecond=0)
        times = [day.replace(hour=hour) + timedelta(days=days) for days, hour in ((1, 10), (1, 15))]
        kept = {f"time.{n}": each.isoformat() for n, each in enumerate(times, start=1)}
        when = "; or ".join(moment(each) for each in times)
        self._do(
            Act.CONVENE, by, people=others, text={**kept, "when": when, "where": "By telephone"}
        )
        if self.number % 4 == 0:
            number = self._case().records[-1].n
            self._do(Act.CONVENE, others[0], people=(by, *others[1:]), of=number,
                     text={"time.1": kept["time.1"], "when": moment(times[0])})  # fmt: skip

    def _settle(self) -> None:
        state = self._case()
        owner = self._tier(Side.RESPONDING)
        due = (self.at + timedelta(days=10)).date()
        plan = PlannedAction("Visit the child at home and write to the school.", owner, due)
        self._do(Act.AGREE, self._tier(Side.RAISING), actions=(plan,))
        self._do(Act.RESOLVE, self._tier(Side.RAISING),
                 text={"outcome": "The decision is changed, and the actions are agreed."})  # fmt: skip
        for side, agency in state.parties.sides:
            if side is Side.RESPONDING:
                self._do(Act.CONFIRM, Who(owner.role, side, agency))
        self._follow(owner)

    def _follow(self, owner: Who) -> None:
        """What became of action 1. By turns: done and checked, waiting for its check, still open."""
        if self.number % 3 == 2:
            return
        self._do(Act.COMPLETE, owner, action=1, done=True,
                 text={"evidence": "The visit's record of that day, on the child's file."})  # fmt: skip
        if self.number % 3 == 0:
            self._do(Act.CONFIRM, self._tier(Side.RAISING), action=1, done=True,
                     text={"note": "The school has the letter, and the child spoke of the visit."})  # fmt: skip

    def _decide(self) -> None:
        stage = self._case().policy.stage(self._case().stage)
        deciders = [rule for rule in stage.powers if rule.power is Power.DECIDE]
        if not deciders:
            self._settle()
            return
        rule = deciders[-1]
        body = Who(rule.who[0])
        self._appoint(rule.who[0])
        probe = Record(0, self.at, self.at, body, Act.DECIDE)
        for gate in closed_gates(self._case(), probe):
            for doing in gate.needs:
                self._need(doing)
        self._do(
            Act.DECIDE, body,
            decision="The assessment is made, jointly, and reviewed in six weeks.",
            reasons="Both views were heard. The risk that is not assessed is the greater one.",
        )  # fmt: skip
        owner = self._tier(Side.RESPONDING)
        due = (self.at + timedelta(days=10)).date()
        plans = (
            "Hold the assessment's first joint visit.",
            "Review it with everybody in six weeks.",
        )
        self._do(Act.AGREE, self._tier(Side.RAISING), actions=tuple(
            PlannedAction(what, owner, due + timedelta(days=32 * number))
            for number, what in enumerate(plans)
        ))  # fmt: skip
        self._follow(owner)

    def _appoint(self, office: str) -> None:
        state = self._case()
        for rule in state.policy.appointments:
            if rule.office not in (office, f"{office}_member"):
                continue
            by = self._seats(rule.by)[0]
            if rule.independent:
                agencies = [self._outsider()]
            else:
                agencies = [
                    *Agency.objects.filter(slug__in=state.parties.agencies),
                    self._outsider(),
                ]
            for agency in agencies:
                post = Post.objects.filter(agency=agency, role="executive").first()
                self._do(
                    Act.APPOINT, by, office=rule.office, agency=agency.slug, executive_member=True,
                    who=post.user.name if post and post.user else agency.name,
                    text={"appointee": str(post.user_id) if post else ""},
                )  # fmt: skip

    def _outsider(self) -> Agency:
        parties = self._case().parties.agencies
        return (
            Agency.objects.filter(partnerships=self.partnership)
            .exclude(slug__in=parties)
            .filter(kind__in=("police", "health_trust", "childrens_social_care"))
            .order_by("pk")[0]
        )

    # --- the telling ----------------------------------------------------------------------

    def _case(self) -> CaseState:
        assert self.state is not None
        return self.state

    def _practitioner(self) -> Who:
        return Who(Tier.PRACTITIONER, Side.RAISING, self._case().parties.raising)

    def _tier(self, side: Side) -> Who:
        """The tier that acts at the present stage, on one side; the top one at the last stage."""
        state = self._case()
        acts = state.policy.stage(state.stage).acts
        role = acts if acts in TIER_RANK or acts == "slo" else Tier.EXECUTIVE
        agency = dict(reversed(state.parties.sides))[side]
        return Who(role, side, agency)

    def _user(self, who: Who) -> User | None:
        held = Post.objects.filter(role=who.role, partnership=self.partnership, user__isnull=False)
        post = held.filter(agency__slug=who.agency).first() if who.agency else held.first()
        return post.user if post else None

    def _do(self, name: Act, by: Who, **particulars: object) -> None:
        step = timedelta(minutes=35) if self.story.days_ago < 2 else timedelta(hours=5)
        self.at = min(self.at + step, self.now - timedelta(minutes=1))
        user = self._user(by)
        text = particulars.pop("text", {})
        assert isinstance(text, dict)
        record = Record(n=0, at=self.at, written=self.at, by=by, act=name)
        signed = {"user": str(user.pk), "by_name": user.name} if user else {}
        record = replace(record, text={**text, **signed}, **particulars)  # type: ignore[arg-type]
        answer = act(self.reference, record, user)
        if not isinstance(answer, Done):
            why = answer.first.why if isinstance(answer, Refused) else "overtaken"
            raise StoryFailed(f"{self.loaded.file.id} {name} by {by}: {why}")
        self.state = answer.state

"""One form for each act that a page offers: what is asked, and the particulars it makes.

What a record may hold is the rules' to say; here only what a person is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from concord.rules.clock import LONDON
from concord.rules.record import PlannedAction
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act, Form, Means, Outcome
from concord.web.forms.base import PlainForm
from concord.web.forms.fields import AnyOf, Clock, Day, Hidden, Line, OneOf, Pick, Words
from concord.web.presenting import Names

Particulars = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """What an act's form is asked in: the case, who acts, and whom it can name."""

    state: CaseState
    names: Names
    seats: tuple[Who, ...]
    people: tuple[tuple[str, str], ...]
    """Seats of the case: label and words."""
    appointable: tuple[tuple[str, str], ...]
    """People of the partnership: number, and name with agency."""
    colleagues: tuple[tuple[str, str], ...]
    at: datetime

    def who(self, label: str) -> tuple[Who, ...]:
        """The actors that a label names."""
        return self.state.parties.resolve(label)


class ActForm(PlainForm):
    """What all acts ask: in which seat, and when it happened."""

    intro = ""
    button = "Record this"
    asks_when = False

    seen = Hidden()
    key = Hidden()

    def __init__(self, data: Any = None, *, initial: Any = None, scene: Scene) -> None:
        super().__init__(data, initial=initial)
        self.scene = scene
        if len(scene.seats) > 1:
            choices = [
                (scene.state.parties.label(seat), scene.names.seat(seat)) for seat in scene.seats
            ]
            self.fields["seat"] = OneOf("You act as", choices)
            self.initial.setdefault("seat", choices[0][0])
        self.choose()
        if self.asks_when:
            self.fields["day"] = Day(
                "When did it happen?", hint="Leave empty if it was just now", required=False
            )
            self.fields["clock"] = Clock("At what time?")

    def choose(self) -> None:
        """Fill in what can be chosen."""

    def particulars(self) -> Particulars:
        """What the record holds, from clean data."""
        return {}

    @property
    def seat(self) -> Who:
        """The seat acted in, from clean data."""
        label = self.cleaned_data.get("seat")
        return self.scene.who(label)[0] if label else self.scene.seats[0]

    def clean(self) -> dict[str, Any]:
        """What happened did not happen later than now, nor at a time of no day."""
        data = super().clean() or {}
        if data.get("clock") and not data.get("day"):
            self.add_error("day", "Enter the day as well as the time")
        elif self.asks_when and self.happened(data) > self.scene.at:
            self.add_error("day", "Enter a day and time that have passed")
        return data

    def happened(self, data: Particulars) -> datetime:
        """When it happened (aware): as typed, or now."""
        day, clock = data.get("day"), data.get("clock")
        if day is None:
            return self.scene.at
        if clock is None:
            now = self.scene.at.astimezone(LONDON)
            if day == now.date():
                return self.scene.at
            return datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)
        return datetime(day.year, day.month, day.day, clock.hour, clock.minute, tzinfo=LONDON)

    def whos(self, name: str) -> tuple[Who, ...]:
        """The actors chosen in a field."""
        chosen = self.cleaned_data.get(name) or []
        labels = [chosen] if isinstance(chosen, str) else chosen
        return tuple(who for label in labels for who in self.scene.who(label))

    def offer(self, name: str, choices: tuple[tuple[str, str], ...]) -> None:
        """Put choices into a field."""
        field = self.fields[name]
        if isinstance(field, Pick):
            field.choices = [("", "Choose"), *choices]
        elif isinstance(field, forms.ChoiceField):
            field.choices = list(choices)


class Noting(ActForm):
    """An act that is told in a few words."""

    note = Words("What should the record say?", required=False)

    def particulars(self) -> Particulars:
        """The note."""
        return {"text": {"note": self.cleaned_data["note"]}}


def noting(label: str, button: str, hint: str = "", required: bool = True, key: str = "note",
           when: bool = False, about: str = "") -> type[ActForm]:  # fmt: skip
    """An act that asks one thing."""

    class One(ActForm):
        intro = about
        asks_when = when

        def choose(self) -> None:
            self.fields["said"] = Words(label, hint, required)

        def particulars(self) -> Particulars:
            return {"text": {key: self.cleaned_data["said"]}}

    One.button = button
    return One


class Speaking(ActForm):
    """A discussion or meeting: with whom, how, when, what was said, how it ended."""

    asks_when = True
    present = AnyOf("Who took part, besides you?")
    means = OneOf("How?", ((m, m.replace("_", " ").capitalize()) for m in Means))
    said = Words("What was said?")
    outcome = OneOf(
        "How did it end?",
        (
            (Outcome.RESOLVED, "Resolved"),
            (Outcome.PARTLY, "Partly resolved"),
            (Outcome.UNRESOLVED, "Not resolved"),
        ),
    )
    writes_up = Line("Who writes it up and shares it?", required=False)

    def choose(self) -> None:
        """Everybody of the case."""
        self.offer("present", self.scene.people)

    def particulars(self) -> Particulars:
        """With whom, how, and what came of it."""
        data = self.cleaned_data
        return {
            "people": tuple(who for who in self.whos("present") if who != self.seat),
            "means": Means(data["means"]),
            "outcome": Outcome(data["outcome"]),
            "text": {"said": data["said"], "writes_up": data["writes_up"]},
        }


class Stating(ActForm):
    """A side's position."""

    button = "Record this position"
    problem = Words("What is the problem?")
    challenge = Words("What is challenged?")
    aim = Words("What do you want to achieve?")

    def particulars(self) -> Particulars:
        """The three things that a position says."""
        data = self.cleaned_data
        return {"text": {name: data[name] for name in ("problem", "challenge", "aim")}}


class Answering(ActForm):
    """The answer of whoever was challenged."""

    button = "Send this answer"
    intro = "The other side sees your answer at once."
    position = OneOf(
        "Do you agree?",
        (
            ("We agree, and will change the decision.", "Yes, we agree"),
            ("We agree in part.", "In part"),
            ("We disagree.", "No, we disagree"),
        ),
    )
    reply = Words("Give your reasons")
    proposes = Words("What do you propose, who would do it, and by when?", required=False)

    def particulars(self) -> Particulars:
        """The answer in words."""
        data = self.cleaned_data
        return {"text": {name: data[name] for name in ("position", "reply", "proposes")}}


class PassingOn(ActForm):
    """Not me: to the right person of the same agency."""

    button = "Pass it on"
    passed_to = Pick("Who is the right person?")
    reason = Words("Why them?", required=False)

    def choose(self) -> None:
        """The people of one's own agency."""
        self.offer("passed_to", self.scene.colleagues)

    def particulars(self) -> Particulars:
        """To whom, by number; the name is shown."""
        chosen = self.cleaned_data["passed_to"]
        name = dict(self.scene.colleagues)[chosen]
        return {"text": {"passed_to": chosen, "note": f"To {name}"},
                "reason": self.cleaned_data["reason"]}  # fmt: skip


class Convening(ActForm):
    """A meeting arranged."""

    button = "Arrange this meeting"
    present = AnyOf("Who should be there?")
    on = Day("On which day?")
    start = Clock("At what time?", required=True)
    place = Line("Where, or how?", hint="For example, by telephone, or a room", required=False)

    def choose(self) -> None:
        """Everybody of the case."""
        self.offer("present", self.scene.people)

    def particulars(self) -> Particulars:
        """Who, when, where."""
        data = self.cleaned_data
        return {
            "people": self.whos("present"),
            "text": {
                "when": f"{data['on']:%A} {data['on'].day} {data['on']:%B %Y}, {data['start']:%H:%M}",
                "where": data["place"],
            },
        }


class Agreeing(ActForm):
    """A plan of actions: up to three at a time, more in another record."""

    button = "Record these actions"
    intro = "Say who does what, by when. Record more actions in another record."

    def choose(self) -> None:
        """Three actions."""
        for number in (1, 2, 3):
            needed = number == 1
            self.fields[f"what_{number}"] = Line(
                f"Action {number}", required=needed, max_length=500
            )
            self.fields[f"owner_{number}"] = Pick(
                f"Who does action {number}?", self.scene.people, required=needed
            )
            self.fields[f"due_{number}"] = Day(
                f"By when should action {number} be done?", required=needed
            )

    def particulars(self) -> Particulars:
        """The actions."""
        data = self.cleaned_data
        plans = []
        for number in (1, 2, 3):
            if data[f"what_{number}"]:
                owner = self.whos(f"owner_{number}")
                due = data[f"due_{number}"]
                plans.append(
                    PlannedAction(data[f"what_{number}"], owner[0] if owner else None, due)
                )
        return {"actions": tuple(plans)}


class Telling(ActForm):
    """Somebody is told."""

    button = "Record that they were told"
    to = AnyOf("Who was told?")
    note = Words("What were they told?", required=False)
    asks_when = True

    def choose(self) -> None:
        """Everybody of the case."""
        self.offer("to", self.scene.people)

    def particulars(self) -> Particulars:
        """To whom, and what."""
        return {"to": self.whos("to"), "text": {"note": self.cleaned_data["note"]}}


class Submitting(ActForm):
    """A form of the policy is sent."""

    button = "Record that it was sent"
    form = OneOf("Which form?")
    to = AnyOf("To whom?")
    note = Words("Anything to add?", required=False)

    def choose(self) -> None:
        """The policy's forms."""
        forms_of = self.scene.state.policy.forms
        self.offer("form", tuple((rule.form, rule.title) for rule in forms_of))
        self.offer("to", self.scene.people)

    def particulars(self) -> Particulars:
        """Which form, to whom."""
        data = self.cleaned_data
        return {"form": Form(data["form"]), "to": self.whos("to"), "text": {"note": data["note"]}}


class Reviewing(ActForm):
    """A review of the facts, or of whether the concern is justified."""

    button = "Record this review"
    outcome = OneOf(
        "What did you find?",
        (
            (Outcome.JUSTIFIED, "The concern is justified, and within the policy"),
            (Outcome.NOT_JUSTIFIED, "The concern is not justified"),
            ("reviewed", "I reviewed the information"),
        ),
    )
    note = Words("What did you look at, and why do you find so?")

    def particulars(self) -> Particulars:
        """The finding."""
        data = self.cleaned_data
        found = data["outcome"]
        return {
            "outcome": None if found == "reviewed" else Outcome(found),
            "text": {"note": data["note"]},
        }


class Shortening(ActForm):
    """A shorter time."""

    button = "Set this time"
    intro = "A limit can be made shorter, never longer."
    by = Day("By which day?")
    time = Clock("And by what time, if it is that urgent?")
    reason = Words("Why must it be sooner?")

    def particulars(self) -> Particulars:
        """By when, and why."""
        data = self.cleaned_data
        due: Any = data["by"]
        if data["time"]:
            due = datetime.combine(due, data["time"], LONDON)
        return {"due": due, "reason": data["reason"]}


class Appointing(ActForm):
    """Somebody is appointed to an office for this case."""

    button = "Appoint"
    office = OneOf("To which office?")
    person = Pick("Whom?")
    executive_member = OneOf(
        "Is this person a member of the partnership's Executive?",
        (("yes", "Yes"), ("no", "No")),
        required=False,
    )

    def choose(self) -> None:
        """The offices that the policy appoints to, and the people of the partnership."""
        state = self.scene.state
        self.offer("office", tuple(
            (rule.office, self.scene.names.role(Who(rule.office)))
            for rule in state.policy.appointments
        ))  # fmt: skip
        self.offer("person", self.scene.appointable)
        if not any(rule.executive for rule in state.policy.make_ups):
            del self.fields["executive_member"]

    def particulars(self) -> Particulars:
        """The office, the person by number and name, and their agency."""
        data = self.cleaned_data
        number, _, agency = data["person"].partition("@")
        name = dict(self.scene.appointable)[data["person"]]
        member = data.get("executive_member")
        return {
            "office": data["office"],
            "who": name,
            "agency": agency,
            "executive_member": member == "yes" if member else None,
            "text": {"appointee": number},
        }


class Deciding(ActForm):
    """The last body's decision."""

    button = "Record the decision"
    intro = "Both sides see the decision and its reasons."
    decision = Words("What is decided?")
    reasons = Words("For what reasons?")

    def particulars(self) -> Particulars:
        """The decision and its reasons."""
        return {name: self.cleaned_data[name] for name in ("decision", "reasons")}


class Escalating(ActForm):
    """To the next stage, or past it."""

    button = "Take it there"
    stage = OneOf("To which stage?")
    reason = Words("Why?", hint="A reason is needed to pass over a stage.", required=False)

    def choose(self) -> None:
        """The stages above."""
        state = self.scene.state
        above = [
            stage
            for stage in state.policy.stages[state.policy.position(state.stage) + 1 :]
            if stage.ladder == state.policy.stage(state.stage).ladder
        ]
        self.offer("stage", tuple(
            (stage.id, stage.title + (" (next)" if index == 0 else ""))
            for index, stage in enumerate(above)
        ))  # fmt: skip
        if above:
            self.initial.setdefault("stage", above[0].id)

    def particulars(self) -> Particulars:
        """Where to, and why; the next stage needs no naming."""
        data = self.cleaned_data
        above = self.scene.state.policy.next_stage(self.scene.state.stage)
        jump = above is None or data["stage"] != above.id
        return {"stage": data["stage"] if jump else "", "reason": data["reason"]}


class Resolving(ActForm):
    """The outcome proposed."""

    button = "Propose this outcome"
    intro = "The case is resolved once every other party has confirmed."
    outcome = Words("What was agreed?")
    outstanding = Words("How will any outstanding issue be pursued?", required=False)

    def particulars(self) -> Particulars:
        """The outcome in writing."""
        data = self.cleaned_data
        return {"text": {name: data[name] for name in ("outcome", "outstanding")}}


class Completing(ActForm):
    """What became of an agreed action."""

    button = "Record this"
    action = OneOf("Which action?")
    done = OneOf("Is it done?", (("yes", "Yes"), ("no", "No")))
    why = Words("If not, why not?", required=False)
    instead = Line("What takes its place?", required=False, max_length=500)
    due = Day("By when?", required=False)

    def choose(self) -> None:
        """The open actions."""
        self.offer("action", tuple(
            (str(action.number), action.plan.what) for action in self.scene.state.open_actions
        ))  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What is not done is explained and replaced."""
        data = super().clean()
        if data.get("done") == "no":
            if not data.get("why"):
                self.add_error("why", "Say why it was not done")
            if not data.get("instead"):
                self.add_error("instead", "Say what takes its place")
        return data

    def particulars(self) -> Particulars:
        """Done; or why not, and what replaces it."""
        data = self.cleaned_data
        done = data["done"] == "yes"
        return {
            "action": int(data["action"]),
            "done": done,
            "why": data["why"],
            "replaced_by": None if done else PlannedAction(data["instead"], self.seat, data["due"]),
        }


class Correcting(ActForm):
    """An earlier record corrected; both stay visible."""

    button = "Add this correction"
    of = Pick("Which record?")
    change = Words("What should it have said?")

    def choose(self) -> None:
        """The records so far."""
        records = self.scene.state.records
        self.offer("of", tuple(
            (str(r.n), f"Record {r.n}: {self.scene.names.seat(r.by)}") for r in records
        ))  # fmt: skip

    def particulars(self) -> Particulars:
        """Of which record, and what."""
        data = self.cleaned_data
        return {"of": int(data["of"]), "text": {"correction": data["change"]}}


def reasoned(label: str, button: str, about: str = "") -> type[ActForm]:
    """An act that needs a reason."""

    class Reasoned(ActForm):
        intro = about

        def choose(self) -> None:
            self.fields["reason"] = Words(label)

        def particulars(self) -> Particulars:
            return {"reason": self.cleaned_data["reason"]}

    Reasoned.button = button
    return Reasoned


FORMS: dict[Act, Callable[..., ActForm]] = {
    Act.ACKNOWLEDGE: noting("Anything to say now?", "Acknowledge", required=False),
    Act.STATE: Stating,
    Act.ANSWER: Answering,
    Act.PASS_ON: PassingOn,
    Act.DISCUSS: Speaking,
    Act.ADVISE: noting("What is the advice?", "Record this advice", key="advice", when=True),
    Act.CONVENE: Convening,
    Act.MEET: Speaking,
    Act.HEAR: Speaking,
    Act.AGREE: Agreeing,
    Act.CONFIRM: noting("Anything to add?", "Confirm this outcome", required=False,
                        about="You confirm, for your agency, the outcome proposed."),
    Act.FILE: noting("Where and what did you record?", "Record this", when=True),
    Act.SHARE: Telling,
    Act.SUBMIT: Submitting,
    Act.NOTIFY: Telling,
    Act.REVIEW: Reviewing,
    Act.REFER: noting("What was referred, to whom, and the reference you were given?",
                      "Record this referral", key="reference", when=True,
                      about="A referral to the MASH (Multi-Agency Safeguarding Hub)."),
    Act.SHORTEN: Shortening,
    Act.APPOINT: Appointing,
    Act.DECIDE: Deciding,
    Act.ESCALATE: Escalating,
    Act.REFER_UP: reasoned("Why does it go up your line?", "Refer it up"),
    Act.RESOLVE: Resolving,
    Act.COMPLETE: Completing,
    Act.EXPLAIN: reasoned("Why is it late?", "Record this explanation"),
    Act.FEED_BACK: Telling,
    Act.LEARN: noting("What is to be learned, and by whom?", "Record this lesson", key="lesson"),
    Act.DISSEMINATE: noting("What was sent out, and to whom?", "Record this"),
    Act.DEBRIEF: noting("What was offered, and to whom?", "Record this", required=False),
    Act.WITHDRAW: reasoned("Why do you withdraw it?", "Withdraw the concern"),
    Act.REOPEN: reasoned("Why is it reopened?", "Reopen", "All limits of the stage start again."),
    Act.CORRECT: Correcting,
}  # fmt: skip

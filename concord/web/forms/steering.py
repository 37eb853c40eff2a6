"""Acts that steer a case: actions, limits, appointments, decisions, stages, outcomes."""

from datetime import datetime
from typing import Any

from concord.rules.clock import LONDON
from concord.rules.record import PlannedAction
from concord.rules.who import Who
from concord.web.forms.act import ActForm, Particulars
from concord.web.forms.fields import Clock, Day, Line, OneOf, Pick, Words


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

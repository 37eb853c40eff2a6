"""Acts that steer a case: limits, appointments, decisions, stages, outcomes."""

from datetime import datetime
from typing import Any

from concord.rules.clock import LONDON
from concord.rules.who import Who
from concord.web.forms.act import ActForm, Particulars
from concord.web.forms.fields import Clock, Day, OneOf, Pick, Words


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

"""Acts that steer a case: limits, appointments, decisions, stages, outcomes."""

from datetime import datetime
from typing import Any

from concord.rules.agreement import may_correct
from concord.rules.clock import LONDON, Due, latest_instant
from concord.rules.record_words import record_row
from concord.rules.who import Who
from concord.web.forms.act import ActForm, Particulars
from concord.web.forms.fields import Clock, Day, OneOf, Pick, Words, never_was


class Shortening(ActForm):
    """A shorter time."""

    button = "Set this time"
    intro = "A limit can be made shorter, never longer."
    by = Day("By which day?")
    time = Clock("And by what time, if it is that urgent?")
    reason = Words("Why must it be sooner?")

    def clean(self) -> dict[str, Any]:
        """A time that nobody can keep to any more is none."""
        data = super().clean()
        typed = data.get("by") and "time" not in self.errors
        no_time = never_was(data["by"], data["time"]) if typed and data.get("time") else ""
        if no_time:
            self.add_error("time", no_time)
        elif typed and latest_instant(_due(data)) <= self.scene.at:
            self.add_error("by", "Enter a day and time that are still to come")
        return data

    def particulars(self) -> Particulars:
        """By when, and why."""
        data = self.cleaned_data
        return {"due": _due(data), "reason": data["reason"]}


def _due(data: Particulars) -> Due:
    """A day, or the moment on it that is typed (aware)."""
    by, time = data["by"], data["time"]
    return datetime.combine(by, time, LONDON) if time else by


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
    instead_of = OneOf("Does this person take somebody's place?", (), required=False)

    def choose(self) -> None:
        """The offices that the policy appoints to, and the people of the partnership."""
        state = self.scene.state
        present = tuple((str(each.n), f"Yes, of {each.who}") for each in state.appointments)
        if present:
            self.offer("instead_of", (("", "No"), *present))
        else:
            del self.fields["instead_of"]
        self.offer("office", tuple(
            (rule.office, self.scene.names.role(Who(rule.office)))
            for rule in state.policy.appointments
        ))  # fmt: skip
        self.offer("person", self.scene.appointable)
        if not any(rule.executive for rule in state.policy.make_ups):
            del self.fields["executive_member"]

    def clean(self) -> dict[str, Any]:
        """Where the policy asks that all be of the Executive, nobody else is appointed."""
        data = super().clean() or {}
        rule = next((each for each in self.scene.state.policy.make_ups if each.executive), None)
        if rule and rule.members == data.get("office") and data.get("executive_member") == "no":
            self.add_error(
                "executive_member",
                "The policy asks that every member be of the partnership's Executive. Choose "
                "somebody who is. If nobody of that agency is, there is no panel: the Chair "
                "resolves it directly.",
            )
        return data

    def particulars(self) -> Particulars:
        """The office, the person by number and name, their agency, and whose place they take."""
        data = self.cleaned_data
        number, _, agency = data["person"].partition("@")
        name = dict(self.scene.appointable)[data["person"]]
        member = data.get("executive_member")
        return {
            "office": data["office"],
            "who": name,
            "agency": agency,
            "executive_member": member == "yes" if member else None,
            "of": int(data["instead_of"]) if data.get("instead_of") else None,
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
        """The records that may be corrected from these seats, with what each is and when."""
        state, names = self.scene.state, self.scene.names
        rows = [
            record_row(r, names, state)
            for r in state.records
            if any(may_correct(r, seat) for seat in self.scene.seats)
        ]
        self.offer("of", tuple(
            (str(row.n), f"Record {row.n}: {row.headline}, {row.at}, by {row.by}") for row in rows
        ))  # fmt: skip

    def particulars(self) -> Particulars:
        """Of which record, and what."""
        data = self.cleaned_data
        return {"of": int(data["of"]), "text": {"correction": data["change"]}}

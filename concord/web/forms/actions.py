"""Acts about agreed actions: agreeing a plan, reporting what became of it, checking it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from concord.rules.policy import Start
from concord.rules.record import PlannedAction
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act
from concord.web.forms.act import ActForm, Particulars
from concord.web.forms.fields import Day, Line, OneOf, Pick, Words

AT_ONCE = 3
"""How many actions one record can hold."""

LONGEST_AHEAD = timedelta(days=366)
"""Of an agreed action: a later date is a slip in the year, or puts help off for ever."""


def wrong_date(due: date, today: date) -> str:
    """What is wrong with the day by which an action is to be done; empty if it is one to take."""
    if due < today:
        return "Enter a day that has not passed"
    if due > today + LONGEST_AHEAD:
        return (
            "Enter a day within a year. Check the year; for what takes longer, agree what is done "
            "by then"
        )
    return ""


def asks_who_writes_up(state: CaseState) -> bool:
    """Whether the present stage makes both sides agree who writes up and shares the actions."""
    return any(
        rule.stage == state.stage and rule.by is None and rule.starts is Start.STAGE
        and any(doing.acts == {Act.SHARE} for doing in rule.done)
        for rule in state.policy.duties
    )  # fmt: skip


class Planning(ActForm):
    """What forms share that can hold a plan of actions."""

    def ask_plan(self, needed: bool) -> None:
        """The actions, and who writes them up."""
        for number in range(1, AT_ONCE + 1):
            first = needed and number == 1
            self.fields[f"what_{number}"] = Line(f"Action {number}", required=first, max_length=500)
            self.fields[f"owner_{number}"] = Pick(
                f"Who does action {number}?", self.scene.people, required=first
            )
            self.fields[f"due_{number}"] = Day(
                f"By when should action {number} be done?", required=first
            )
        self.fields["writer"] = Pick(
            "Who writes the actions up and shares them with the other side?",
            self.scene.people,
            required=needed and asks_who_writes_up(self.scene.state),
        )

    def check_plan(self, data: Particulars) -> None:
        """An action has an owner and a date, and the date has not passed."""
        for number in range(1, AT_ONCE + 1):
            owner, due = f"owner_{number}", f"due_{number}"
            if data.get(f"what_{number}"):
                if not data.get(owner) and owner not in self.errors:
                    self.add_error(owner, f"Choose who does action {number}")
                if not data.get(due) and due not in self.errors:
                    self.add_error(due, f"Enter the day by which action {number} should be done")
            wrong = wrong_date(data[due], self.scene.at.date()) if data.get(due) else ""
            if wrong:
                self.add_error(due, f"{wrong}: action {number}")

    def plans(self) -> Iterator[PlannedAction]:
        """The actions, from clean data."""
        data = self.cleaned_data
        for number in range(1, AT_ONCE + 1):
            if data[f"what_{number}"]:
                owner = self.whos(f"owner_{number}")
                yield PlannedAction(
                    data[f"what_{number}"], owner[0] if owner else None, data[f"due_{number}"]
                )

    def plan(self) -> Particulars:
        """The particulars of an agreement to the actions."""
        label = self.cleaned_data["writer"]
        text = {"writer": label, "writes_up": dict(self.scene.people).get(label, "")}
        return {"actions": tuple(self.plans()), "text": text}


class Agreeing(Planning):
    """A plan of actions: up to three at a time, more in another record."""

    button = "Record these actions"
    intro = "Say who does what, by when. Record more actions in another record."

    def choose(self) -> None:
        """The actions; the first is needed."""
        self.ask_plan(needed=True)

    def clean(self) -> dict[str, Any]:
        """Each has an owner and a date to come."""
        data = super().clean()
        self.check_plan(data)
        return data

    def particulars(self) -> Particulars:
        """The actions, and who writes them up."""
        return self.plan()


class Completing(ActForm):
    """What became of an agreed action."""

    button = "Record this"
    intro = (
        "Say what shows that it is done: the other side checks it. If it is not done, say why, and "
        "what takes its place."
    )
    which = OneOf("Which action?")
    done = OneOf("Is it done?", (("yes", "Yes"), ("no", "No")))
    evidence = Words(
        "If it is done, what shows it?",
        hint="For example, the date of a visit and where its record is kept",
        required=False,
    )
    why = Words("If not, why not?", required=False)
    instead = Line("If not, what takes its place?", required=False, max_length=500)
    owner = Pick("Who does that instead?", required=False)
    due = Day("By when?", required=False)
    follow_ups = {"done": {"yes": ("evidence",), "no": ("why", "instead", "owner", "due")}}

    def choose(self) -> None:
        """The open actions, and who may take over."""
        actions = self.scene.state.open_actions
        self.offer("which", tuple((str(each.number), each.plan.what) for each in actions))
        if len(actions) == 1:
            self.initial.setdefault("which", str(actions[0].number))
        self.offer("owner", self.scene.people)

    def clean(self) -> dict[str, Any]:
        """What is done is shown; what is not done is explained and replaced (LI-02)."""
        data = super().clean()
        if data.get("done") == "yes":
            if not data.get("evidence"):
                self.add_error("evidence", "Say what shows that it is done")
            if data.get("why") or data.get("instead"):
                self.add_error("done", "You said why it is not done, too. Choose No, or clear that")
        elif data.get("done") == "no" and data.get("evidence"):
            self.add_error("done", "You said what shows it, too. Choose Yes, or clear that")
        if data.get("done") == "no":
            wanted = {
                "why": "Say why it was not done",
                "instead": "Say what takes its place",
                "owner": "Choose who does that instead",
                "due": "Enter the day by which that should be done",
            }
            for name, says in wanted.items():
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, says)
            wrong = wrong_date(data["due"], self.scene.at.date()) if data.get("due") else ""
            if wrong:
                self.add_error("due", wrong)
        return data

    def particulars(self) -> Particulars:
        """Done, and what shows it; or why not, and what replaces it."""
        data = self.cleaned_data
        number = int(data["which"])
        if data["done"] == "yes":
            return {"action": number, "done": True, "text": {"evidence": data["evidence"]}}
        owner = self.whos("owner")
        plan = PlannedAction(data["instead"], owner[0] if owner else None, data["due"])
        return {"action": number, "done": False, "why": data["why"], "replaced_by": plan}


def checking(number: int) -> type[ActForm]:
    """The form by which one side checks an action that the other reported done."""

    class Checking(ActForm):
        """Whether it was carried out."""

        button = "Record this check"
        asks_when = True
        done = OneOf(
            "Was it carried out, in the agreed time?",
            (("yes", "Yes, it was carried out"), ("no", "No, it was not")),
        )
        why = Words("What did you look at, and what did you find?", required=False)

        def clean(self) -> dict[str, Any]:
            """What was not carried out says what was found."""
            data = super().clean()
            if data.get("done") == "no" and not data.get("why"):
                self.add_error("why", "Say what you found. The action is then open again")
            return data

        def particulars(self) -> Particulars:
            """The finding."""
            data = self.cleaned_data
            done = data["done"] == "yes"
            found = {"text": {"note": data["why"]}} if done else {"why": data["why"]}
            return {"action": number, "done": done, **found}

    return Checking


def may_check(state: CaseState, seats: tuple[Who, ...]) -> frozenset[int]:
    """The numbers of the actions that somebody who sits in these seats can check."""
    return frozenset(each.number for seat in seats for each in state.to_check(seat))

"""What every act's form asks: in which seat, when it happened; and the plainest acts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from concord.rules.clock import LONDON
from concord.rules.dates import day as day_words
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act
from concord.web.forms.base import PlainForm
from concord.web.forms.fields import (
    AnyOf,
    Clock,
    Day,
    Hidden,
    Line,
    OneOf,
    Pick,
    Words,
    never_was,
    too_long,
)
from concord.web.presenting import Names

Particulars = dict[str, Any]

LONGEST_BEFORE = timedelta(days=92)
"""Before a concern was raised: what happened earlier is seldom of the case, and often a slip in
the year, so it is asked about."""


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
    behalf: str = ""
    """The name of the agency that is not on Concord, on whose behalf it is written."""

    def who(self, label: str) -> tuple[Who, ...]:
        """The actors that a label names."""
        return self.state.parties.resolve(label)


class ActForm(PlainForm):
    """What all acts ask: in which seat, and when it happened."""

    intro = ""
    button = "Record this"
    asks_when = False
    is_checked = False
    """Whether what would come of it is to be shown, and nothing recorded."""

    seen = Hidden()
    key = Hidden()

    def __init__(self, data: Any = None, *, initial: Any = None, scene: Scene) -> None:
        super().__init__(data, initial=initial)
        self.scene = scene
        if scene.behalf:
            self.fields["by_name"] = Line("Who tells you this? Their name", max_length=120)
            self.fields["post"] = Line("Their post", max_length=120)
        if len(scene.seats) > 1:
            choices = [
                (scene.state.parties.label(seat), scene.names.seat(seat)) for seat in scene.seats
            ]
            asks = "At which level do they act?" if scene.behalf else "You act as"
            self.fields["seat"] = OneOf(asks, choices)
            self.initial.setdefault("seat", choices[0][0])
        self.choose()
        if self.asks_when or scene.behalf:
            self.fields["day"] = Day(
                "When did it happen?", hint="Leave empty if it was just now", required=False
            )
            self.fields["clock"] = Clock("At what time?")
            if self._is_long_ago():
                self.fields["day_is_right"] = AnyOf(
                    "Is the date right?", [("yes", "Yes, it is right")], required=False
                )

    def _is_long_ago(self) -> bool:
        """Whether the day typed is so long before the concern was raised that it is asked about."""
        if not self.is_bound or not self.scene.state.is_raised:
            return False
        field = self.fields["day"]
        typed = field.widget.value_from_datadict(self.data, MultiValueDict(), "day")
        try:
            day = field.clean(typed)
        except forms.ValidationError:
            return False
        raised = self.scene.state.raised.astimezone(LONDON).date()
        return day is not None and day < raised - LONGEST_BEFORE

    def choose(self) -> None:
        """Fill in what can be chosen."""

    def particulars(self) -> Particulars:
        """What the record holds, from clean data."""
        return {}

    def acts(self, act: Act) -> list[tuple[Act, Particulars]]:
        """What is recorded, in order, from clean data: the act asked for, and what comes of it."""
        return [(act, self.particulars())]

    @property
    def seat(self) -> Who:
        """The seat acted in, from clean data."""
        label = self.cleaned_data.get("seat")
        return self.scene.who(label)[0] if label else self.scene.seats[0]

    def clean(self) -> dict[str, Any]:
        """What happened did not happen later than now, nor at a time of no day."""
        data = super().clean() or {}
        beyond = too_long(str(self.data.get("override", "")), "Or go on without it, because")
        if beyond:
            self.add_error(None, beyond)
        if data.get("clock") and not data.get("day"):
            self.add_error("day", "Enter the day as well as the time")
        elif data.get("clock") and (no_time := never_was(data["day"], data["clock"])):
            self.add_error("clock", no_time)
        elif "day" in self.fields and self.happened(data) > self.scene.at:
            self.add_error("day", "Enter a day and time that have passed")
        elif "day_is_right" in self.fields and "yes" not in (data.get("day_is_right") or []):
            self.add_error(
                "day",
                f"Check the year: {day_words(data['day'])} is more than three months before this "
                "concern was raised. If it is right, say so below",
            )
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

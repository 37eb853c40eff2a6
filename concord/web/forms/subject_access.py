"""What is asked of whoever answers a request for access to what is held about a child."""

from datetime import date
from typing import Any

from concord.subject_access.covering import holds
from concord.subject_access.models import Piece
from concord.subject_access.reasons import REASONS, Code
from concord.subject_access.requests import STANDINGS
from concord.web.forms.base import PlainForm
from concord.web.forms.fields import Day, Line, OneOf, Words

AGO = 366
"""In days: a request received longer ago is a slip in the year."""


class Asking(PlainForm):
    """A request as it came."""

    child = Line("The child's full name")
    born = Day("The child's date of birth", hint="For example, 27 3 2015")
    asked_by = Line("Who asks? Their name")
    standing = OneOf("As what do they ask?", STANDINGS.items())
    received = Day("On which day was the request received?", hint="In any way, by anybody of you")
    proved = Day(
        "On which day was it proved who asks?",
        hint="Leave it empty if it is not proved yet",
        required=False,
    )
    how_proved = Words("How was it proved?", required=False)
    note = Words("What exactly do they ask for?", required=False)

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """No day is to come; a proof says how."""
        data = super().clean() or {}
        for name in ("born", "received", "proved"):
            if data.get(name) and data[name] > self.today:
                self.add_error(name, "Enter a day that has passed, or today")
        received = data.get("received")
        if received and (self.today - received).days > AGO:
            self.add_error("received", "Check the year: this is more than a year ago")
        if data.get("proved") and not data.get("how_proved"):
            self.add_error("how_proved", "Say how: which document, or who knows them")
        if data.get("how_proved") and not data.get("proved"):
            self.add_error("proved", "Enter the day on which it was proved")
        return data


class Proving(PlainForm):
    """That it is proved who asks."""

    proved = Day("On which day was it proved who asks?")
    how_proved = Words("How was it proved?", hint="Which document, or who knows them")

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Not a day to come."""
        data = super().clean() or {}
        if data.get("proved") and data["proved"] > self.today:
            self.add_error("proved", "Enter a day that has passed, or today")
        return data


class Why(PlainForm):
    """A reason, in words: to extend it, or to close it without a release."""

    why = Words("Why?", hint="Whoever asked is told this")


class Covering(PlainForm):
    """Words to be left out, by a reason's code."""

    words = Words(
        "Which words are left out?",
        hint="Copy them as they stand. Leave it empty to leave the whole piece out",
        required=False,
    )
    code = OneOf(
        "By which reason?",
        ((each.code, f"{each.title} ({each.code}): {each.when}") for each in REASONS.values()),
    )
    why = Words("Why does it hold here?", hint="For the second reader. It is not given to anybody")

    def __init__(self, data: Any = None, *, piece: Piece) -> None:
        super().__init__(data)
        self.piece = piece
        if piece.document is not None:
            del self.fields["words"]

    def clean(self) -> dict[str, Any]:
        """The piece holds the words."""
        data = super().clean() or {}
        words = data.get("words", "")
        if words and not holds(self.piece.text, words):
            self.add_error(
                "words", "This piece does not hold those words. Copy them from it as they stand"
            )
        return data

    def chosen(self) -> Code:
        """The reason's code."""
        return Code(self.cleaned_data["code"])


class SecondReading(PlainForm):
    """What the second reader says of a redaction."""

    says = OneOf(
        "Do you agree that this is left out?",
        (("agrees", "Yes"), ("disagrees", "No, or not like this")),
    )
    note = Words("Why not?", required=False)

    def clean(self) -> dict[str, Any]:
        """Who does not agree says why."""
        data = super().clean() or {}
        if data.get("says") == "disagrees" and not data.get("note"):
            self.add_error("note", "Say why not, so that it can be put right")
        return data

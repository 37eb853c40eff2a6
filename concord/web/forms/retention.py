"""What is asked of whoever looks after how long cases are kept."""

from datetime import date
from typing import Any

from concord.web.forms.base import PlainForm
from concord.web.forms.fields import Day, OneOf, Words

KNOWN = (("yes", "Yes"), ("no", "No"), ("", "Nobody knows yet"))


class Holding(PlainForm):
    """A legal hold."""

    why = Words(
        "Why must this case not be disposed of?",
        hint="A court case, an inquiry, a review of practice. Do not name the child",
    )
    review = Day("On which day is it asked whether the hold is still needed?")

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """A day to come."""
        data = super().clean() or {}
        if data.get("review") and data["review"] <= self.today:
            self.add_error("review", "Enter a day to come")
        return data


class Lifting(PlainForm):
    """The end of a legal hold."""

    why = Words("Why is the hold not needed any more?", hint="Who said so, and when")


class Telling(PlainForm):
    """What was not known of a case."""

    looked_after = OneOf(
        "Was a child of this case ever looked after (in care)?", KNOWN, required=False
    )
    school_file = OneOf("Is this case part of a school's file on the child?", KNOWN, required=False)
    born = Day(
        "The date of birth that is missing",
        hint="Of the youngest child whose date of birth the case does not have",
        required=False,
    )
    until = Day(
        "Is it to be kept until a later day anyhow?",
        hint="By your own schedule. Leave it empty if it is not",
        required=False,
    )
    why = Words("How is this known?", hint="Who said so, or which record. Do not name the child")

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Something is said; nobody was born on a day to come."""
        data = super().clean() or {}
        if data.get("born") and data["born"] > self.today:
            self.add_error("born", "Enter a day that has passed, or today")
        if not self.errors and not any(self.said().values()):
            self.add_error(None, "Say one thing at least, or leave this page")
        return data

    def said(self) -> dict[str, str]:
        """What was said, by name."""
        data = self.cleaned_data
        return {
            "looked_after": data.get("looked_after", ""),
            "school_file": data.get("school_file", ""),
            "born": data["born"].isoformat() if data.get("born") else "",
            "until": data["until"].isoformat() if data.get("until") else "",
        }


class Proposing(PlainForm):
    """A proposal to dispose of a case."""

    why = Words(
        "Why is this case disposed of now?",
        hint="What you checked, and with whom. Do not name the child",
    )


class TurningDown(PlainForm):
    """Why a proposal is not approved."""

    why = Words("Why is this case not to be disposed of now?", hint="Do not name the child")

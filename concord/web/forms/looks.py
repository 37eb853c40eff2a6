"""What is asked of whoever reviews a look."""

from typing import Any

from concord.web.forms.base import PlainForm
from concord.web.forms.fields import OneOf, Words


class Reviewing(PlainForm):
    """Whether a look was in order."""

    in_order = OneOf(
        "Was there a good reason to look?",
        (("yes", "Yes, it was in order"), ("no", "No, or I cannot tell")),
    )
    note = Words("What did you find?", required=False)

    def clean(self) -> dict[str, Any]:
        """Who finds something wrong says what."""
        data = super().clean() or {}
        if data.get("in_order") == "no" and not data.get("note"):
            self.add_error("note", "Say what you found, and what you do about it")
        return data

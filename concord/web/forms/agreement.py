"""Whether a record of a talk is right, asked of those who took part for another side."""

from typing import Any

from concord.rules.words import Act
from concord.web.forms.act import ActForm, Particulars
from concord.web.forms.fields import OneOf, Words


def judging(number: int) -> type[ActForm]:
    """The form about the record of this number."""

    class Judging(ActForm):
        """Right; or what is wrong with it. The record stays as it is, and so does what is said."""

        button = "Send this answer"
        right = OneOf(
            "Is this record right?",
            (("yes", "Yes, this is what was said"), ("no", "No, something is wrong or missing")),
        )
        wrong = Words("If not, what is wrong or missing?", required=False)
        follow_ups = {"right": {"no": ("wrong",)}}

        def clean(self) -> dict[str, Any]:
            """What is wrong is said in words."""
            data = super().clean()
            if data.get("right") == "no" and not data.get("wrong"):
                self.add_error("wrong", "Say what is wrong or missing")
            if data.get("right") == "yes" and data.get("wrong"):
                self.add_error("right", "You said what is wrong, too. Choose No, or clear that")
            return data

        def acts(self, act: Act) -> list[tuple[Act, Particulars]]:
            """It is agreed; or put right in words, which change nothing in it."""
            if self.cleaned_data["right"] == "yes":
                return [(Act.CONFIRM, {"of": number})]
            wrong = self.cleaned_data["wrong"]
            return [(Act.CORRECT, {"of": number, "text": {"disputed": wrong}})]

    return Judging

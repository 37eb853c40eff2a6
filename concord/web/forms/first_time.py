"""What is asked of people who come by a code, and of those who answer for them."""

from typing import Any

from django import forms

from concord.web.forms.base import PlainForm
from concord.web.forms.fields import Line, OneOf, Words


class Code(forms.CharField):
    """Digits that came by mail or telephone."""

    kind = "clock"

    def __init__(self, label: str, hint: str, digits: int) -> None:
        self.digits = digits
        super().__init__(
            label=label, help_text=hint, max_length=40,
            error_messages={"required": f"Enter the {digits} digits of the code"},
        )  # fmt: skip

    def clean(self, value: Any) -> str:
        """The digits. Raises ValidationError with what to type instead."""
        text = "".join(letter for letter in str(super().clean(value)) if letter not in " -")
        if len(text) != self.digits or not (text.isascii() and text.isdecimal()):
            raise forms.ValidationError(f"The code has {self.digits} digits and nothing else")
        return text


class Proving(PlainForm):
    """The code that came by mail."""

    code = Code("Your code", "6 digits", 6)


class SigningInByCode(PlainForm):
    """Whom to send a code to."""

    email = Line("Work e-mail address", max_length=254)


class Confirming(PlainForm):
    """Whether the agency knows somebody."""

    known = OneOf(
        "Do you know this person as somebody of your agency?",
        (("yes", "Yes, they work here"), ("no", "No, I do not know them")),
    )
    note = Words("Anything to say about it", required=False)

    def clean_note(self) -> str:
        """Short enough to be kept."""
        note = str(self.cleaned_data["note"])
        if len(note) > 500:
            raise forms.ValidationError("Say it in 500 letters or fewer")
        return note

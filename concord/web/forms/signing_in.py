"""What is asked of whoever signs in, or changes how they do."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from concord.directory.models import User
from concord.web.forms.base import PlainForm
from concord.web.forms.fields import Line, OneOf
from concord.web.forms.start import Secret


class AnyCode(forms.CharField):
    """Digits from an authenticator app, or of a recovery code; spaces between them do no harm."""

    kind = "line"

    def __init__(self, label: str, hint: str, lengths: tuple[int, ...], **more: Any) -> None:
        self.lengths = lengths
        super().__init__(
            label=label, help_text=hint, max_length=60,
            error_messages={"required": "Enter the code"}, **more,
        )  # fmt: skip

    def clean(self, value: Any) -> str:
        """The digits alone. Raises ValidationError with what to type instead."""
        text = "".join(letter for letter in str(super().clean(value)) if letter not in " -")
        if len(text) not in self.lengths or not (text.isascii() and text.isdecimal()):
            wanted = " or ".join(str(each) for each in self.lengths)
            raise ValidationError(f"The code has {wanted} digits and nothing else")
        return text


class SecondStep(PlainForm):
    """A code that proves who somebody is, besides their password."""

    code = AnyCode(
        "Your code",
        "6 digits from your authenticator app, or 12 digits of one of your recovery codes",
        (6, 12),
    )


class SettingUpApp(PlainForm):
    """The first code of an app, which shows that it is set up."""

    code = AnyCode("The code that the app shows now", "6 digits", (6,))


class NewPassword(PlainForm):
    """Another password, by whoever knows the present one."""

    password = Secret("Your password now", "Enter your password now")
    password_new = Secret("New password", "Enter a new password", "12 characters or more")
    password_again = Secret("New password again", "Enter the new password again")

    def __init__(self, *arguments: Any, user: User | None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.user = user

    def clean_password_new(self) -> str:
        """Strong enough. Raises ValidationError."""
        new = str(self.cleaned_data["password_new"])
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        """The same twice."""
        data = super().clean() or {}
        new, again = data.get("password_new"), data.get("password_again")
        if new and again and new != again:
            self.add_error("password_again", "The two new passwords differ. Type both again")
        return data


class FirstPassword(NewPassword):
    """A password, by whoever was told a code for it."""

    password = None  # type: ignore[assignment]
    email = Line("Work e-mail address")
    code = AnyCode("Your code", "12 digits, which your administrator told you", (12,))
    field_order = ("email", "code", "password_new", "password_again")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, user=None, **named)


class PasskeyName(PlainForm):
    """What somebody calls a passkey, to know it by among others."""

    name = Line("A name for this passkey", "For example, work laptop", max_length=60)


class NewToken(PlainForm):
    """A token by which a program reads as its person."""

    name = Line(
        "What is it for?", "For example, our case system. Name no child.", max_length=60,
    )  # fmt: skip
    days = OneOf(
        "For how long?",
        (("7", "7 days"), ("30", "30 days"), ("90", "90 days, no longer")),
    )

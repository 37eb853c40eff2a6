"""What is asked of whoever invites an outsider, and of the outsider."""

from typing import Any

from django import forms

from concord.cases.invitations import DIGITS, Asked
from concord.web.forms.act import ActForm
from concord.web.forms.base import PlainForm
from concord.web.forms.fields import Hidden, Line, Words
from concord.web.forms.first_time import Code
from concord.web.forms.private import is_private

LONGEST = 2_000


class Inviting(ActForm):
    """Whom to ask, what, and the words that they are shown."""

    button = "Send the invitation"

    name = Line("Who is asked? Their full name", max_length=120)
    post = Line(
        "Their post, and where they work", "For example, General practitioner, Orchard Surgery",
        max_length=120,
    )  # fmt: skip
    email = Line(
        "Their work e-mail address", "The mail says nothing of the child or the case",
        max_length=254,
    )  # fmt: skip
    question = Words("What do you ask?", "One question, which they can answer in two minutes")
    shown = Words(
        "What do they need to know to answer?",
        "Name the child here, and say only what they need. They see these words, and nothing else "
        "of the case",
    )

    def clean_email(self) -> str:
        """An address. Raises ValidationError with what to type instead."""
        email = str(self.cleaned_data["email"]).strip().lower()
        try:
            forms.EmailField().clean(email)
        except forms.ValidationError as error:
            says = "Enter an e-mail address, like name@surgery.example.org"
            raise forms.ValidationError(says) from error
        if is_private(email):
            raise forms.ValidationError(
                "This is a private address. Ask them for the one that they have from their work, "
                "and enter that. If they have none, ask your question by telephone, and write down "
                "what they say: choose 'Record advice' in the case"
            )
        return email

    def asked(self) -> Asked:
        """Whom, and what, from clean data."""
        data = self.cleaned_data
        return Asked(data["name"], data["post"], data["email"], data["question"], data["shown"])


class Opening(PlainForm):
    """The code that was read out; with what was typed before the page was left for too long."""

    code = Code("Your code", f"{DIGITS} digits, which whoever invited you reads to you", DIGITS)
    name = Hidden()
    post = Hidden()
    advice = Hidden()


class Advising(PlainForm):
    """The outsider's answer, in their own name."""

    advice = Words("Your answer")
    name = Line("Your full name", max_length=120)
    post = Line("Your post, and where you work", max_length=120)

    def carried(self) -> dict[str, Any]:
        """What was typed, to be carried over a page that asks for the code again."""
        return {name: str(self.data.get(name, "")) for name in ("name", "post", "advice")}

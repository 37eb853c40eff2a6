"""What is asked of whoever hears or decides: whether they are independent."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError

from concord.web.forms.base import PlainForm
from concord.web.forms.fields import Hidden, OneOf, Words

SAYS = {
    "yes": "I am independent: I have no part in this case, nor in an agency in dispute.",
    "party": "I belong to an agency in dispute, as the policy allows for my seat.",
    "no": "I am not independent, and somebody else should sit in my place.",
}


class Declaring(PlainForm):
    """A declaration, which both sides and the business manager see."""

    declares = OneOf("What do you declare?", SAYS.items())
    note = Words("Anything that the two sides should know", required=False)
    key = Hidden()

    def __init__(self, data: Any = None, *, is_of_a_party: bool, took_part: bool) -> None:
        super().__init__(data, initial={"key": secrets.token_urlsafe(16)})
        self.is_of_a_party, self.took_part = is_of_a_party, took_part

    def clean_declares(self) -> str:
        """What the directory and the records do not speak against. Raises ValidationError."""
        declares = str(self.cleaned_data["declares"])
        if declares == "yes" and self.is_of_a_party:
            raise ValidationError(
                "Your agency is one of those in dispute. Declare that you belong to it, or that "
                "somebody else should sit"
            )
        if declares == "yes" and self.took_part:
            raise ValidationError(
                "You took part in this case: the records say so. Declare that somebody else "
                "should sit, or ask the business manager"
            )
        if declares == "party" and not self.is_of_a_party:
            raise ValidationError(
                "No agency in which you hold a post is in dispute. If you belong to one of them, "
                "ask the business manager to put you into its directory first"
            )
        return declares

    def words(self) -> str:
        """The declaration in words, from clean data."""
        data = self.cleaned_data
        return " ".join(filter(None, (SAYS[data["declares"]], data["note"])))

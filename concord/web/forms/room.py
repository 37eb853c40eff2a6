"""What is asked of whoever hears or decides: whether they are independent."""

import secrets
from typing import Any

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

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": secrets.token_urlsafe(16)})

    def words(self) -> str:
        """The declaration in words, from clean data."""
        data = self.cleaned_data
        return " ".join(filter(None, (SAYS[data["declares"]], data["note"])))

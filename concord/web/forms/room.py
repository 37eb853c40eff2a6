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


def _against(is_of_a_party: bool, took_part: bool) -> dict[str, str]:
    """What cannot be declared, as the directory and the records speak against it: and why."""
    found = {}
    if is_of_a_party:
        found["yes"] = (
            "Your agency is one of those in dispute. Declare that you belong to it, or that "
            "somebody else should sit"
        )
    elif took_part:
        found["yes"] = (
            "You took part in this case: the records say so. Declare that somebody else "
            "should sit, or ask the business manager"
        )
    if not is_of_a_party:
        found["party"] = (
            "No agency in which you hold a post is in dispute. If you belong to one of them, "
            "ask the business manager to put you into its directory first"
        )
    return found


class Declaring(PlainForm):
    """A declaration, which both sides and the business manager see."""

    declares = OneOf("What do you declare?", SAYS.items())
    note = Words("Anything that the two sides should know", required=False)
    key = Hidden()

    def __init__(self, data: Any = None, *, is_of_a_party: bool, took_part: bool) -> None:
        super().__init__(data, initial={"key": secrets.token_urlsafe(16)})
        against = _against(is_of_a_party, took_part)
        field = self.fields["declares"]
        assert isinstance(field, OneOf)
        field.choices = [(each, says) for each, says in SAYS.items() if each not in against]
        if data is not None and data.get("declares") in against:
            field.error_messages["invalid_choice"] = against[data["declares"]]

    def words(self) -> str:
        """The declaration in words, from clean data."""
        data = self.cleaned_data
        return " ".join(filter(None, (SAYS[data["declares"]], data["note"])))

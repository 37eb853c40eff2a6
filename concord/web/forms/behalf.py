"""For whom a business manager raises a concern: somebody of an agency that is not on Concord."""

from concord.web.forms.base import PlainForm
from concord.web.forms.fields import Choices, Line, Pick


class RaisingFor(PlainForm):
    """The agency, and who of it has the concern."""

    agency = Pick("Which agency?")
    name = Line("Whose concern is it? Their full name", max_length=120)
    post = Line("Their post", max_length=120)

    def offer(self, agencies: Choices) -> None:
        """The agencies that the business manager serves, by slug and name."""
        field = self.fields["agency"]
        assert isinstance(field, Pick)
        field.choices = [("", "Choose"), *agencies]

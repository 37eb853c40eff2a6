"""What is asked when somebody is away, and when a post changes hands."""

from typing import Any

from django import forms

from concord.directory.models import Post
from concord.web.forms.base import PlainForm
from concord.web.forms.fields import Day, Line, OneOf, Pick

Choices = list[tuple[str, str]]


class Covering(PlainForm):
    """Who covers a post, from when, until when."""

    person = Pick("Who covers?")
    since = Day("From which day?", hint="For example, 30 11 2026")
    until = Day("Until which day?", hint="This day is included")

    def __init__(self, data: Any = None, *, people: list[Post]) -> None:
        super().__init__(data)
        field = self.fields["person"]
        assert isinstance(field, Pick)
        field.choices = [("", "Choose"), *named(people)]


class Holding(PlainForm):
    """Who holds a post next."""

    who = OneOf(
        "Who holds it next?",
        (
            ("known", "Somebody who is in the directory"),
            ("new", "Somebody new"),
            ("nobody", "Nobody yet: the post is vacant"),
        ),
    )
    person = Pick("If they are in the directory, who?", required=False)
    name = Line("If they are new, their name", required=False, max_length=120)
    email = Line("Their work e-mail address", required=False, max_length=254)
    telephone = Line("Their telephone number (optional)", required=False, max_length=40)
    since = Day("From which day?", hint="For example, 30 11 2026")

    def __init__(self, data: Any = None, *, people: list[Post]) -> None:
        super().__init__(data)
        field = self.fields["person"]
        assert isinstance(field, Pick)
        field.choices = [("", "Choose"), *named(people)]

    def clean(self) -> dict[str, Any]:
        """What belongs to the answer is there."""
        data = super().clean() or {}
        if data.get("who") in ("known", "nobody") and (data.get("name") or data.get("email")):
            self.add_error("who", "You named somebody new, too. Choose that, or clear their name")
        match data.get("who"):
            case "known" if not data.get("person"):
                self.add_error("person", "Choose who holds it next")
            case "new":
                if not data.get("name"):
                    self.add_error("name", "Enter their name")
                try:
                    forms.EmailField().clean(data.get("email"))
                except forms.ValidationError:
                    self.add_error("email", "Enter their work e-mail address, name@example.org")
        return data


def named(posts: list[Post]) -> Choices:
    """People by number, with the post that they are known by."""
    return [
        (str(post.user_id), f"{post.user.name}, {post.title or post.role.replace('_', ' ')}")
        for post in posts
        if post.user
    ]

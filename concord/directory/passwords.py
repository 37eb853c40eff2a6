"""Words of the place that make no password: whoever guesses at a partnership tries them first."""

import re
import unicodedata

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
)
from django.core.exceptions import ValidationError

from concord.directory.models import Agency, Partnership, User

COMMON = ("concord", "safeguarding", "safeguard", "partnership", "children", "child", "multiagency",
          "agency", "escalation", "welcome", "password")  # fmt: skip
SHORTEST = 5
"""Letters that a word of a name needs to be one of these: shorter ones stand in any sentence."""
ENOUGH = 8
"""Characters that must be left of a password without them."""


class LongEnough(MinimumLengthValidator):
    """A password of so many characters or more; says how to come by one."""

    def get_error_message(self) -> str:
        """What to do instead."""
        return (
            f"This password is too short: use {self.min_length} characters or more. Three or four "
            "words that do not belong together make a good one."
        )


class NotFoundElsewhere(CommonPasswordValidator):
    """A password that is on no list of those that were found in breaches."""

    def get_error_message(self) -> str:
        """What to do instead."""
        return (
            "This password is on a list of those that people guess first. Choose one that is "
            "yours alone: three or four words that do not belong together make a good one."
        )


class NotWordsOfThePlace:
    """A password that is more than the service, its partnerships, its agencies and oneself.

    Such words may stand in a password; without them, and without spaces, at least 8 other
    characters are left. Where nobody's password is meant yet, as before there is a directory, the
    names in it are not asked for.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError, which says what to do instead."""
        left = _plain(password)
        for word in sorted(_words(user), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < ENOUGH:
            raise ValidationError(self.get_help_text(), code="words_of_the_place")

    def get_help_text(self) -> str:
        """The rule, in a sentence."""
        return (
            "Choose a password that is more than names that people here would guess: Concord's, "
            "your partnership's, an agency's, or your own."
        )


def _words(user: User | None) -> set[str]:
    if user is None:
        return set(COMMON)
    names = [*Partnership.objects.values_list("name", flat=True),
             *Agency.objects.values_list("name", flat=True), user.name, user.email]  # fmt: skip
    said = {_plain(word) for name in names for word in re.split(r"[\s@.,'’()-]+", name)}
    return {word for word in said if len(word) >= SHORTEST} | set(COMMON)


def _plain(text: str) -> str:
    """Without accents, capitals and spaces, as somebody who guesses would not mind them."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not (unicodedata.combining(each) or each.isspace()))

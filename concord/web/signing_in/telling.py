"""Telling somebody by mail that a way of signing in of theirs was changed."""

from contextlib import suppress
from datetime import datetime

from concord.directory.models import User
from concord.notifications.posting import NotPosted, changed_letter, post, token_letter
from concord.rules.clock import LONDON
from concord.rules.dates import day


def tell_changed(user: User, what: str, at: datetime) -> None:
    """Send the mail now. Where none can be sent, the change stands all the same."""
    subject, lines = changed_letter(what)
    with suppress(NotPosted):
        post(user.email, subject, lines, at)


def tell_of_token(user: User, ends: datetime, at: datetime) -> None:
    """Send the mail that a token was made, which opens until `ends`. Both are aware."""
    subject, lines = token_letter(day(ends.astimezone(LONDON).date()))
    with suppress(NotPosted):
        post(user.email, subject, lines, at)

"""A person's own tokens for the API: made once, kept as a hash, and no better than their sessions.

A token reads what its person may read, and nothing else. It stands on the same ground as a
session: whatever ends every session of somebody (another password, another second step, an account
that is closed, a restore) ends their tokens too.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from concord.directory.models import Token, User

PREFIX = "concord_read_"
"""By which programs that look for secrets in files know one."""
LONGEST = timedelta(days=90)
MOST = 10
"""Of one person at a time."""
NOTED_EVERY = timedelta(minutes=1)
"""How exactly it is noted when a token was used last: not with each request, each is a write."""


class TooMany(Exception):
    """Somebody has as many tokens as one person may have. End one first."""


def make(user: User, name: str, lasts: timedelta, at: datetime) -> str:
    """A new token, which nobody can be told again. Raises TooMany.

    `name` says what it is for, `lasts` for how long it opens (90 days at most), `at` is aware.
    """
    if of(user, at).count() >= MOST:
        raise TooMany
    token = PREFIX + secrets.token_urlsafe(32)
    Token.objects.create(
        user=user, name=name, digest=_digest(token), begun_in=user.get_session_auth_hash(),
        made=at, ends=at + min(lasts, LONGEST),
    )  # fmt: skip
    return token


def whose(typed: str, at: datetime) -> User | None:
    """Whose token this is, at a moment (aware); None where it opens nothing.

    It is found by its digest, so how long that takes says nothing of any token that there is: who
    tries cannot choose how the digest of a guess begins.
    """
    if not typed.startswith(PREFIX):
        return None
    found = Token.objects.select_related("user").filter(digest=_digest(typed)).first()
    if found is None or not _opens(found, at):
        return None
    if found.used is None or at - found.used >= NOTED_EVERY:
        Token.objects.filter(pk=found.pk).update(used=at)
    return found.user


def of(user: User, at: datetime) -> QuerySet[Token]:
    """Somebody's tokens that open at a moment (aware), the newest first."""
    mine = Token.objects.filter(user=user, ends__gt=at, begun_in=user.get_session_auth_hash())
    return mine.order_by("-made", "-id")


def end(user: User, number: int) -> int:
    """End one of somebody's own tokens; how many that were. What is over already stays so."""
    return Token.objects.filter(user=user, pk=number).delete()[0]


def end_everybodys() -> int:
    """End every token; how many there were."""
    return Token.objects.all().delete()[0]


def sweep(at: datetime) -> int:
    """Remove tokens whose time is over (`at`, aware); how many."""
    return Token.objects.filter(ends__lt=at).delete()[0]


def _opens(token: Token, at: datetime) -> bool:
    as_now = token.user.get_session_auth_hash()
    is_as_then = constant_time_compare(token.begun_in, as_now)
    return token.user.is_active and is_as_then and token.ends > at


def _digest(token: str) -> str:
    """A long secret made by chance needs no slow hash: there is nothing to guess it from."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()

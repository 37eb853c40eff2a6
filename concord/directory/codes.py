"""One-time codes: made, sent another way than the link, tried, and every attempt kept.

A code is short, because people type it or hear it read out. So it expires, takes few wrong
tries, and is throttled by what it opens, by mail address and by network address. A first code has
12 digits, so that guesses need not end it: else whoever knows a colleague's address keeps them out.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F
from django.utils.crypto import salted_hmac

from concord.directory.models import Attempt, OneTimeCode

MOST_TRIES = 5
"""Of one code; then another has to be made."""
MOST_CODES = 5
"""In an hour, for one address or for one thing opened."""
MOST_FROM_ONE_PLACE = 60
"""Attempts in an hour from one network address that failed: an agency shares one, and whoever types
the right code keeps no colleague waiting."""
MOST_SENT_FROM_ONE_PLACE = 300
"""Codes in an hour that one network address asked for, right or wrong."""
WINDOW = timedelta(hours=1)


class Purpose(StrEnum):
    """What a code is for."""

    ADDRESS = "address"
    SIGN_IN = "sign_in"
    INVITATION = "invitation"
    FIRST = "first"
    """To choose a password by, the first time or after it was lost."""


class CameTo(StrEnum):
    """What came of an attempt."""

    SENT = "sent"
    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"
    LOCKED = "locked"
    THROTTLED = "throttled"


FAILED = (CameTo.WRONG, CameTo.EXPIRED, CameTo.LOCKED)


class TooMany(Exception):
    """Too many codes or attempts within the hour. Wait, or ask the business unit."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of typing a code, and the mail address that a right one proves."""

    came_to: CameTo
    email: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the code opens the door."""
        return self.came_to is CameTo.RIGHT


def make(
    purpose: Purpose,
    about: str,
    at: datetime,
    lasts: timedelta,
    *,
    email: str = "",
    place: str = "",
    digits: int = 6,
) -> str:
    """A new code, in place of every earlier one for the same thing. Raises TooMany.

    First codes are made at the terminal, as often as an administrator has to. `about` is what it
    opens, `place` the network address that asked, `at` an aware datetime.
    """
    recent = OneTimeCode.objects.filter(made__gt=at - WINDOW)
    if purpose is not Purpose.FIRST and (
        recent.filter(about=about).count() >= MOST_CODES
        or (email and recent.filter(email=email).count() >= MOST_CODES)
    ):
        _keep(purpose, about, place, at, CameTo.THROTTLED)
        raise TooMany
    if _crowded(place, at) or _many(place, at, (CameTo.SENT,), MOST_SENT_FROM_ONE_PLACE):
        raise TooMany
    OneTimeCode.objects.filter(purpose=purpose, about=about, expires__gt=at).update(expires=at)
    code = "".join(secrets.choice("0123456789") for _ in range(digits))
    OneTimeCode.objects.create(
        purpose=purpose, about=about, email=email, made=at, expires=at + lasts,
        digest=make_password(_digest(purpose, about, code)),
    )  # fmt: skip
    _keep(purpose, about, place, at, CameTo.SENT)
    return code


def attempt(purpose: Purpose, about: str, typed: str, at: datetime, *, place: str = "") -> Tried:
    """Try a code. A right one opens a single time. Every attempt is kept."""
    came_to, email = _attempt(purpose, about, typed, at, place)
    _keep(purpose, about, place, at, came_to)
    return Tried(came_to, email)


def _attempt(
    purpose: Purpose, about: str, typed: str, at: datetime, place: str
) -> tuple[CameTo, str]:
    if _crowded(place, at):
        return CameTo.THROTTLED, ""
    found = OneTimeCode.objects.filter(purpose=purpose, about=about).order_by("-id").first()
    if found is None or found.used is not None or found.expires <= at:
        make_password(typed)  # so that it takes as long: nobody learns for whom there is a code
        return CameTo.EXPIRED, ""
    row = OneTimeCode.objects.filter(pk=found.pk, used=None)
    # counted before it is compared: guesses made at once do not share a try
    if not row.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        make_password(typed)
        return CameTo.LOCKED, ""
    if not check_password(_digest(purpose, about, _digits(typed)), found.digest):
        return CameTo.WRONG, ""
    if not row.update(used=at):
        return CameTo.EXPIRED, ""
    return CameTo.RIGHT, found.email


def matching(purpose: Purpose, about: str, typed: str, at: datetime) -> OneTimeCode | None:
    """The code that this is, if it opens still: for one so long that no wrong try has to end it.

    The caller counts the tries, by person and source, and uses it up with `use`.
    """
    found = OneTimeCode.objects.filter(purpose=purpose, about=about).order_by("-id").first()
    if found is None or found.used is not None or found.expires <= at:
        make_password(typed)  # so that it takes as long: nobody learns for whom there is a code
        return None
    return found if check_password(_digest(purpose, about, _digits(typed)), found.digest) else None


def use(code: OneTimeCode, at: datetime) -> bool:
    """Use up a code that matched; False if it was used, or another took its place, meanwhile."""
    open_still = OneTimeCode.objects.filter(pk=code.pk, used=None, expires__gt=at)
    return open_still.update(used=at) == 1


def is_open(purpose: Purpose, about: str, at: datetime) -> bool:
    """Whether there is a code now that could open this."""
    found = OneTimeCode.objects.filter(purpose=purpose, about=about, used=None, expires__gt=at)
    return found.filter(tries__lt=MOST_TRIES).exists()


def withdraw(purpose: Purpose, about: str, at: datetime) -> None:
    """No code opens this any more."""
    OneTimeCode.objects.filter(purpose=purpose, about=about, expires__gt=at).update(expires=at)


def close_all(at: datetime) -> int:
    """No code made until now opens anything any more, whatever it was for; how many still did."""
    return OneTimeCode.objects.filter(used=None, expires__gt=at).update(expires=at)


def attempts(about: str) -> Sequence[Attempt]:
    """Every attempt at what this opens, the latest first."""
    return list(Attempt.objects.filter(about=about).order_by("-at", "-id")[:100])


def _digits(typed: str) -> str:
    return "".join(letter for letter in typed if letter.isdecimal() and letter.isascii())


def _crowded(place: str, at: datetime) -> bool:
    return _many(place, at, FAILED, MOST_FROM_ONE_PLACE)


def _many(place: str, at: datetime, came_to: Sequence[CameTo], most: int) -> bool:
    if not place:
        return False
    recent = Attempt.objects.filter(address=place, at__gt=at - WINDOW, came_to__in=came_to)
    return recent.count() >= most


def _keep(purpose: Purpose, about: str, place: str, at: datetime, came_to: CameTo) -> None:
    Attempt.objects.create(door=purpose, about=about, address=place[:45], at=at, came_to=came_to)


def _digest(purpose: Purpose, about: str, code: str) -> str:
    """Keyed by the instance's secret, and of this one thing; what is kept is a password hash of it.

    So neither whoever has the database alone, nor whoever has the secret too, tries them all soon.
    """
    return salted_hmac("concord.codes", f"{purpose}:{about}:{code}", algorithm="sha256").hexdigest()

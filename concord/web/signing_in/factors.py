"""The second factors that somebody has, in django-allauth's tables: set up, and checked once each.

The one module that reaches into allauth's own: its tables, its arithmetic of codes.
"""

from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from markupsafe import Markup

from concord.directory.models import User
from concord.directory.sessions import end_all
from concord.web.signing_in.adapter import ISSUER

PERIOD = 30
"""Seconds for which an app shows one code."""
DRIFT = 1
"""How many periods a telephone's clock may be wrong, either way."""
LAST = "last"
"""In a kept app: the period of the code that was used last, so that none is used twice."""


class Kind(StrEnum):
    """What somebody proves with, besides the first step."""

    APP = "totp"
    PASSKEY = "webauthn"
    RECOVERY = "recovery_codes"
    AGENCY = "agency"
    """Their agency's own sign-in, which says that it asked for two."""


def kinds(user: User) -> frozenset[Kind]:
    """The kinds that somebody has set up."""
    found = Authenticator.objects.filter(user=user).values_list("type", flat=True)
    return frozenset(Kind(each) for each in found)


def has_second_factor(user: User) -> bool:
    """Whether an app or a passkey is set up: recovery codes alone are for when one is lost."""
    return bool(kinds(user) & {Kind.APP, Kind.PASSKEY})


def new_secret() -> str:
    """The secret of an app to be set up, as somebody may type it."""
    return str(generate_totp_secret())


def address_of_app(user: User, secret: str) -> str:
    """What an app reads from the picture."""
    label = quote(f"{ISSUER}:{user.email}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER})}"


def picture(address: str) -> Markup:
    """The picture (a QR code) as SVG, to stand in a page: no style in it, no address of a file."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    drawn = qrcode.make(address, image_factory=SvgPathImage, box_size=12)
    return Markup(drawn.to_string(encoding="unicode"))


def fitting(secret: str, typed: str, at: datetime, after: int = 0) -> int | None:
    """The period whose code this is, later than `after`; None if it is none of now's."""
    current = int(at.timestamp()) // PERIOD
    found = None
    for period in range(current - DRIFT, current + DRIFT + 1):
        # all are compared, so that the time says nothing
        code = format_hotp_value(hotp_value(secret, period))
        if constant_time_compare(code, typed) and period > after:
            found = period
    return found


def add_app(user: User, secret: str, typed: str, at: datetime) -> bool:
    """Set up an app in place of any earlier one, if the code typed is its code now."""
    period = fitting(secret, typed, at)
    if period is None:
        return False
    data = {"secret": encrypt(secret), LAST: period}
    with transaction.atomic():
        Authenticator.objects.update_or_create(
            user=user, type=Kind.APP, defaults={"data": data, "created_at": at}
        )
    return True


def check_code(user: User, typed: str, at: datetime) -> Kind | None:
    """By what a typed code proves; None if it does not. No code proves twice."""
    digits = "".join(letter for letter in typed if letter.isascii() and letter.isdecimal())
    if _is_of_app(user, digits, at):
        return Kind.APP
    if _is_recovery(user, digits, at):
        return Kind.RECOVERY
    return None


def _is_of_app(user: User, digits: str, at: datetime) -> bool:
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user=user, type=Kind.APP).first()
        if row is None:
            return False
        period = fitting(decrypt(row.data["secret"]), digits, at, int(row.data.get(LAST, 0)))
        if period is None:
            return False
        row.data[LAST] = period
        row.last_used_at = at
        row.save(update_fields=["data", "last_used_at"])
    return True


def _is_recovery(user: User, digits: str, at: datetime) -> bool:
    row = Authenticator.objects.filter(user=user, type=Kind.RECOVERY).first()
    if row is None or not RecoveryCodes(row).validate_code(digits):
        return False
    Authenticator.objects.filter(pk=row.pk).update(last_used_at=at)
    return True


def new_recovery_codes(user: User) -> list[str]:
    """Ten codes, each for once, in place of all earlier ones; in groups of four digits."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=Kind.RECOVERY).delete()
        codes = RecoveryCodes.activate(user).generate_codes()
    return [" ".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def recovery_codes_left(user: User) -> int:
    """How many recovery codes are not used yet."""
    row = Authenticator.objects.filter(user=user, type=Kind.RECOVERY).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row is not None else 0


def end_sessions(user: User, keep: str) -> None:
    """Sign somebody out everywhere but in the session of the key `keep`, from the next request on.

    The caller brings that session up to date: it is of an earlier generation now.
    """
    end_all(user.pk, keep)
    User.objects.filter(pk=user.pk).update(session_generation=F("session_generation") + 1)
    user.refresh_from_db(fields=["session_generation"])

"""Founds a real instance: its administrator, its partnership, and first passwords.

An administrator looks after the instance and, by that, sees no case.
"""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.crypto import salted_hmac

from concord.directory import codes
from concord.directory.models import Partnership, Place, User
from concord.directory.sessions import end_all

FIRST_LASTS = timedelta(hours=24)
"""How long a first code can be used: it is told in person or by telephone."""
FIRST_DIGITS = 12
"""No number of wrong tries ends a first code. At a hundred a second, from however many places,
a day has 8.64 million tries at 10^12 codes: one chance in 115,000 that one is right."""


@dataclass(frozen=True, slots=True)
class PartnershipDetails:
    """What is said of a partnership; None is not said, and changes nothing."""

    name: str | None = None
    business_unit: str | None = None
    business_unit_email: str | None = None
    business_unit_telephone: str | None = None
    mash_name: str | None = None
    mash_telephone: str | None = None
    mash_opens: time | None = None
    mash_closes: time | None = None
    out_of_hours_name: str | None = None
    out_of_hours_telephone: str | None = None


def slug_of(policy_id: str) -> str:
    """The partnership's slug: one partnership for each policy."""
    return policy_id.replace("_", "-")


def first_code(email: str, at: datetime) -> tuple[User, str]:
    """A code with which somebody chooses their password: once, within a day of `at` (aware).

    A password that they had opens nothing from now on, and they are signed out wherever they are.
    Nobody else ever knows a password of theirs. Raises User.DoesNotExist.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(email=email.strip().lower())
        code = codes.make(
            codes.Purpose.FIRST, _about(user), at, FIRST_LASTS, digits=FIRST_DIGITS,
        )  # fmt: skip
        if user.has_usable_password():
            # not taken away: who has none may sign in by a code that comes by mail
            user.set_password(secrets.token_urlsafe(32))
            user.save(update_fields=["password"])
        end_all(user.pk)
    return user, " ".join(code[n : n + 4] for n in range(0, len(code), 4))


def choose_password(email: str, typed: str, password: str, at: datetime) -> User | None:
    """Somebody's own password, by the code that they were told; None where the code is not right.

    `at` is aware; the caller counts the tries. Raises ValidationError for a password that is not
    theirs to have: only to whoever has the code, which stays open.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    code = codes.matching(codes.Purpose.FIRST, _about(user), typed, at)
    if user is None or code is None:
        return None
    validate_password(password, user)
    with transaction.atomic():
        if not codes.use(code, at):
            return None
        user = User.objects.select_for_update().get(pk=user.pk)
        user.set_password(password)
        user.save(update_fields=["password"])
        end_all(user.pk)
    return user


def _about(user: User | None) -> str:
    """What such a code opens; for whoever is not here, something that no code opens."""
    return salted_hmac("concord.first", str(user.pk if user else 0), algorithm="sha256").hexdigest()


def forget_factors(email: str) -> tuple[User, int]:
    """Forget what somebody's second step is made with; they set it up anew at the next sign-in.

    Returns them and how many there were. Signs them out wherever they are. Raises
    User.DoesNotExist.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(email=email.strip().lower())
        count, _ = Authenticator.objects.filter(user=user).delete()
        user.session_generation += 1
        user.save(update_fields=["session_generation"])
        end_all(user.pk)
    return user, count


def without_password(but: str = "") -> int:
    """How many active people cannot sign in yet, because they have no password.

    `but`: the address of somebody who is not counted, as a code is made for them.
    """
    active = User.objects.filter(is_active=True).exclude(email=but)
    return sum(not user.has_usable_password() for user in active)


def appoint_administrator(email: str, name: str) -> tuple[str, ...]:
    """Make somebody an administrator. Returns what changed, a sentence each.

    Whoever is new has no password yet; a password that they have already is left as it is.
    """
    with transaction.atomic():
        user = User.objects.filter(email=email).first()
        if user is None:
            User.objects.create_user(email, name, is_administrator=True)
            return (f"Added the administrator {name} ({email}).",)
        if user.is_administrator:
            return ()
        user.is_administrator = True
        user.save(update_fields=["is_administrator"])
        changed = f"{user.name} ({email}) is an administrator now."
        if user.posts.exists():
            changed += (
                " They hold a post too. An administrator's account opens no case: for their work "
                "on cases they need an account of another address."
            )
        return (changed,)


def found_partnership(
    policy_id: str, details: PartnershipDetails, places: Iterable[str]
) -> tuple[Partnership, tuple[str, ...]]:
    """The partnership of a policy, made or brought to these details, and what changed."""
    said = {name: value for name, value in asdict(details).items() if value is not None}
    with transaction.atomic():
        partnership, is_new = Partnership.objects.get_or_create(
            slug=slug_of(policy_id), defaults={**said, "policy_id": policy_id}
        )
        changes = [f"Added the partnership {partnership.name}."] if is_new else []
        differing = [n for n, value in said.items() if getattr(partnership, n) != value]
        if differing:
            for name in differing:
                setattr(partnership, name, said[name])
            partnership.save(update_fields=differing)
            words = ", ".join(name.replace("_", " ") for name in differing)
            changes.append(f"Changed {partnership.name}: {words}.")
        for place in dict.fromkeys(" ".join(each.lower().split()) for each in places):
            _, is_added = Place.objects.get_or_create(partnership=partnership, name=place)
            if is_added:
                changes.append(f"Added the place {place}.")
    return partnership, tuple(changes)

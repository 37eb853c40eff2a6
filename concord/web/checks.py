"""What a real instance must have besides what Django itself asks of it: `concord check --deploy`.

Each check reads settings and the machine, and says what to do. None changes anything.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils import timezone

from concord.policies.reading import PolicyMistakes
from concord.policies.retention import every
from concord.web.traffic import arriving, onward


@register(Tags.security, deploy=True)
def real_instance(app_configs: Any, **more: Any) -> list[CheckMessage]:
    """Everything of these that is wrong with the instance, as it would start now."""
    return [
        *_profile(), *_cookies(), *_policy(), *_limits(), *_folders(), *_key(),
        *arriving(timezone.now()), *_schedules(), *_system_log(),
    ]  # fmt: skip


@register("onward", Tags.security, deploy=True)
def what_it_sends(app_configs: Any, **more: Any) -> list[CheckMessage]:
    """What would go to the database, the mail server and Notify without proof of who takes it."""
    return list(onward(timezone.now()))


def _profile() -> Iterator[CheckMessage]:
    if settings.DEMONSTRATION:
        yield Error(
            "This is the demonstration: anybody signs in as anybody.",
            hint="Set CONCORD_PROFILE to 'production'.", id="concord.E001",
        )  # fmt: skip
    elif not any(settings.ALLOWED_HOSTS) or "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "CONCORD_HOSTS does not say by which names browsers reach Concord.",
            hint="Set it to the name in the address, such as concord.example.org.",
            id="concord.E002",
        )


def _cookies() -> Iterator[CheckMessage]:
    """The prefix has browsers refuse a cookie that another host or a page without TLS set."""
    for name in ("SESSION", "CSRF"):
        held = all((
            getattr(settings, f"{name}_COOKIE_NAME").startswith("__Host-"),
            getattr(settings, f"{name}_COOKIE_SECURE"),
            getattr(settings, f"{name}_COOKIE_PATH") == "/",
            not getattr(settings, f"{name}_COOKIE_DOMAIN"),
        ))  # fmt: skip
        if not held:
            yield Error(
                f"The {name.lower()} cookie is not bound to this host and to TLS.",
                hint="Its name begins with __Host-, its path is /, and it names no domain.",
                id="concord.E003",
            )


def _policy() -> Iterator[CheckMessage]:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    loose = sorted(
        f"{name} {source}"
        for name, sources in directives.items()
        for source in sources
        if "unsafe" in str(source) or source in ("*", "http:", "https:", "data:")
    )
    if loose:
        yield Error(
            f"The pages' content security policy lets in what is not ours: {', '.join(loose)}.",
            hint="Put scripts and styles into files of our own.", id="concord.E004",
        )  # fmt: skip


def _limits() -> Iterator[CheckMessage]:
    if not settings.CONCORD_LIMITS:
        yield Error(
            "Nobody is kept from copying every case: the limits are off.",
            hint="Set CONCORD_LIMITS to True in the settings.", id="concord.E006",
        )  # fmt: skip


def _folders() -> Iterator[CheckMessage]:
    """Nobody else on the machine reads the database, the files of cases, or a secret."""
    folder = Path(settings.DATA)
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & stat.S_IRWXO:
        yield Error(
            f"Other users of this machine may open {folder}.",
            hint=f"Run: chmod o= {folder}", id="concord.E005",
        )  # fmt: skip


def _key() -> Iterator[CheckMessage]:
    if os.access(settings.CONCORD_SEAL_KEY, os.R_OK):
        yield Warning(
            f"This user can read the key that signs the ledger ({settings.CONCORD_SEAL_KEY}).",
            hint="Run `concord seal` as another user, and make the key that user's alone: see "
            "docs/how-to/keep-the-ledger-sealed.md.",
            id="concord.W001",
        )


def _system_log() -> Iterator[CheckMessage]:
    """What goes to a log service that is not there goes nowhere else but to standard error."""
    where = settings.CONCORD_SYSTEM_LOG
    if where and not (Path(where).exists() and stat.S_ISSOCK(Path(where).stat().st_mode)):
        yield Error(
            f"There is no log service at {where}.",
            hint="Set CONCORD_SYSTEM_LOG to its socket, such as /dev/log, or leave it out.",
            id="concord.E020",
        )


def _schedules() -> Iterator[CheckMessage]:
    """A schedule that cannot be used stops every page of how long cases are kept."""
    try:
        every(settings.CONCORD_RETENTION)
    except PolicyMistakes as error:
        for mistake in error.mistakes:
            yield Error(
                str(mistake), hint="Put it right, or take the file out of the folder.",
                id="concord.E010",
            )  # fmt: skip

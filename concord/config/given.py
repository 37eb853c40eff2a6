"""Secrets that are given to a real instance: by the environment, or by a file that it names."""

import os
import stat
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def given(name: str) -> str:
    """The secret of this name: the variable NAME, or what is in the file that NAME_FILE names.

    A file does not show in the list of processes, and is what systemd's credentials and containers
    hand over. Empty where neither is set. Raises ImproperlyConfigured, that tells no secret.
    """
    text, file = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "")
    if not file:
        return text
    if text:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: set one of them.")
    path = Path(file)
    try:
        if stat.S_IMODE(path.stat().st_mode) & stat.S_IROTH:
            raise ImproperlyConfigured(
                f"{name}_FILE: anybody on this machine can read {path}. Run: chmod o-r {path}"
            )
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        says = getattr(error, "strerror", None) or "it is no text"
        raise ImproperlyConfigured(f"{name}_FILE: {path} cannot be read: {says}.") from None
    if not text:
        raise ImproperlyConfigured(f"{name}_FILE: {path} is empty.")
    return text

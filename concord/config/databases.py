"""Which database: SQLite in the data folder, or the PostgreSQL that DATABASE_URL names."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FURTHER = ("host", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout")
"""What may follow the `?` of DATABASE_URL, in libpq's own words."""


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings of the database. Empty: SQLite, in this folder.

    Raises ImproperlyConfigured, saying what may be written.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "concord.sqlite3",
            # a file, so that tests of several people at once have what real ones have
            "TEST": {"NAME": folder / "test.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL is 'postgresql://user:password@host:port/name'.")
    further = dict(parse_qsl(parts.query))
    unknown = sorted(set(further) - set(FURTHER))
    if unknown:
        raise ImproperlyConfigured(
            f"DATABASE_URL says {', '.join(unknown)} after its '?'. What may stand there: "
            f"{', '.join(FURTHER)}."
        )
    host = further.pop("host", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or host,
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "OPTIONS": further,
    }

"""Sessions in the database, each with whose it is: so that somebody may list and end their own.

Django's own way of keeping them, with one more column. The setting `SESSION_ENGINE` names this
module. What a session holds is signed, and no name, address or case of anybody is in the column.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as Django

from concord.directory.models import Session


class SessionStore(Django):
    """Django's store, which notes beside each session who is signed in by it."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table of sessions."""
        return Session

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        """The row of a session that holds this; whoever is half in has none of theirs yet."""
        row = super().create_model_instance(dict(data))
        assert isinstance(row, Session)
        number = str(data.get(SESSION_KEY, ""))
        row.user_id = int(number) if number.isdecimal() else None
        return row


def end_all(user_id: int, keep: str = "") -> int:
    """End every session of somebody, but the one with the key `keep`; how many there were."""
    return Session.objects.filter(user_id=user_id).exclude(session_key=keep).delete()[0]


def end_everybodys() -> int:
    """End every session, also of whoever is half in or not signed in; how many there were."""
    return Session.objects.all().delete()[0]


def sweep(at: datetime) -> int:
    """Remove sessions whose time is over (`at`, aware), whoever they were of; how many."""
    return Session.objects.filter(expire_date__lt=at).delete()[0]

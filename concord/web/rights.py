"""What the database's user that serves may do: whoever breaks into the pages has its rights."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from concord.cases import database_users
from concord.web.checks import what_it_sends

UNSAFE = ("concord.E007", "concord.E013")
"""What is wrong where the database is reached without checked TLS, or may be another than the one
that is named: no password is sent there."""


@register(Tags.security, deploy=True)
def least_rights(app_configs: Any, **more: Any) -> list[CheckMessage]:
    """Each thing that it may do and that serving does not need; nothing on SQLite."""
    if any(each.id in UNSAFE for each in what_it_sends(app_configs)):
        return []
    return list(_rights())


def _rights() -> Iterator[Error]:
    try:
        user = database_users.name()
        wrong = database_users.too_much(user)
    except DatabaseError as error:
        yield Error(
            f"The database cannot be asked what its user may do: {' '.join(str(error).split())}.",
            hint="Start it, or put DATABASE_URL right.", id="concord.E022",
        )  # fmt: skip
        return
    for each in wrong:
        yield Error(
            f"The database's user that serves, '{user}', {each}: it could take the guard off the "
            "ledger.",
            hint=f"Have another user own the tables, run `concord migrate --serves {user}` as that "
            "one, and check with the DATABASE_URL that the service has: see "
            "docs/how-to/set-up-a-real-instance.md.",
            id="concord.E021",
        )

"""Lines of the register that were written before they were encrypted are closed by the upgrade."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.test import Client

from concord.cases.models import Case, Registered
from concord.cases.register import Register, says
from concord.cases.verifications import verify_with_checkpoints
from tests.retention.test_disposal import places
from tests.retention.test_pages import hold, say

__all__ = ["places"]


def test_lines_written_before_are_closed_and_verify_as_they_did(
    unit: Client, ended: Case, places: Any
) -> None:
    # Given lines as an earlier version wrote them: readable,
    upgrade = import_module("concord.cases.migrations.0019_register_locked")
    hold(unit, ended)
    say(unit, ended, looked_after="no")

    def execute(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    editor = SimpleNamespace(connection=connection, execute=execute)
    upgrade.unguard(None, editor)
    upgrade.open_all(None, editor)
    held = Registered.objects.get(kind="held")
    assert "inquiry" in held.content and len(held.salt) == 32
    assert verify_with_checkpoints(places, also=[Register()])[0].findings == []
    # when they are upgraded, then nobody reads them without the key, and they say what they said.
    upgrade.lock_all(None, editor)
    upgrade.guard(None, editor)
    held.refresh_from_db()
    assert "inquiry" not in held.content and held.salt == ""
    assert says(held)["why"] == "An inquiry asks for it."
    assert verify_with_checkpoints(places, also=[Register()])[0].findings == []

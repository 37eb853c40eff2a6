"""The cast of the pages, and a case in which something of every kind is encrypted."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from concord.cases import drafts, kept, register
from concord.cases.models import Case, Registered
from concord.cases.sealing import Places, Sealer
from concord.directory.models import User
from concord.looks.sealing import Looks
from tests.apps.conftest import AT, as_person, cast, opened, person, rows_of_the_cast
from tests.subject_access.asking import AUNT, gathered, leave_out, text
from tests.subject_access.conftest import held, unit

__all__ = ["as_person", "cast", "held", "opened", "person", "rows_of_the_cast", "unit"]

Person = Callable[[str, str], User]
SignIn = Callable[[str, str], Client]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BORN = date(2015, 4, 3)


@pytest.fixture(autouse=True)
def places(tmp_path: Path, settings: Any) -> Places:
    """Keys, files and checkpoints of this test alone."""
    settings.CONCORD_KEYS, settings.CONCORD_FILES = tmp_path / "keys", tmp_path / "files"
    settings.CONCORD_SEAL, settings.CONCORD_MASTER_KEY = tmp_path / "seal", "5eed" * 16
    kept.forget()
    return Places(tmp_path / "seal")


@pytest.fixture
def full(held: Case, person: Person, as_person: SignIn, unit: Client, places: Places) -> Case:
    """A case with records, a file, drafts, a search, a line of the register, and copies for whoever
    asks; beside it two others, and what belongs to no case; all of it sealed.
    """
    raiser = person("practitioner", "sandwell-school")
    drafts.keep(drafts.Place(raiser.pk, held.pk, "discuss"), "one", {"said": ["Bruises"]}, AT)
    drafts.begin_raising(raiser, AT, {"child": "Sloe Elsewhere"})
    register.write(Registered.Kind.HELD, held, raiser, AT, {"why": "An inquiry asks."})
    leave_out(unit, gathered(unit), AUNT)
    search = {"name": "Plum", "born_day": "3", "born_month": "4", "born_year": "2015"}
    client = as_person("practitioner", "sandwell-school")
    assert held.reference in text(client.post("/find", search))
    assert held.reference not in text(client.post("/find", {**search, "name": "Sloe"}))
    with Sealer(places, KEY, [Looks(), register.Register()]) as sealer:
        sealer.seal(AT)
    return held

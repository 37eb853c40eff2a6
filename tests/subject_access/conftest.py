"""The cast of the pages, here too: two cases about one child, and who answers for them."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from concord.cases.ledger import Done, open_case
from concord.cases.models import Case
from concord.directory.models import Agency, Partnership
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from tests.apps.conftest import AT, as_person, cast, opened, person, rows_of_the_cast
from tests.subject_access.asking import AUNT, PDF, SISTER, SignIn

__all__ = ["as_person", "cast", "opened", "person", "rows_of_the_cast"]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.CONCORD_FILES = tmp_path / "files"


@pytest.fixture
def held(opened: Case, as_person: SignIn) -> Case:
    """Two cases about Plum Invented, one with a supporting document; and one of another child."""
    school = as_person("practitioner", "sandwell-school")
    here = f"/case/{opened.reference}"
    shown = unescape(school.get(f"{here}/discuss").content.decode())
    hidden = dict(re.findall(r'type="hidden" name="(seen|key)" value="([^"]*)"', shown))
    said = school.post(f"{here}/discuss", {
        **hidden, "present": ["manager@sandwell-childrens-trust"], "means": "telephone",
        "said": f"{AUNT}. The children were hungry.", "outcome": "unresolved",
        "files": SimpleUploadedFile("seen at school.pdf", PDF),
    })  # fmt: skip
    assert said.status_code == 302
    for key, name, born in (
        ("second", "plum invented", "2015-04-03"),
        ("other", SISTER, "2018-01-02"),
    ):
        record = Record(
            n=1, at=AT, written=AT, by=Who("practitioner", Side.RAISING, "sandwell-school"),
            act=Act.RAISE, key=key,
            text={"child.1.name": name, "child.1.born": born, "decision_challenged": f"The {key} one."},
        )  # fmt: skip
        answer = open_case(
            Partnership.objects.get(slug="sandwell"), Agency.objects.get(slug="sandwell-school"),
            [Agency.objects.get(slug="sandwell-childrens-trust")], {}, record, None,
        )  # fmt: skip
        assert isinstance(answer, Done)
    return opened


@pytest.fixture
def officer(as_person: SignIn) -> Client:
    return as_person("data_protection_officer", "sandwell")


@pytest.fixture
def unit(as_person: SignIn) -> Client:
    return as_person("business_manager", "sandwell")

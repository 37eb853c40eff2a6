"""The pages of a request in a real browser, in each state, wide and narrow, held to axe."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser

from concord.cases.models import Case
from concord.subject_access.models import Redaction
from tests.pages.looking import Eye
from tests.subject_access.asking import (
    AUNT,
    agree_all,
    begun,
    gathered,
    leave_out,
    piece_with,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def eye(chromium: Browser) -> Iterator[Eye]:
    eye = Eye(chromium)
    yield eye
    eye.close()


def faults(eye: Eye, client: Client, *addresses: str) -> list[str]:
    return [
        f"{address}: {each}"
        for address in addresses
        for each in eye.look(client.get(address), address)
    ]


def test_every_page_of_a_request_in_each_state(
    held: Case, officer: Client, unit: Client, eye: Eye
) -> None:
    listed, new = (
        "/partnerships/sandwell/subject-access",
        "/partnerships/sandwell/subject-access/new",
    )
    assert faults(eye, officer, listed, new) == []
    bare = begun(officer, child="Nobody Invented")
    assert faults(eye, officer, bare, f"{bare}/proved", f"{bare}/extended", f"{bare}/closed") == []
    wrong = officer.post(new, {"child": ""})
    assert eye.look(wrong, new) == []
    here = gathered(officer)
    leave_out(officer, here, AUNT)
    left = Redaction.objects.get()
    piece = f"{here}/pieces/{piece_with(AUNT).number}"
    redaction = f"{here}/redactions/{left.pk}"
    assert faults(eye, officer, here, f"{here}/pieces", piece, redaction) == []
    assert faults(eye, unit, here, f"{here}/pieces?show=waiting", piece, redaction) == []
    agree_all(unit, here)
    unit.post(f"{here}/read")
    officer.post(f"{here}/released")
    assert faults(eye, officer, here, f"{here}/pieces", piece, redaction, listed) == []

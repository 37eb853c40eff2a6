"""Integrity: whoever answers for the record sees whether anything was changed, and what to do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from concord.cases.models import Case, Checkpoint, Verification
from concord.directory.models import User
from concord.notifications.loop import beat
from concord.rules.clock import LONDON
from tests.apps.conftest import AT

AsPerson = Callable[[str, str], Client]


def verified(case: Case | None = None, checkpoint: int = 1) -> None:
    Verification.objects.create(
        at=AT, seconds=0.1, histories=1, records=1, unanchored=0, disposed=0, checkpoint=checkpoint,
        findings=[["altered", f"case/{case.reference}", 1, "it says other than it did"]] if case else [],
    )  # fmt: skip


def seen(client: Client) -> str:
    answer = client.get("/integrity")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_business_manager_sees_what_is_anchored_and_what_was_found(
    opened: Case, as_person: AsPerson
) -> None:
    Checkpoint.objects.create(number=7, made=AT, digest="ab" * 32, records=0)
    verified(checkpoint=7)
    beat("seal", timezone.now())
    text = seen(as_person("business_manager", "sandwell"))
    assert "Nothing was changed" in text
    assert "Checkpoint 7 and those before it" in text
    assert "ab" * 32 in text
    assert "1 record, written since" in text
    assert "Monday 23 November 2026" in text
    assert "not being anchored" not in text


def test_what_was_found_is_told_with_what_to_do(opened: Case, as_person: AsPerson) -> None:
    verified(opened)
    text = seen(as_person("business_manager", "sandwell"))
    assert f"Case {opened.reference}: <strong>altered</strong>, from number 1" in text
    assert "Tell your administrator and your data protection officer today" in text
    log = as_person("business_manager", "sandwell").get("/partnerships/sandwell").content.decode()
    assert "The records may have been changed by somebody" in log


def test_a_case_of_another_partnership_is_not_named(opened: Case, as_person: AsPerson) -> None:
    verified(opened)
    text = seen(as_person("business_manager", "bromley"))
    assert opened.reference not in text
    assert "Elsewhere in Concord: <strong>altered</strong>" in text


def test_an_administrator_sees_it_too_and_nobody_else_does(
    opened: Case, as_person: AsPerson
) -> None:
    User.objects.create_user("root@example.org", "Rowan Root", is_administrator=True)
    client = Client()
    client.force_login(User.objects.get(email="root@example.org"))
    assert "Plum Invented" not in seen(client)
    for role, where in (
        ("practitioner", "sandwell-school"),
        ("manager", "sandwell-childrens-trust"),
    ):
        assert as_person(role, where).get("/integrity").status_code == 404
        assert "/integrity" not in as_person(role, where).get("/agencies").content.decode()
    for role, where in (("business_manager", "sandwell"),):
        assert "/integrity" in as_person(role, where).get("/agencies").content.decode()


@pytest.mark.parametrize("minutes", [None, 30])
def test_a_process_that_does_not_seal_is_told_of(
    opened: Case, as_person: AsPerson, minutes: int | None
) -> None:
    if minutes is not None:
        beat("seal", timezone.now() - timedelta(minutes=minutes))
    text = seen(as_person("business_manager", "sandwell"))
    assert "New records are not being anchored" in text
    assert "There has been none yet" in text
    assert AT.tzinfo is LONDON

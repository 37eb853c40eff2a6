"""The page of a case's forms: opened by those who may, recorded, and kept as it was sent."""

import hashlib
import io
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse
from docx import Document as read_word
from pypdf import PdfReader

from concord.access.table import TABLE, Doing
from concord.cases.ledger import state_of
from concord.cases.models import Case
from concord.directory.models import User
from concord.documents.models import Opening, SentVersion

AsPerson = Callable[[str, str], Client]


def open_form(client: Client, case: Case, form: str, **more: str) -> Any:
    return client.post(reverse("form-open", args=[case.reference, form]), more)


def send(client: Client, case: Case, form: str) -> Any:
    return client.post(
        reverse("act", args=[case.reference, "submit"]),
        {
            "form": form, "to": ["business_manager"], "note": "", "seen": "1",
            "key": secrets.token_urlsafe(16),
        },
    )  # fmt: skip


def test_the_page_lists_each_form_with_what_is_missing(opened: Case, as_person: AsPerson) -> None:
    client = as_person("practitioner", "sandwell-school")
    shown = client.get(reverse("forms", args=[opened.reference])).content.decode()
    assert "Multi-Agency Escalation of Safeguarding Concern Template" in shown
    assert "Agency Escalation Summary Log" in shown
    assert "Record of a professional disagreement" in shown
    assert "What is missing" in shown
    assert "Current level of need" in shown
    assert "Nobody has opened a form or document of this case yet." in shown
    assert not Opening.objects.exists()
    assert (
        reverse("forms", args=[opened.reference])
        in client.get(reverse("case", args=[opened.reference])).content.decode()
    )


def test_word_and_pdf_are_opened_and_each_opening_is_written_down(
    opened: Case, as_person: AsPerson, person: Callable[[str, str], User]
) -> None:
    client = as_person("practitioner", "sandwell-school")
    word = open_form(client, opened, "escalation_template", **{"as": "docx"})
    assert "Plum Invented" in "".join(read_word(io.BytesIO(word.content)).element.body.itertext())
    pdf = open_form(client, opened, "escalation_template", **{"as": "pdf"})
    assert "Plum Invented" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert "Plum" not in pdf["Content-Disposition"]
    assert pdf["Cache-Control"] == "no-store"
    rows = list(Opening.objects.order_by("id"))
    assert [(row.form, row.version, row.written_as) for row in rows] == [
        ("escalation_template", None, "docx"), ("escalation_template", None, "pdf"),
    ]  # fmt: skip
    assert {row.by for row in rows} == {person("practitioner", "sandwell-school")}
    page = client.get(reverse("forms", args=[opened.reference])).content.decode()
    assert "as the case stood then, as PDF" in page


@pytest.mark.parametrize("role", ["practitioner", "manager"])
def test_strangers_find_nothing_and_open_nothing(
    opened: Case, as_person: AsPerson, role: str
) -> None:
    stranger = as_person(role, "bromley-school")
    assert stranger.get(reverse("forms", args=[opened.reference])).status_code == 404
    assert open_form(stranger, opened, "case_record", **{"as": "pdf"}).status_code == 404
    nobody = Client()
    assert nobody.get(reverse("forms", args=[opened.reference])).status_code == 302
    assert open_form(nobody, opened, "case_record", **{"as": "pdf"}).status_code == 302
    assert not Opening.objects.exists()


@pytest.mark.parametrize(
    ("form", "more"),
    [
        ("no_such_form", {"as": "pdf"}), ("panel_outcome", {"as": "pdf"}),
        ("case_record", {"as": "exe"}), ("case_record", {}),
        ("case_record", {"as": "pdf", "version": "1"}),
        ("case_record", {"as": "pdf", "version": "²"}),
        ("case_record", {"as": "pdf", "version": "9" * 40}),
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found_and_no_opening_is_written(
    opened: Case, as_person: AsPerson, form: str, more: dict[str, str]
) -> None:
    client = as_person("practitioner", "sandwell-school")
    assert open_form(client, opened, form, **more).status_code == 404
    assert not Opening.objects.exists()


def test_opening_is_never_done_by_looking(opened: Case, as_person: AsPerson) -> None:
    client = as_person("practitioner", "sandwell-school")
    answer = client.get(reverse("form-open", args=[opened.reference, "case_record"]))
    assert answer.url == reverse("forms", args=[opened.reference])  # type: ignore[attr-defined]
    assert not Opening.objects.exists()


def test_a_form_that_is_sent_is_kept_as_it_was_sent_with_who_received_it(
    opened: Case, as_person: AsPerson, person: Callable[[str, str], User]
) -> None:
    client = as_person("manager", "sandwell-school")
    assert send(client, opened, "escalation_template").status_code == 302
    version = SentVersion.objects.get()
    record = state_of(Case.objects.get(pk=opened.pk)).records[-1]
    assert record.text["document"] == version.digest
    assert hashlib.sha256(version.document.encode()).hexdigest() == version.digest
    assert person("business_manager", "sandwell").name in version.received_by[0]
    pdf = open_form(client, opened, "escalation_template", **{"as": "pdf", "version": "1"})
    said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    assert "version 1" in said
    assert person("manager", "sandwell-school").name in said
    page = client.get(reverse("forms", args=[opened.reference])).content.decode()
    assert "version 1" in page
    assert person("business_manager", "sandwell").name in page
    assert Opening.objects.get().digest == version.digest


def test_a_double_click_sends_one_version(opened: Case, as_person: AsPerson) -> None:
    client = as_person("manager", "sandwell-school")
    data = {
        "form": "escalation_template", "to": ["business_manager"], "note": "", "seen": "1",
        "key": "the-same-click",
    }  # fmt: skip
    for _ in range(2):
        client.post(reverse("act", args=[opened.reference, "submit"]), data)
    assert SentVersion.objects.count() == 1


@pytest.mark.parametrize("statement", ["UPDATE {} SET form = 'x'", "DELETE FROM {}"])
def test_the_database_keeps_versions_and_openings(
    opened: Case, as_person: AsPerson, statement: str
) -> None:
    client = as_person("manager", "sandwell-school")
    send(client, opened, "escalation_template")
    open_form(client, opened, "case_record", **{"as": "pdf"})
    for table in ("documents_sentversion", "documents_opening"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(table))


def test_who_may_see_a_case_and_not_print_it_opens_no_form(
    opened: Case, as_person: AsPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    for relation, may in TABLE.items():
        monkeypatch.setitem(TABLE, relation, may - {Doing.PRINT})
    client = as_person("practitioner", "sandwell-school")
    assert client.get(reverse("case", args=[opened.reference])).status_code == 200
    assert client.get(reverse("forms", args=[opened.reference])).status_code == 404
    assert open_form(client, opened, "case_record", **{"as": "pdf"}).status_code == 404
    assert not Opening.objects.exists()

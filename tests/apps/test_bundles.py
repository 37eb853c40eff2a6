"""The panel bundle: frozen at the referral, unchanged by what comes later, opened and recorded."""

import hashlib
import io
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from concord.cases.ledger import state_of
from concord.cases.models import Case
from concord.directory.models import Partnership, User
from concord.documents.bundles import spaced
from concord.documents.forms import referral_of
from concord.documents.model import from_json
from concord.documents.models import Bundle, Opening
from concord.policies.library import load
from concord.vault import fields
from tests.apps.test_deciding import at_the_last_stage

AsPerson = Callable[[str, str], Client]
NOTE = b"What the school saw, day by day.\n"


def act(client: Client, case: Case, name: str, **more: Any) -> Any:
    seen = Case.objects.get(pk=case.pk).last_sequence
    data = {"seen": str(seen), "key": secrets.token_urlsafe(16), "action": "send", **more}
    answer = client.post(reverse("act", args=[case.reference, name]), data)
    assert answer.status_code == 302, answer.content.decode()
    return answer


def refer(client: Client, case: Case, **more: Any) -> Any:
    return act(
        client, case, "submit", form="escalation_template", to=["business_manager"], note="", **more
    )


def attached() -> SimpleUploadedFile:
    return SimpleUploadedFile("What the school saw.txt", NOTE, "text/plain")


def open_bundle(client: Client, case: Case, version: int, written_as: str = "pdf") -> Any:
    return client.post(reverse("bundle-open", args=[case.reference, version]), {"as": written_as})


def words(bundle: Bundle) -> str:
    return "\n".join(from_json(bundle.document).words())


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.CONCORD_FILES = tmp_path / "files"


@pytest.fixture
def school(as_person: AsPerson) -> Client:
    return as_person("manager", "sandwell-school")


def test_a_referral_freezes_the_bundle_and_its_record_names_the_hash(
    opened: Case, school: Client
) -> None:
    refer(school, opened, files=[attached()])
    bundle = Bundle.objects.get()
    record = state_of(Case.objects.get(pk=opened.pk)).records[-1]
    assert record.text["panel_bundle"] == bundle.digest
    assert hashlib.sha256(bundle.document.encode()).hexdigest() == bundle.digest
    assert bundle.entry.sequence == record.n
    said = words(bundle)
    for part in (
        "Multi-Agency Escalation of Safeguarding Concern Template", "Both sides' positions",
        "Record of a professional disagreement", "The referral was closed.", "Plum Invented",
    ):  # fmt: skip
        assert part in said, part
    # what came with the referral itself is in it, by its name and hash
    assert "What the school saw.txt" in said
    assert spaced(hashlib.sha256(NOTE).hexdigest()) in said
    assert bundle.enclosed == 1


def test_what_is_recorded_later_changes_nothing_and_the_next_referral_is_a_new_version(
    opened: Case, school: Client
) -> None:
    refer(school, opened)
    first = Bundle.objects.get()
    act(
        school, opened, "state", problem="The risk is high.", challenge="The closing.",
        aim="Added afterwards by the school.", files=[attached()],
    )  # fmt: skip
    again = Bundle.objects.get()
    assert (again.document, again.digest, again.enclosed) == (first.document, first.digest, 0)
    assert "Added afterwards" not in words(again)
    refer(school, opened)
    second = Bundle.objects.get(version=2)
    assert "Added afterwards by the school." in words(second)
    assert "Template, version 1" in words(second)
    assert second.enclosed == 1
    page = school.get(reverse("bundles", args=[opened.reference])).content.decode()
    assert page.index("Version 2") < page.index("Version 1")


def test_taking_the_case_to_whoever_decides_freezes_the_bundle_too(
    opened: Case, school: Client
) -> None:
    # given a form that was sent at an early stage, and a position stated since
    refer(school, opened)
    act(
        school, opened, "state", problem="The risk is high.", challenge="The closing.",
        aim="Stated before the Chair had it.",
    )  # fmt: skip
    up = {"reason": "It cannot wait.", "override": "It cannot wait."}
    act(school, opened, "escalate", stage="stage-2", **up)
    assert Bundle.objects.count() == 1, "no body hears or decides at that stage"
    # when it is taken to the Chair
    act(school, opened, "escalate", stage="stage-4", **up)
    # then the bundle is frozen as the case stands, and its record names the hash
    bundle = Bundle.objects.get(version=2)
    assert "Stated before the Chair had it." in words(bundle)
    record = state_of(Case.objects.get(pk=opened.pk)).records[-1]
    assert (record.act, record.text["panel_bundle"]) == ("escalate", bundle.digest)
    assert bundle.entry.sequence == record.n
    assert open_bundle(school, opened, 2).status_code == 200


def test_it_is_opened_as_one_tagged_pdf_and_who_opened_which_version_is_shown(
    opened: Case, school: Client, as_person: AsPerson, person: Callable[[str, str], User]
) -> None:
    refer(school, opened, files=[attached()])
    manager = as_person("business_manager", "sandwell")
    page = manager.get(reverse("bundles", args=[opened.reference])).content.decode()
    assert "Nobody has opened it yet." in page
    assert "What the school saw.txt" in page
    pdf = open_bundle(manager, opened, 1)
    read = PdfReader(io.BytesIO(pdf.content))
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    said = " ".join(each.extract_text() for each in read.pages)
    assert "Plum Invented" in said
    assert "panel bundle, version 1" in said
    assert pdf["Content-Disposition"] == (
        f'attachment; filename="{opened.reference}-panel-bundle-version-1.pdf"'
    )
    assert pdf["Cache-Control"] == "no-store"
    row = Opening.objects.get()
    assert (row.form, row.version, row.by) == (
        "panel_bundle", 1, person("business_manager", "sandwell"),
    )  # fmt: skip
    assert row.digest == Bundle.objects.get().digest
    page = manager.get(reverse("bundles", args=[opened.reference])).content.decode()
    assert f"{row.by.name} opened Panel bundle, version 1, as PDF" in page
    assert open_bundle(manager, opened, 1).content == pdf.content
    forms = manager.get(reverse("forms", args=[opened.reference])).content.decode()
    assert f"{row.by.name} opened Panel bundle, version 1, as PDF" in forms


@pytest.mark.parametrize("also_its_hash", [False, True])
@pytest.mark.parametrize(
    ("table", "name", "arguments"),
    [
        ("documents_bundle", "bundle-open", [1]),
        ("documents_sentversion", "form-open", ["escalation_template"]),
    ],
)
def test_what_was_changed_behind_the_case_s_back_is_handed_to_nobody(
    opened: Case, school: Client, table: str, name: str, arguments: list[Any], also_its_hash: bool
) -> None:
    """Whoever gets past the database's own guard, and mends the hash beside it, is found out."""
    refer(school, opened)
    address = reverse(name, args=[opened.reference, *arguments])
    assert school.post(address, {"as": "pdf", "version": "1"}).content.startswith(b"%PDF")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute(f"DROP TRIGGER {table}_not_changed")
        cursor.execute(f"SELECT document FROM {table}")
        # by one who has the case's key too
        plain = fields.opened(cursor.fetchone()[0], table, "document")
        changed = plain.replace("The referral was closed.", "All was well.")
        assert changed != plain
        locked = str(fields.lock(changed, opened.reference, table, "document"))
        cursor.execute(f"UPDATE {table} SET document = %s", [locked])
        if also_its_hash:
            digest = hashlib.sha256(changed.encode()).hexdigest()
            cursor.execute(f"UPDATE {table} SET digest = %s", [digest])
    answer = school.post(address, {"as": "pdf", "version": "1"})
    assert answer.status_code == 409
    assert "This document is not the one that was recorded" in answer.content.decode()
    assert "Content-Disposition" not in answer.headers
    assert Opening.objects.count() == 1


@pytest.mark.parametrize(("table", "name", "arguments"), [
    ("documents_bundle", "bundle-open", [1]),
    ("documents_sentversion", "form-open", ["escalation_template"]),
])  # fmt: skip
def test_what_was_changed_without_its_key_is_handed_to_nobody_either(
    opened: Case, school: Client, table: str, name: str, arguments: list[Any]
) -> None:
    refer(school, opened)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute(f"DROP TRIGGER {table}_not_changed")
        cursor.execute(f"UPDATE {table} SET document = 'The referral was closed.'")
    address = reverse(name, args=[opened.reference, *arguments])
    answer = school.post(address, {"as": "pdf", "version": "1"})
    assert answer.status_code == 503
    assert "Content-Disposition" not in answer.headers
    assert not Opening.objects.exists()


@pytest.mark.parametrize(
    ("where", "form"),
    [
        ("bromley", "panel_referral"), ("cumbria", "executive_referral"),
        # this policy has no form that goes before its chaired meeting
        ("lincolnshire", "case_record"),
        ("sandwell", "escalation_template"), ("st-helens", "escalation_notice"),
    ],
)  # fmt: skip
def test_every_policy_has_a_form_whose_sending_freezes_the_bundle(
    cast: dict[str, Partnership], as_person: AsPerson, where: str, form: str
) -> None:
    case = at_the_last_stage(cast, where)
    (referral,) = referral_of(load(cast[where].policy_id).policy)
    assert referral.form == form
    side = as_person("executive", case.parties.get(side="raising").agency.slug)
    page = side.get(reverse("bundles", args=[case.reference])).content.decode()
    assert f"by sending this form: {referral.title}." in page.replace("&#39;", "'")
    act(side, case, "submit", form=referral.form, to=["business_manager"], note="")
    assert referral.title in words(Bundle.objects.get(case=case))


def test_the_brief_leads_to_its_copies_and_to_the_bundle(opened: Case, school: Client) -> None:
    link = reverse("bundles", args=[opened.reference])
    brief = reverse("brief", args=[opened.reference])
    assert link not in school.get(brief).content.decode()
    refer(school, opened)
    page = school.get(brief).content.decode()
    assert link in page
    assert reverse("form-open", args=[opened.reference, "executive_brief"]) in page


def test_the_case_s_page_leads_to_it_once_there_is_one(opened: Case, school: Client) -> None:
    link = f'href="{reverse("bundles", args=[opened.reference])}"'
    case = reverse("case", args=[opened.reference])
    assert link not in school.get(case).content.decode()
    assert "There is no bundle yet." in school.get(
        reverse("bundles", args=[opened.reference])
    ).content.decode()  # fmt: skip
    refer(school, opened)
    assert link in school.get(case).content.decode()


def test_strangers_find_nothing_and_what_is_not_there_is_not_opened(
    opened: Case, school: Client, as_person: AsPerson
) -> None:
    refer(school, opened)
    stranger = as_person("manager", "bromley-school")
    assert stranger.get(reverse("bundles", args=[opened.reference])).status_code == 404
    assert open_bundle(stranger, opened, 1).status_code == 404
    assert open_bundle(Client(), opened, 1).status_code == 302
    assert open_bundle(school, opened, 2).status_code == 404
    assert open_bundle(school, opened, 1, "exe").status_code == 404
    looked_at = school.get(reverse("bundle-open", args=[opened.reference, 1]))
    assert looked_at.url == reverse("bundles", args=[opened.reference])  # type: ignore[attr-defined]
    assert not Opening.objects.exists()


def test_a_form_that_is_no_referral_freezes_nothing(opened: Case, school: Client) -> None:
    act(school, opened, "submit", form="agency_log", to=["business_manager"], note="")
    assert not Bundle.objects.exists()


@pytest.mark.parametrize("statement", ["UPDATE {} SET enclosed = 7", "DELETE FROM {}"])
def test_the_database_keeps_bundles(opened: Case, school: Client, statement: str) -> None:
    refer(school, opened)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("documents_bundle"))


def test_the_chair_opens_it_from_the_panel_room(
    cast: dict[str, Partnership], as_person: AsPerson
) -> None:
    case = at_the_last_stage(cast, "bromley")
    raising = as_person("executive", case.parties.get(side="raising").agency.slug)
    act(raising, case, "submit", form="panel_referral", to=["chair"], note="", files=[attached()])
    chair = as_person("chair", "bromley")
    room = chair.get(reverse("room", args=[case.reference])).content.decode()
    assert f'href="{reverse("bundles", args=[case.reference])}"' in room
    page = chair.get(reverse("bundles", args=[case.reference])).content.decode()
    assert "What the school saw.txt" in page
    assert open_bundle(chair, case, 1).content.startswith(b"%PDF")
    attachment = chair.post(reverse("supporting", args=[case.reference, 1]))
    assert attachment.content == NOTE
    assert [each.form for each in Opening.objects.order_by("id")] == [
        "panel_bundle", "supporting_document",
    ]  # fmt: skip
    page = chair.get(reverse("bundles", args=[case.reference])).content.decode()
    assert "opened supporting document 1, as it came (text)." in page

"""The pages of a partnership's own Word templates: uploaded, tried, used, and gone back from."""

import io
import secrets
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse
from docx import Document as read_word
from docx.document import Document as WordDocument
from pypdf import PdfReader

from concord.cases.models import Case
from concord.directory.models import User
from concord.documents.models import Opening, SentVersion, TemplateChoice, WordTemplate
from concord.documents.word_templates.copies import fits
from concord.files.unfit import Unfit
from concord.policies.library import load
from concord.rules.forms import FormRule
from tests.documents.filled import bare, form_named, words_in_word
from tests.documents.templates_made import template_of

AsPerson = Callable[[str, str], Client]
FORM = "escalation_template"
WHERE = ["sandwell", FORM]


def rule() -> FormRule:
    return form_named(load("sandwell").policy, FORM)


def ours(words: str = "Sandwell's own layout", **more: Any) -> bytes:
    """A template of the partnership's own, known by its words."""
    return template_of(rule(), words, **more)


@pytest.fixture
def manager(as_person: AsPerson) -> Client:
    return as_person("business_manager", "sandwell")


@pytest.fixture
def school(as_person: AsPerson) -> Client:
    return as_person("manager", "sandwell-school")


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def upload(
    client: Client, content: bytes, name: str = "ours.docx", why: str = "Our letterhead"
) -> Any:
    data = {"why": why, "file": SimpleUploadedFile(name, content)} if content else {"why": why}
    return client.post(reverse("word-template", args=WHERE), data)


def use(client: Client, version: int, why: str = "The board wants it") -> Any:
    return client.post(reverse("word-template-version", args=[*WHERE, version]), {"why": why})


def in_use(client: Client, content: bytes | None = None) -> None:
    """A template is uploaded and taken into use."""
    answer = upload(client, content or ours())
    assert answer.status_code == 302, text(answer)
    version = WordTemplate.objects.latest("id").version
    assert use(client, version).status_code == 302


def opened_as(client: Client, case: Case, written_as: str, **more: str) -> bytes:
    address = reverse("form-open", args=[case.reference, FORM])
    answer = client.post(address, {"as": written_as, **more})
    assert answer.status_code == 200
    return answer.content


def send(client: Client, case: Case) -> None:
    seen = str(Case.objects.get(pk=case.pk).last_sequence)
    data = {
        "form": FORM, "to": ["business_manager"], "note": "", "seen": seen, "action": "send",
        "key": secrets.token_urlsafe(16),
    }  # fmt: skip
    assert client.post(reverse("act", args=[case.reference, "submit"]), data).status_code == 302


def test_from_the_log_to_a_template_in_use_and_word_copies_made_with_it(
    opened: Case, manager: Client, school: Client, person: Callable[[str, str], User]
) -> None:
    log = manager.get(reverse("partnership", args=["sandwell"]))
    assert reverse("word-templates", args=["sandwell"]) in text(log)
    listed = text(manager.get(reverse("word-templates", args=["sandwell"])))
    assert reverse("word-template", args=WHERE) in listed
    assert "Concord's own layout" in listed
    page = text(manager.get(reverse("word-template", args=WHERE)))
    for field in rule().fields:
        assert f"{{{{ {field.id} }}}}" in page
    answer = upload(manager, ours())
    version = text(manager.get(answer.url))
    assert "Not in use" in version
    assert "Juniper Example" in version
    assert "Sandwell's own layout" in version
    before = words_in_word(opened_as(school, opened, "docx"))
    assert bare("Sandwell's own layout") not in before
    assert use(manager, 1).url == reverse("word-template", args=WHERE)
    word = words_in_word(opened_as(school, opened, "docx"))
    assert bare("Sandwell's own layout") in word
    assert bare("Plum Invented") in word
    assert bare("Word copy made with the partnership's own template, version 1.") in word
    listed = text(manager.get(reverse("word-templates", args=["sandwell"])))
    assert "Your template, version 1" in listed
    assert person("business_manager", "sandwell").name in listed
    row = Opening.objects.order_by("-id")[0]
    assert row.template == WordTemplate.objects.get()
    page = text(school.get(reverse("forms", args=[opened.reference])))
    assert "As Word it is in the partnership's own template, version 1" in page
    assert "as Word, made with the partnership's own template, version 1." in page


def test_the_pdf_says_the_same_words_in_concord_s_own_layout(
    opened: Case, manager: Client, school: Client
) -> None:
    before = PdfReader(io.BytesIO(opened_as(school, opened, "pdf"))).pages[0].extract_text()
    in_use(manager)
    pdf = opened_as(school, opened, "pdf")
    assert Opening.objects.order_by("-id")[0].template is None
    shown = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert bare(shown).partition("Printedby")[0] == bare(before).partition("Printedby")[0]


def test_what_was_sent_stays_in_the_layout_that_it_was_sent_in(
    opened: Case, manager: Client, school: Client
) -> None:
    send(school, opened)
    in_use(manager, ours("The first layout"))
    send(school, opened)
    in_use(manager, ours("The second layout"))
    send(school, opened)
    said = [words_in_word(opened_as(school, opened, "docx", version=v)) for v in ("1", "2", "3")]
    assert [bare("The first layout") in each for each in said] == [False, True, False]
    assert [bare("The second layout") in each for each in said] == [False, False, True]
    assert [
        each.template and each.template.version for each in SentVersion.objects.order_by("version")
    ] == [None, 1, 2]
    page = text(school.get(reverse("forms", args=[opened.reference])))
    assert "Its Word copy is in the partnership's own template, version 1." in page


def test_an_earlier_version_and_concord_s_own_layout_are_gone_back_to_with_the_reason(
    opened: Case, manager: Client, school: Client
) -> None:
    in_use(manager, ours("The first layout"))
    in_use(manager, ours("The second layout"))
    assert bare("The second layout") in words_in_word(opened_as(school, opened, "docx"))
    use(manager, 1, "The second was too long")
    assert bare("The first layout") in words_in_word(opened_as(school, opened, "docx"))
    own = reverse("word-template-own", args=WHERE)
    assert "Use Concord's own layout" in text(manager.get(own))
    assert manager.post(own, {"why": ""}).status_code == 422
    assert manager.post(own, {"why": "Our logo is old"}).status_code == 302
    assert bare("The first layout") not in words_in_word(opened_as(school, opened, "docx"))
    page = text(manager.get(reverse("word-template", args=WHERE)))
    for said in ("The second was too long", "Our logo is old", "Version 1", "Version 2"):
        assert said in page
    assert TemplateChoice.objects.count() == 4


def test_what_is_wrong_is_told_at_once_and_nothing_is_kept(cast: object, manager: Client) -> None:
    answer = upload(
        manager, ours("Wrong: {{ chld }} {% if x %}", without=["address", "born"]), why="New logo"
    )
    assert answer.status_code == 422
    page = text(answer)
    assert "<title>Error: " in page
    assert "Did you mean {{ child }}?" in page
    assert "“{% if x %}” is an instruction." in page
    assert "no place for “Address”" in page
    assert "no place for “D.O.B”" in page
    assert 'value="New logo"' in page
    assert not WordTemplate.objects.exists()


def test_without_a_file_or_a_reason_it_is_told_what_to_do(cast: object, manager: Client) -> None:
    assert "Choose the template" in text(upload(manager, b""))
    answer = upload(manager, ours(), why="")
    assert answer.status_code == 422
    assert "Enter: what is new in it, and why?" in text(answer)
    assert "There is something to put right" in text(upload(manager, b"PK not", "x.docx"))
    assert "ends with .docx" in text(upload(manager, ours(), "ours.pdf"))
    assert "larger than 5 MB" in text(upload(manager, b"x" * 5_000_001))
    assert "larger than 5 MB" in text(upload(manager, b"x" * 20_000_001))
    assert not WordTemplate.objects.exists()


def test_what_the_scanner_finds_is_not_kept(
    cast: object, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(content: bytes) -> None:
        raise Unfit("A virus was found in the file.", "Do not open it.")

    monkeypatch.setattr("concord.documents.word_templates.keeping.scan", found)
    assert "A virus was found" in text(upload(manager, ours()))
    assert not WordTemplate.objects.exists()


def test_the_same_file_twice_is_one_version_and_the_same_choice_is_made_once(
    cast: object, manager: Client
) -> None:
    content = ours()
    for _ in range(2):
        upload(manager, content)
        use(manager, 1)
    assert bytes(WordTemplate.objects.get().content) == content
    assert TemplateChoice.objects.count() == 1


def test_it_is_for_the_partnership_s_own_business_manager_alone(
    opened: Case, manager: Client, as_person: AsPerson
) -> None:
    in_use(manager)
    addresses = [
        reverse("word-templates", args=["sandwell"]), reverse("word-template", args=WHERE),
        reverse("word-template-own", args=WHERE), reverse("word-template-starter", args=WHERE),
        reverse("word-template-version", args=[*WHERE, 1]),
        reverse("word-template-file", args=[*WHERE, 1]),
        reverse("word-template-preview", args=[*WHERE, 1]),
    ]  # fmt: skip
    for address in addresses:
        assert manager.get(address).status_code == 200, address
        for role, where in (
            ("business_manager", "bromley"),
            ("executive", "sandwell-school"),
            ("chair", "sandwell"),
        ):
            stranger = as_person(role, where)
            assert stranger.get(address).status_code == 404, (role, address)
            assert stranger.post(address, {"why": "x"}).status_code in (404, 405)
        assert Client().get(address).status_code == 302
    assert TemplateChoice.objects.count() == 1
    forms = reverse("forms", args=[opened.reference])
    assert addresses[0] in text(manager.get(forms))
    assert addresses[0] not in text(as_person("manager", "sandwell-school").get(forms))


@pytest.mark.parametrize("address", [["no_such_form"], [FORM, 2], [FORM, 0]])
def test_what_is_not_there_is_not_found(cast: object, manager: Client, address: list[Any]) -> None:
    upload(manager, ours())
    name = "word-template" if len(address) == 1 else "word-template-version"
    assert manager.get(reverse(name, args=["sandwell", *address])).status_code == 404
    assert manager.post(reverse(name, args=["sandwell", *address]), {"why": "x"}).status_code == 404


def test_the_starter_is_a_template_that_is_taken(cast: object, manager: Client) -> None:
    starter = manager.get(reverse("word-template-starter", args=WHERE)).content
    answer = upload(manager, starter)
    assert answer.status_code == 302
    assert manager.get(reverse("word-template-file", args=[*WHERE, 1])).content == starter
    preview = manager.get(reverse("word-template-preview", args=[*WHERE, 1])).content
    assert bare("Juniper Example") in words_in_word(preview)
    assert "{{" not in words_in_word(preview)


def test_a_template_that_no_longer_fits_the_form_is_not_used_and_the_page_says_so(
    opened: Case, manager: Client, school: Client
) -> None:
    """A case keeps its policy's version: a template of another version is not put upon it."""
    kept = WordTemplate.objects.create(
        partnership=opened.partnership, form=FORM, version=1, content=ours(without=["born"]),
        digest="", name="old.docx", why="Of an earlier policy", scanned="clean",
        by=User.objects.all()[0], at=opened.opened,
    )  # fmt: skip
    TemplateChoice.objects.create(
        partnership=opened.partnership, form=FORM, template=kept, why="", by=kept.by, at=kept.at
    )
    assert not fits(kept, rule())
    word = words_in_word(opened_as(school, opened, "docx"))
    assert bare("Sandwell's own layout") not in word
    assert bare("Plum Invented") in word
    assert Opening.objects.get().template is None
    send(school, opened)
    assert SentVersion.objects.get().template is None
    page = text(manager.get(reverse("word-template-version", args=[*WHERE, 1])))
    assert "does not fit this form" in page
    assert "no place for “D.O.B”" in page
    assert "As Word it is in" not in text(school.get(reverse("forms", args=[opened.reference])))
    preview = reverse("word-template-preview", args=[*WHERE, 1])
    assert manager.get(preview).status_code == 404


def test_what_somebody_typed_into_a_case_is_text_in_the_partnership_s_layout(
    opened: Case, manager: Client, school: Client
) -> None:
    def in_a_table(word: WordDocument) -> None:
        word.add_table(1, 1).rows[0].cells[0].text = "In a table: {{ details }}"

    in_use(manager, ours(change=in_a_table, without=["details"]))
    seen = str(Case.objects.get(pk=opened.pk).last_sequence)
    typed = "{{ 7 * 7 }} <w:t>x</w:t> {% raw %}"
    data = {
        "problem": typed,
        "challenge": "It.",
        "aim": "This.",
        "seen": seen,
        "key": secrets.token_urlsafe(16),
        "action": "send",
    }
    assert school.post(reverse("act", args=[opened.reference, "state"]), data).status_code == 302
    made = opened_as(school, opened, "docx")
    assert bare(typed) in words_in_word(made)
    assert read_word(io.BytesIO(made)).tables


@pytest.mark.parametrize("statement", ["UPDATE {} SET why = 'x'", "DELETE FROM {}"])
def test_the_database_keeps_versions_and_choices(
    cast: object, manager: Client, statement: str
) -> None:
    in_use(manager)
    for table in ("documents_templatechoice", "documents_wordtemplate"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(table))

"""The copies that are given: what is left out, who reads second, and that they stay as they were."""

import io
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pypdf import PdfReader

from concord.cases.models import Case
from concord.directory.limits import Limit
from concord.directory.models import Post, User
from concord.subject_access.models import Handed, Piece, Redaction, Release, Request, Said, Step
from concord.vault import keys
from concord.vault.closed import NoKey
from concord.web import limiting
from tests.subject_access.asking import (
    AUNT,
    PDF,
    agree_all,
    as_word,
    asking,
    gathered,
    leave_out,
    piece_with,
    text,
)


def test_the_copy_is_a_tagged_pdf_with_a_title_and_a_language(held: Case, officer: Client) -> None:
    here = gathered(officer)
    answer = officer.post(f"{here}/copies/given", {"as": "pdf"})
    assert answer.status_code == 200
    assert "Plum" not in answer.headers["Content-Disposition"]
    pdf = PdfReader(io.BytesIO(answer.content))
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("en")
    assert pdf.metadata is not None
    assert "Copy of what is held about a child" in str(pdf.metadata.title)
    assert "The children were hungry" in " ".join(page.extract_text() for page in pdf.pages)


def test_what_was_read_is_what_is_given(held: Case, officer: Client, unit: Client) -> None:
    """A redaction made after the second reading, or taken back, is read again."""
    here = gathered(officer)
    assert unit.post(f"{here}/read").status_code == 302
    leave_out(officer, here, AUNT)
    agree_all(unit, here)
    assert "read the copy to be given, whole" in text(officer.post(f"{here}/released"))
    assert unit.post(f"{here}/read").status_code == 302
    left = Redaction.objects.get()
    assert officer.post(f"{here}/redactions/{left.pk}", {"action": "back"}).status_code == 302
    assert officer.post(f"{here}/released").status_code == 409
    assert unit.post(f"{here}/read").status_code == 302
    assert officer.post(f"{here}/released").status_code == 302
    assert AUNT in Release.objects.get().given


def test_what_the_second_reader_does_not_agree_stands_in_the_way(
    held: Case, officer: Client, unit: Client
) -> None:
    here = gathered(officer)
    leave_out(officer, here, AUNT)
    left = Redaction.objects.get()
    address = f"{here}/redactions/{left.pk}"
    assert unit.post(address, {"says": "disagrees"}).status_code == 422
    assert (
        unit.post(address, {"says": "disagrees", "note": "The child knows it."}).status_code == 302
    )
    assert "The child knows it." in text(officer.get(f"{here}/pieces/{left.piece.number}"))
    assert officer.post(f"{here}/released").status_code == 409


def test_words_that_a_piece_does_not_hold_are_not_left_out(held: Case, officer: Client) -> None:
    here = gathered(officer)
    said = piece_with(AUNT)
    typed = {"words": "No such words", "code": "T1", "why": "Of the aunt."}
    answer = officer.post(f"{here}/pieces/{said.number}", typed)
    assert answer.status_code == 422
    assert "does not hold those words" in text(answer)
    assert "No such words" in text(answer), "what was typed is kept"
    assert not Redaction.objects.exists()


def test_a_supporting_document_goes_as_it_came_or_not_at_all(
    held: Case, officer: Client, unit: Client
) -> None:
    here = gathered(officer)
    document = Piece.objects.get(kind="enclosure")
    assert officer.post(f"{here}/documents/{document.number}").content == PDF
    assert Handed.objects.get().what == f"document {document.number}"
    # a piece that is none gives no file
    assert officer.post(f"{here}/documents/{piece_with(AUNT).number}").status_code == 404
    assert "given beside this copy as it came" in as_word(officer, here, "given")
    officer.post(f"{here}/pieces/{document.number}", {"code": "L1", "why": "For the court."})
    agree_all(unit, here)
    given = as_word(officer, here, "given")
    assert "[left out: legal privilege, L1]" in given
    assert "seen at school.pdf" not in given
    assert "Left out: do not give it." in text(officer.get(here))


def test_what_was_asked_left_out_and_given_is_append_only(
    held: Case, officer: Client, unit: Client
) -> None:
    here = gathered(officer)
    leave_out(officer, here, AUNT)
    agree_all(unit, here)
    unit.post(f"{here}/read")
    officer.post(f"{here}/released")
    officer.post(f"{here}/copies/given", {"as": "docx"})
    tables: tuple[Any, ...] = (Request, Step, Piece, Redaction, Said, Release, Handed)
    for table in tables:
        rows = table.objects.filter(pk=table.objects.all()[:1].get().pk)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows.update(id=rows.get().id)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows._raw_delete(using="default")


def test_a_frozen_copy_that_was_changed_is_handed_to_nobody(
    held: Case, officer: Client, unit: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = gathered(officer)
    unit.post(f"{here}/read")
    officer.post(f"{here}/released")
    kept = Release.objects.get()
    kept.given = kept.given.replace("hungry", "well fed")
    monkeypatch.setattr(
        "concord.subject_access.requests.Release.objects.filter",
        lambda **_: type("Found", (), {"select_related": lambda *_: type("One", (), {"first": lambda *_: kept})()})(),
    )  # fmt: skip
    answer = officer.post(f"{here}/copies/given", {"as": "docx"})
    assert answer.status_code == 409
    assert "not the one that was recorded" in text(answer)


def test_a_third_person_with_the_post_may_read_second(
    held: Case, officer: Client, unit: Client
) -> None:
    """Whoever covers or shares the post counts as a person of their own."""
    here = gathered(unit)
    assert "second reader is another person" in text(unit.post(f"{here}/read"))
    assert officer.post(f"{here}/read").status_code == 302
    assert unit.post(f"{here}/released").status_code == 302
    assert Post.objects.filter(role="data_protection_officer").exists()
    assert User.objects.filter(pk=Release.objects.get().by_id).exists()


def test_who_takes_out_too_many_copies_or_asks_for_too_many_children_waits(
    held: Case, officer: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = gathered(officer)
    settings.CONCORD_LIMITS = True
    few = {p: Limit(f"few-{p[0]}", 2, e.within, e.what) for p, e in limiting.LIMITED.items()}
    monkeypatch.setattr(limiting, "LIMITED", few)
    paper = Piece.objects.get(kind="enclosure").number
    for address, typed in (
        (f"{here}/copies/given", {"as": "docx"}), (f"{here}/documents/{paper}", {}),
        (f"{here}/gathered", {}), ("/partnerships/sandwell/subject-access/new", asking()),
    ):  # fmt: skip
        answers = [officer.post(address, typed).status_code for _ in range(3)]
        assert answers[2] == 429, (address, answers)
        assert 429 not in answers[:2], (address, answers)


def test_nothing_of_it_lies_in_the_database_in_plain(
    held: Case, officer: Client, unit: Client
) -> None:
    """What is held about a child is closed at rest: by the case's key, or by the request's."""
    here = gathered(officer)
    leave_out(officer, here, AUNT)
    agree_all(unit, here)
    unit.post(f"{here}/read")
    officer.post(f"{here}/released")
    request = Request.objects.get()
    closed: list[str] = []
    with connection.cursor() as cursor:
        for table in ("request", "step", "piece", "redaction", "said", "release", "handed"):
            cursor.execute(f"SELECT * FROM subject_access_{table}")
            closed += [str(value) for row in cursor.fetchall() for value in row]
    every = "\n".join(closed)
    for words in (
        "Plum",
        "2015-04-03",
        "Rowan Madeup",
        "Nettle",
        "hungry",
        "Passport",
        "of the aunt",
    ):
        assert words.casefold() not in every.casefold(), words
    # when the request's key is gone, so are the copies; the case's own pieces go with the case
    keys.path_of(request.reference).unlink()
    with pytest.raises(NoKey):
        Release.objects.get()
    assert AUNT in piece_with(AUNT).text
    keys.path_of(held.reference).unlink()
    with pytest.raises(NoKey):
        piece_with(AUNT)
    # and the page says so in words
    answer = officer.get(here)
    assert answer.status_code == 503
    assert "Traceback" not in text(answer)

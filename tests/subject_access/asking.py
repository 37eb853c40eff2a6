"""What those do who answer a request: begin it, gather what is held, read, leave out, agree."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

from django.test import Client
from docx import Document as read_word

from concord.subject_access.models import Piece, Redaction
from tests.files import making

SignIn = Callable[[str, str], Client]
TODAY = date.today()
PDF = making.a_pdf("What the school saw.")
SISTER = "Cherry Invented"
AUNT = "Her aunt Nettle Madeup drinks"


def text(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def day_of(name: str, when: date) -> dict[str, str]:
    parts = (("day", when.day), ("month", when.month), ("year", when.year))
    return {f"{name}_{part}": str(value) for part, value in parts}


def asking(**more: str) -> dict[str, str]:
    return {
        "child": "Plum Invented", **day_of("born", date(2015, 4, 3)), "asked_by": "Rowan Madeup",
        "standing": "parent", **day_of("received", TODAY - timedelta(days=5)),
        "note": "Everything.", **more,
    }  # fmt: skip


def begun(client: Client, **more: str) -> str:
    """A request written down; its address."""
    answer = client.post("/partnerships/sandwell/subject-access/new", asking(**more))
    assert answer.status_code == 302, text(answer)
    return str(answer.headers["Location"])


def gathered(client: Client) -> str:
    """A request whose asker is proved, with what is held gathered for it; its address."""
    here = begun(client)
    proof = {**day_of("proved", TODAY), "how_proved": "Passport seen, and on the birth certificate"}
    assert client.post(f"{here}/proved", proof).status_code == 302
    assert client.post(f"{here}/gathered").status_code == 302
    return here


def pieces_with(words: str) -> list[Piece]:
    return [each for each in Piece.objects.order_by("number") if words in each.text]


def piece_with(words: str) -> Piece:
    return pieces_with(words)[0]


def leave_out(client: Client, here: str, words: str, code: str = "T1") -> Any:
    """Leave these words out of every piece that holds them."""
    answer = None
    for each in pieces_with(words):
        answer = client.post(
            f"{here}/pieces/{each.number}", {"words": words, "code": code, "why": "Of the aunt."}
        )
    return answer


def agree_all(client: Client, here: str) -> None:
    for each in Redaction.objects.all():
        answer = client.post(f"{here}/redactions/{each.pk}", {"says": "agrees"})
        assert answer.status_code == 302, text(answer)


def as_word(client: Client, here: str, what: str) -> str:
    answer = client.post(f"{here}/copies/{what}", {"as": "docx"})
    assert answer.status_code == 200
    word = read_word(io.BytesIO(answer.content))
    return "".join(word.element.body.itertext())

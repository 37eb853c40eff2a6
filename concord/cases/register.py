"""A partnership's register of what is out of the ordinary: lines are added, and none is changed.

Every line is sealed as it is written, in a chain of its own for each partnership, and signed and
verified with the records of the cases. What a line says is encrypted with the key of the case that
it is about, with the salt of its seal, and goes with the case. Only what is left of a case that was
disposed of is kept readable.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from concord.cases.models import Case, Registered
from concord.cases.stored import Growth, Stored, plain_rows, time_text
from concord.directory.models import Partnership, User
from concord.seals import chain
from concord.seals.chain import Row, Seal
from concord.seals.checking import Opening
from concord.vault.cipher import Cipher, is_locked
from concord.vault.closed import Closed, Damaged, Destroyed, NoKey, Wrong
from concord.vault.keys import cipher, is_there

_ROWS = """
    SELECT r.sequence, {at}, r.kind, r.key, r.by_id, r.case_id, r.about_id, r.content, r.label,
           r.salt, r.commitment, r.previous, r.link, c.reference
    FROM cases_registered r LEFT JOIN cases_case c ON c.id = r.case_id
    WHERE r.partnership_id = %s AND r.sequence > %s
    ORDER BY r.sequence, r.id
"""
_KEYS = """
    SELECT DISTINCT c.reference FROM cases_registered r JOIN cases_case c ON c.id = r.case_id
    WHERE r.partnership_id = %s AND NOT EXISTS (
        SELECT 1 FROM cases_registered d WHERE d.case_id = r.case_id AND d.kind = 'disposed')
"""
_SALT = 32
_FIELD = "line"
_READABLE = frozenset({"disposed"})
"""The kinds of lines that are not encrypted: they say nothing of a child, and outlast the key."""


class _Unread(dict[str, str]):
    """What a line says that cannot be read: the same for whatever is asked of it."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def __missing__(self, name: str) -> str:
        return self.words

    def get(self, key: str, default: Any = None) -> Any:
        """As where it was asked for by its name."""
        return self.words


def write(
    kind: Registered.Kind, case: Case, by: User, at: datetime, says: Mapping[str, str],
    about: Registered | None = None, once: str = "", label: str = "",
) -> Registered:  # fmt: skip
    """Add a line about a case, which comes with its partnership. `at` is aware.

    `once` names what can be said once only: raises IntegrityError where it has been said.
    """
    with transaction.atomic():
        place = Partnership.objects.select_for_update(no_key=True).get(pk=case.partnership_id)
        last = Registered.objects.filter(partnership=place).order_by("sequence").last()
        history = Register.prefix + place.slug
        sequence, previous = (last.sequence + 1, last.link) if last else (1, _begins(history))
        key, content = once or secrets.token_hex(16), json.dumps(says, ensure_ascii=False)
        plain = _plain(case.pk, about.pk if about else None, content, label)
        sealed = chain.seal(history, sequence, previous, at, at, str(kind), key, by.pk, plain)
        salt, stored = sealed.salt, content
        if kind not in _READABLE:
            salt, stored = "", locked(case.reference, history, sealed, content)
        return Registered.objects.create(
            partnership=place, sequence=sequence, at=at, kind=kind, key=key, by=by, case=case,
            about=about, label=label, content=stored, salt=salt,
            commitment=sealed.commitment, previous=sealed.previous, link=sealed.link,
        )  # fmt: skip


def locked(reference: str, history: str, sealed: Seal, content: str) -> str:
    """What a line says with its salt, as it is stored: closed with the key of its case."""
    about = (history, _FIELD, sealed.commitment)
    return cipher(reference).lock(sealed.salt + content, *about)


def _opened(reference: str, history: str, commitment: str, stored: str) -> tuple[str, str]:
    """The salt and the content of a line that was closed. Raises NoKey, Wrong, Damaged."""
    text = cipher(reference).open(stored, history, _FIELD, commitment)
    return text[:_SALT], text[_SALT:]


def anew(key: Cipher, history: str, commitment: str, stored: str) -> str:
    """A line's content, closed again with the key that closes now. Raises Damaged.

    What is kept readable stays so.
    """
    if not is_locked(stored):
        return stored
    about = (history, _FIELD, commitment)
    return key.lock(key.open(stored, *about), *about)


def says(line: Registered) -> dict[str, str]:
    """What a line says, by name; that it was disposed of, or cannot be read, where it is so."""
    content = line.content
    if is_locked(content):
        history = Register.prefix + line.partnership.slug
        try:
            content = _opened(line.case.reference, history, line.commitment, content)[1]
        except Destroyed:
            return _Unread("Disposed of with the case")
        except Closed:
            return _Unread("This cannot be read now")
    found: dict[str, str] = json.loads(content)
    return found


class Register:
    """The registers' chains, as whoever seals and whoever verifies asks for them."""

    prefix = "register/"

    def prepare(self) -> None:
        """Nothing: a line is linked as it is written."""

    def ends(self) -> Iterator[tuple[str, int, str]]:
        """Each history, how many lines it has, and the link of the last. Within `one_moment`."""
        for slug, number in _partnerships():
            last = Registered.objects.filter(partnership=number).order_by("sequence").last()
            if last is not None:
                yield self.prefix + slug, last.sequence, last.link

    def grown(self, known: Mapping[str, tuple[int, str]]) -> Iterator[Growth]:
        """The histories that do not end as is known. Within `one_moment`."""
        for history, count, head in self.ends():
            if known.get(history) != (count, head):
                yield Growth(
                    history, count, _opening(history, count, head), partial(_rows, history)
                )

    def histories(self) -> Iterator[Stored]:
        """All of them. Within `one_moment`."""
        for history, count, head in self.ends():
            yield Stored(history, _opening(history, count, head), _rows(history, 0))


def _partnerships() -> list[tuple[str, int]]:
    return list(Partnership.objects.order_by("pk").values_list("slug", "pk"))


def _begins(history: str) -> str:
    return chain.opening(history, "", [])


def _opening(history: str, count: int, head: str) -> Opening:
    """Lines may be closed where the key of every case that was not disposed of is there."""
    number = dict(_partnerships()).get(history.removeprefix(Register.prefix), 0)
    keyed = all(is_there(str(of)) for (of,) in list(plain_rows(_KEYS, [number])))
    return Opening(history, _begins(history), _begins(history), count, head, is_disposed=keyed)


def _rows(history: str, after: int) -> Iterator[Row]:
    number = dict(_partnerships()).get(history.removeprefix(Register.prefix), 0)
    statement = _ROWS.format(at=time_text("r.at"))
    for sequence, at, kind, key, by, case, about, stored, label, salt, *seal, of in plain_rows(
        statement, [number, after]
    ):
        plain: str | None
        content = stored
        if is_locked(stored):
            try:
                salt, content = _opened(str(of), history, seal[0], stored)
            except (NoKey, Wrong):
                content = None
            except Damaged:
                salt = ""
        if content is None:
            plain, salt = None, None
        else:
            plain = _plain(case, about, content, label)
        yield Row(sequence, at, at, kind, key, by, plain, salt, *seal)


def _plain(case: Any, about: Any, content: Any, label: Any) -> str:
    """What a line says besides when, of what kind and by whom, as one text."""
    parts = [case, about, content, *([label] if label else [])]
    return json.dumps(parts, separators=(",", ":"), default=repr)

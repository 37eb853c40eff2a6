"""The looks of each partnership as a chain of their own, so that none can be taken out unseen.

A reader never waits for it: the process that seals links what was looked at since it last looked,
and then signs it with the rest. Cases that belong to several partnerships' looks stand in each's.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from concord.cases.stored import Growth, Stored, plain_rows, time_text
from concord.directory.models import Partnership
from concord.looks.models import SealedLook
from concord.seals import chain
from concord.seals.chain import Row
from concord.seals.checking import Opening
from concord.vault.closed import Closed, Damaged, Destroyed
from concord.vault.fields import LOOKS, opened
from concord.vault.keys import is_there

NOBODY = "none"
"""The history of looks that showed no case: searches that found nothing, cases that are none."""
LATE = 10_000
"""How many rows may be under way at once: one that was begun earlier can be committed later."""
MOST = 5_000
"""How many looks are linked in one go at most."""

_LOOK = """
    SELECT {at}, s.kind, s.id, s.user_id, s.who, s.page, s.search, s.refused,
           (SELECT {cases} FROM looks_seencase x JOIN cases_case c ON c.id = x.case_id
            WHERE x.seen_id = s.id AND c.partnership_id {of})
"""
_SEALED = """, l.sequence, l.salt, l.commitment, l.previous, l.link
    FROM looks_sealedlook l LEFT JOIN looks_seen s ON s.id = l.look
    WHERE l.history = %s AND l.sequence > %s ORDER BY l.sequence, l.id
"""
_NEW = """ FROM looks_seen s
    WHERE s.id > %s AND {mine}
      AND NOT EXISTS (SELECT 1 FROM looks_sealedlook l WHERE l.look = s.id AND l.history = %s)
    ORDER BY s.id LIMIT %s
"""


class Looks:
    """The looks' chains, as whoever seals and whoever verifies asks for them."""

    prefix = "looks/"

    def prepare(self) -> None:
        """Link what was looked at since. For the process that seals: there is only one."""
        for slug, number in _partnerships():
            while _link_on(slug, number) == MOST:
                pass

    def ends(self) -> Iterator[tuple[str, int, str]]:
        """Each history, how many looks it has, and the link of the last. Within `one_moment`."""
        for slug, _ in _partnerships():
            last = SealedLook.objects.filter(history=self.prefix + slug).order_by("sequence").last()
            if last is not None:
                yield last.history, last.sequence, last.link

    def grown(self, known: Mapping[str, tuple[int, str]]) -> Iterator[Growth]:
        """The histories that do not end as is known. Within `one_moment`."""
        for history, count, head in self.ends():
            if known.get(history) != (count, head):
                begun = _opening(history, count, head)
                yield Growth(history, count, begun, partial(_rows, history))

    def histories(self) -> Iterator[Stored]:
        """All of them. Within `one_moment`."""
        for history, count, head in self.ends():
            yield Stored(history, _opening(history, count, head), _rows(history, 0))


def _partnerships() -> list[tuple[str, int]]:
    return [(NOBODY, 0), *Partnership.objects.order_by("pk").values_list("slug", "pk")]


def _opening(history: str, count: int, head: str) -> Opening:
    """What was searched for goes with the case that it found: that is no missing key."""
    begins = chain.opening(history, "", [])
    return Opening(history, begins, begins, count, head, is_disposed=is_there(LOOKS))


def _rows(history: str, after: int) -> Iterator[Row]:
    number = dict(_partnerships()).get(history.removeprefix(Looks.prefix), 0)
    for *look, sequence, salt, commitment, previous, link in plain_rows(
        _says(number) + _SEALED, [history, after]
    ):
        try:
            at, kind, key, writer, content = _look(look)
        except Closed:
            at, kind, key, writer, content, salt = *look[:4], None, None
        yield Row(sequence, at, at, kind, key, writer, content, salt, commitment, previous, link)


def _link_on(slug: str, number: int) -> int:
    """Link the next looks of a partnership; how many there were."""
    history = Looks.prefix + slug
    last = SealedLook.objects.filter(history=history).order_by("sequence").last()
    newest = SealedLook.objects.filter(history=history).aggregate(Max("look"))["look__max"] or 0
    begins = chain.opening(history, "", [])
    head, sequence = (last.link, last.sequence) if last else (begins, 0)
    mine = (
        f"EXISTS (SELECT 1 FROM looks_seencase x JOIN cases_case c ON c.id = x.case_id"
        f" WHERE x.seen_id = s.id AND c.partnership_id = {number})"
        if number else "NOT EXISTS (SELECT 1 FROM looks_seencase x WHERE x.seen_id = s.id)"
    )  # fmt: skip
    statement = _says(number) + _NEW.format(mine=mine)
    with transaction.atomic():
        made = []
        for look in list(plain_rows(statement, [max(newest - LATE, 0), history, MOST])):
            at, kind, key, writer, content = _to_seal(look)
            sequence += 1
            salt = chain.new_salt()
            said = chain.commit(salt, at, at, kind, key, writer, content)
            link = chain.link_to(head, history, sequence, said)
            made.append(SealedLook(
                history=history, sequence=sequence, look=key, salt=salt, commitment=said,
                previous=head, link=link,
            ))  # fmt: skip
            head = link
        SealedLook.objects.bulk_create(made)
    return len(made)


def _says(number: int) -> str:
    """What a look says, as it is stored, with the cases of one partnership (its key; 0: none)."""
    is_sqlite = connection.vendor == "sqlite"
    cases = "group_concat(x.case_id)" if is_sqlite else "string_agg(x.case_id::text, ',')"
    return _LOOK.format(at=time_text("s.at"), cases=cases, of=f"= {number}")


def _to_seal(row: Any) -> tuple[Any, Any, Any, Any, str]:
    """The same, of a look that is sealed: where what was searched for went with its case before, as
    it is stored.
    """
    try:
        return _look(row)
    except Destroyed:
        at, kind, key, writer, *_ = row
        return at, kind, key, writer, json.dumps(list(row[4:]), default=repr)


def _look(row: Any) -> tuple[Any, Any, Any, Any, str]:
    """When, in what way, its own number, by whom, and all else of a look as one text."""
    at, kind, key, writer, who, page, stored, refused, cases = row
    search = _opened(stored)
    numbers = sorted(str(cases or "").split(","))
    plain = [who, page, search, int(refused) if isinstance(refused, bool) else refused, numbers]
    return at, kind, key, writer, json.dumps(plain, separators=(",", ":"), default=repr)


def _opened(stored: Any) -> Any:
    """What was searched for; as it is stored, where that is not as it was written."""
    try:
        return opened(stored, "looks_seen", "search") if stored else stored
    except Damaged:
        return stored

"""Supporting documents: taken in while an act is being written, enclosed when it is recorded.

What waits belongs to whoever sent it, for one act of one case. The act's own transaction binds
it to the record; from then on it is opened by anybody whom the table of access lets.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from concord.access.table import Doing
from concord.cases.contents import key_of
from concord.cases.doorway import Look, NotFound
from concord.cases.models import Case, Enclosure
from concord.directory.models import User
from concord.files import store
from concord.files.kinds import KINDS, Kind, kind_of
from concord.files.naming import ending_of, shown_name
from concord.files.scanning import scan
from concord.files.unfit import Unfit
from concord.rules.record import Enclosed, Record
from concord.rules.state import CaseState

MOST = 20
"""The most documents with one act."""


@dataclass(frozen=True, slots=True)
class Supporting:
    """A supporting document of a case: its number there, from 1, and the record it came with."""

    number: int
    record: Record
    document: Enclosed

    @property
    def title(self) -> str:
        """What kind of file it is, in words."""
        return KINDS[Kind(self.document.kind)].title


def waiting(user: User, case: Case, act: str) -> QuerySet[Enclosure]:
    """What somebody has sent for an act that is not recorded yet."""
    return Enclosure.objects.filter(user=user, case=case, act=act, entry=None)


def take_in(user: User, case: Case, act: str, name: str, content: bytes, at: datetime) -> Enclosure:
    """Take a file in, to go with an act of a case. `at` is aware. Raises Unfit.

    The same content sent twice waits once.
    """
    kind = kind_of(name, content)
    digest = hashlib.sha256(content).hexdigest()
    there = waiting(user, case, act)
    same = there.filter(sha256=digest).first()
    if same is not None:
        return same
    if there.count() >= MOST:
        raise Unfit(
            f"{MOST} documents can go with one record.", "Send these, then more with another."
        )
    scanned = scan(content)
    ending = ending_of(name)
    return Enclosure.objects.create(
        case=case, user=user, act=act, name=shown_name(name, ending), kind=kind,
        size=len(content), sha256=digest, kept=store.save(case.pk, [content], key_of(case)),
        scanned=scanned, added=at,
    )  # fmt: skip


def take_out(user: User, case: Case, act: str, number: int) -> None:
    """Remove what waits, for good. What belongs to a record is never removed."""
    for each in waiting(user, case, act).filter(pk=number):
        each.delete()
        store.delete(case.pk, each.kept)


def described(row: Enclosure) -> Enclosed:
    """What a record says of a document that comes with it."""
    return Enclosed(row.name, row.kind, row.size, row.sha256, row.kept, row.scanned)


def supporting(state: CaseState) -> list[Supporting]:
    """The supporting documents of a case, numbered in the order in which they came."""
    pairs = [(record, each) for record in state.records for each in record.enclosed]
    return [Supporting(number, *pair) for number, pair in enumerate(pairs, start=1)]


def opened(look: Look, number: int) -> tuple[Supporting, Iterator[bytes]]:
    """A supporting document, for a viewer, with its content. Raises NotFound."""
    found = next((each for each in supporting(look.state) if each.number == number), None)
    if found is None or not look.can(Doing.OPEN_DOCUMENTS):
        raise NotFound(number)
    return found, store.open_file(look.case.pk, found.document.kept, key_of(look.case))


def sweep(at: datetime) -> int:
    """Remove files that no act and no draft names, a day old or more. Returns how many."""
    return store.sweep(set(Enclosure.objects.values_list("kept", flat=True)), at)

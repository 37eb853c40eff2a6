"""One case as a file that can be checked without a database, by a program that is not Concord."""

import json
from collections.abc import Iterator

from concord.cases.contents import key_of
from concord.cases.models import Case
from concord.cases.openings import history_of
from concord.cases.sealing import Places
from concord.cases.stored import one_moment, rows_after, what_opened
from concord.seals import checkpoints, tree

FORMAT = "concord case 1"


def export(case: Case, places: Places) -> Iterator[str]:
    """The lines of the file: what the case began with, its records, the checkpoints that list it.

    As `bin/verify-export` reads them. They hold everything that the records say. Raises NoKey.
    """
    key_of(case)
    listed = list(_listed(history_of(case.reference), places))
    with one_moment():
        salt, says = what_opened(case.pk)
        yield _line("case", format=FORMAT, reference=case.reference, salt=salt,
                    genesis=case.genesis, opening=says)  # fmt: skip
        for row in rows_after(case.pk, case.reference, 0):
            yield _line("record", **row._asdict())
    yield from listed


def _listed(history: str, places: Places) -> Iterator[str]:
    """The checkpoints that list a history, each with its proof; of no other history a word."""
    for each in checkpoints.signed(places.file):
        if not isinstance(each, checkpoints.Signed):
            return
        for place, entry in enumerate(each.entries):
            if entry.history == history:
                steps = tree.path([one.leaf() for one in each.entries], place)
                yield _line("checkpoint", body=each.body.plain(), entry=entry.plain(),
                            path=steps, signature=each.signature)  # fmt: skip


def _line(kind: str, **values: object) -> str:
    return json.dumps({"line": kind, **values}, separators=(",", ":"), default=repr) + "\n"

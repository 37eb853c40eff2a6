"""The cases that this process has replayed lately: only what was written since is folded.

What is kept of a case is its state, and its last record exactly as it stands in the database. It
serves only while that row still says the same: so it holds with any number of processes, and
after a database is restored. What a transaction has not committed is never kept.
"""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Lock

from django.db import connection, transaction

from concord.cases.codec import decode, read_facts
from concord.cases.contents import key_of, opened
from concord.cases.models import Case, CaseParty
from concord.policies.calendars import calendar_for
from concord.policies.library import load_version
from concord.rules.record import Record
from concord.rules.state import CaseState, begin, replay
from concord.rules.who import Parties
from concord.rules.words import Side
from concord.vault.cipher import Cipher
from concord.vault.closed import Destroyed

MOST = 500
"""How many cases are kept, those looked at last."""
_ROWS = (
    "SELECT sequence, act, key, content FROM cases_entry"
    " WHERE case_id = %s AND sequence >= %s ORDER BY sequence LIMIT 2"
)
_COLUMNS = ("sequence", "at", "written", "act", "key", "content", "commitment")

Written = tuple[int, datetime, datetime, str, str, str, str]
"""The row of a record: its columns as `_COLUMNS` names them."""


@dataclass(frozen=True, slots=True)
class _Kept:
    state: CaseState
    last: tuple[object, ...]
    """The row of its last record: number, act, key, content."""


_kept: OrderedDict[str, _Kept] = OrderedDict()
_guard = Lock()


def state_of(case: Case) -> CaseState:
    """The state of a case: its records, replayed under the policy version it began under.

    Raises NoKey where the case's key is gone, whatever is kept of it; Destroyed where it was
    disposed of.
    """
    _key(case)
    kept = _kept.get(case.reference)
    if kept is None:
        return replayed(case)
    n = kept.state.records[-1].n
    rows = _rows(case, n)
    if not rows or rows[0] != kept.last:
        return replayed(case)
    if len(rows) == 1:
        return kept.state
    return _folded(case, kept.state, after=n)


def replayed(case: Case) -> CaseState:
    """The state of a case from all its records in the database, whatever is kept of it."""
    _key(case)
    policy = load_version(case.policy_id, case.policy_version).policy
    start = begin(policy, calendar_for(policy.calendar), parties_of(case), read_facts(case.facts))
    return _folded(case, start, after=0)


def keep(case: Case, state: CaseState, stored: str) -> None:
    """Keep a case's state once its last record, stored as this, is committed.

    Not if it is undone.
    """
    last = state.records[-1]
    kept = _Kept(state, (last.n, str(last.act), last.key, stored))
    transaction.on_commit(partial(_put, case.reference, kept))


def forget() -> None:
    """Keep nothing of any case any more."""
    with _guard:
        _kept.clear()


def records_of(case: Case) -> tuple[Record, ...]:
    """The records of a case, in the order in which they were written."""
    return _decoded(case, _written(case, after=0))


def parties_of(case: Case) -> Parties:
    """The parties of a case, by agency slug, the raising one first."""
    return parties_by_case([case.pk])[case.pk]


def parties_by_case(cases: Collection[int]) -> dict[int, Parties]:
    """The parties of each of these cases, in one statement."""
    raising: dict[int, str] = {}
    responding: dict[int, list[str]] = {case: [] for case in cases}
    rows = CaseParty.objects.filter(case__in=cases).order_by("place")
    for case, side, agency in rows.values_list("case_id", "side", "agency__slug"):
        if side == Side.RAISING:
            raising[case] = agency
        else:
            responding[case].append(agency)
    return {case: Parties(raising[case], tuple(responding[case])) for case in cases}


def _folded(case: Case, state: CaseState, after: int) -> CaseState:
    rows = _written(case, after)
    state = replay(state, _decoded(case, rows))
    if rows:
        keep(case, state, rows[-1][5])
    return state


def _decoded(case: Case, rows: list[Written]) -> tuple[Record, ...]:
    key = _key(case)
    return tuple(
        decode(n, at, written, act, name, opened(key, case.reference, commitment, stored)[1])
        for n, at, written, act, name, stored, commitment in rows
    )


def _written(case: Case, after: int) -> list[Written]:
    return list(case.entries.filter(sequence__gt=after).values_list(*_COLUMNS))


def _key(case: Case) -> Cipher:
    """The key of a case; none of one that was disposed of, though it were there again."""
    if case.disposed is not None:
        raise Destroyed(f"Case {case.reference} was disposed of.")
    return key_of(case)


def _rows(case: Case, n: int) -> list[tuple[object, ...]]:
    """Record `n` as it stands in the database, and the next, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [case.pk, n])
        return list(cursor.fetchall())


def _put(reference: str, kept: _Kept) -> None:
    with _guard:
        _kept[reference] = kept
        _kept.move_to_end(reference)
        while len(_kept) > MOST:
            _kept.popitem(last=False)

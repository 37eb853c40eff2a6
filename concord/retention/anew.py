"""New keys for what is kept, and everything encrypted anew with them by the present algorithm.

Of each key in turn: the new one is put before the old one; then, in one transaction, all rows that
it closes are closed again, and after that its case's files; then the old one is destroyed. Whatever
stops it in between, both keys are there and open everything, and the next run goes on.

Seals are over what records say and not over how it is encrypted: not one of them changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from concord.cases import kept
from concord.cases.models import Case, Child, ChildWord
from concord.cases.summaries import found_by
from concord.files import store
from concord.retention import closed_rows
from concord.retention.closed_rows import Places
from concord.retention.guards import lifted
from concord.vault import keys, renewing
from concord.vault.closed import Closed
from concord.vault.fields import opened
from concord.vault.index import INDEX
from concord.vault.renewing import NotNow

_OTHERS = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Renewed:
    """What came of one key: how much was encrypted anew, or why it was not."""

    name: str
    rows: int = 0
    files: int = 0
    not_done: str = ""


def one(name: str) -> Renewed:
    """A new key for one case, by its reference. Raises NotNow, NoKey, Wrong."""
    with renewing.turn():
        must_be_alone()
        renewing.begin(name)
        return _renewed(name, closed_rows.places(name).get(name, {}))


def everything(again: bool = False) -> Iterator[Renewed]:
    """New keys for all that is there, one by one; or for what the last run has left of it, unless
    all is to be done `again`. Raises NotNow, Wrong.
    """
    with renewing.turn():
        must_be_alone()
        noted = None if again else renewing.noted()
        if noted is None:
            noted = renewing.note([*(name for name in keys.names() if name != INDEX), INDEX])
        ready, failed = [], False
        for name, was in noted.items():
            try:
                if not renewing.is_begun(name, was):
                    renewing.begin(name)
                if not renewing.is_done(name, was):
                    ready.append(name)
            except Closed as error:
                failed = True
                yield Renewed(name, not_done=str(error))
        where = closed_rows.places()
        for name in ready:
            done = _renewed(name, where.get(name, {}))
            failed = failed or bool(done.not_done)
            yield done
        if not failed:
            renewing.end()


def must_be_alone() -> None:
    """Raises NotNow while others are connected to a database on PostgreSQL."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_OTHERS)
            if cursor.fetchone()[0]:
                raise NotNow(
                    "Others are connected to the database. Stop bin/serve and whatever else runs "
                    "of Concord, and run this again."
                )


def _renewed(name: str, where: Places) -> Renewed:
    """Close again what a key closes, and destroy those before it. Nothing of it if any is damaged.

    Not within a transaction of the caller's: the old key goes when it is committed.
    """
    case = Case.objects.filter(reference=name).first()
    try:
        with transaction.atomic(durable=True):
            if name == INDEX:
                rows = _index()
            else:
                with lifted(closed_rows.tables(where)):
                    rows = closed_rows.close_again(name, where)
        # a file opens with both keys until it is written anew: it can follow the rows
        files = 0 if case is None else store.close_again(case.pk, keys.cipher(name))
        renewing.finish(name)
    except (Closed, closed_rows.Meanwhile) as error:
        return Renewed(name, not_done=f"{error} Its old key is kept.")
    kept.forget()
    return Renewed(name, rows, files)


def _index() -> int:
    """The digests of all children anew. Raises Closed where one's name cannot be read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, born FROM cases_child")
        for name, born in cursor.fetchall():
            opened(name, "cases_child", "name")
            if born:
                opened(born, "cases_child", "born")
    ChildWord.objects.all().delete()
    made = 0
    for each in Child.objects.select_related("case").iterator(chunk_size=500):
        words = [ChildWord(child=each, digest=digest) for digest in found_by(each.name, each.born)]
        made += len(ChildWord.objects.bulk_create(words))
    return made

"""What somebody can do to a ledger who has its database and its keys, and knows how it is made.

A change is chosen at random, from a place that a checkpoint anchors. Each says what it did.
"""

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from concord.cases.contents import locked, opened
from concord.seals.chain import Seal, commit, link_to
from concord.vault.closed import Closed
from concord.vault.keys import cipher

TEXTS = ("act", "key", "content", "commitment", "previous", "link")
KEPT = ("case_id", "sequence", "at", "written", "written_by_id", *TEXTS)


@dataclass(frozen=True, slots=True)
class World:
    """What can be tampered with: the anchored records of each case, and the file."""

    file: Path
    anchored: dict[int, int]
    """For each case, by its key, how many of its records a checkpoint anchors."""
    at_first: dict[int, int]
    """The same at the first checkpoint."""


Change = Callable[[random.Random, World], str]


def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """A statement, past the mapper; what it gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def disarm() -> None:
    """Without triggers and constraints: whoever has the database has these too."""
    tables = ("cases_entry", "cases_case", "cases_caseparty", "cases_checkpoint")
    if connection.vendor == "sqlite":
        run("PRAGMA foreign_keys = OFF")
        run("PRAGMA legacy_alter_table = ON")
        for table in tables:
            run(f"CREATE TABLE bare AS SELECT * FROM {table}")
            run(f"DROP TABLE {table}")
            run(f"ALTER TABLE bare RENAME TO {table}")
        return
    for table in tables:
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        found = run("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass", table)
        for (name,) in found:
            run(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}" CASCADE')


# --- single changes


def a_column(chance: random.Random, world: World) -> str:
    """One value of one record."""
    case, sequence = _record(chance, world)
    name, here = chance.choice(KEPT), "WHERE case_id = %s AND sequence = %s"
    [(key, now)] = run(f"SELECT id, {name} FROM cases_entry {here}", case, sequence)
    while run(f"SELECT {name} FROM cases_entry WHERE id = %s", key) == [(now,)]:
        # again where the database made of it what stood there: it drops spaces past a column's end
        run(f"UPDATE cases_entry SET {name} = %s WHERE id = %s", _other(chance, name, now), key)
    return f"{name} of {case}/{sequence}"


def a_record_removed(chance: random.Random, world: World) -> str:
    """One record is gone."""
    case, sequence = _record(chance, world)
    run("DELETE FROM cases_entry WHERE case_id = %s AND sequence = %s", case, sequence)
    return f"removed {case}/{sequence}"


def a_record_put_in(chance: random.Random, world: World) -> str:
    """A record more: a copy of another, at some number, its link made to fit or not."""
    case, sequence = _record(chance, world)
    row = _row(*_record(chance, world))
    row["case_id"], row["sequence"] = case, chance.choice([sequence, sequence + 1, 99])
    if chance.random() < 0.5:
        row["previous"] = _row(case, sequence)["previous"]
    if chance.random() < 0.5:
        _reseal(row)
    _insert(row)
    return f"put in {case}/{row['sequence']}"


def two_records_swapped(chance: random.Random, world: World) -> str:
    """Two records of a case change their numbers."""
    case = chance.choice([each for each, count in world.anchored.items() if count > 1])
    one, two = chance.sample(range(1, world.anchored[case] + 1), 2)
    change = "UPDATE cases_entry SET sequence = %s WHERE case_id = %s AND sequence = %s"
    for new, old in ((9999, one), (one, two), (two, 9999)):
        run(change, new, case, old)
    return f"swapped {case}/{one} and {two}"


def a_tail_cut(chance: random.Random, world: World) -> str:
    """The last records of a case are gone; the case says so, or not."""
    case, sequence = _record(chance, world)
    end = _row(case, sequence)["previous"]
    run("DELETE FROM cases_entry WHERE case_id = %s AND sequence >= %s", case, sequence)
    if chance.random() < 0.5:
        _end(case, sequence - 1, end)
    return f"cut {case} from {sequence}"


def an_opening(chance: random.Random, world: World) -> str:
    """One value of what a case began with, or of how it is said to end."""
    case = chance.choice(list(world.anchored))
    name, value = chance.choice([
        ("reference", "AAAA-AAAA"), ("salt", "0" * 32), ("genesis", "0" * 64), ("head", "0" * 64),
        ("last_sequence", 99), ("policy_id", "other"), ("policy_version", "other"),
        ("calendar_version", "other"), ("opened", "1999-01-01 00:00:00+00:00"),
        ("facts", '{"tampered": true}'), ("partnership_id", 987654),
    ])  # fmt: skip
    run(f"UPDATE cases_case SET {name} = %s WHERE id = %s", value, case)
    return f"{name} of case {case}"


def a_party(chance: random.Random, world: World) -> str:
    """Who is in dispute with whom."""
    case = chance.choice(list(world.anchored))
    match chance.randrange(4):
        case 0:
            run("DELETE FROM cases_caseparty WHERE case_id = %s AND place = 1", case)
        case 1:
            run("UPDATE cases_caseparty SET place = 7 WHERE case_id = %s AND place = 1", case)
        case 2:
            change = "UPDATE cases_caseparty SET side = 'raising'"
            run(f"{change} WHERE case_id = %s AND place = 1", case)
        case _:
            run(
                "UPDATE cases_caseparty SET agency_id = (SELECT max(id) FROM directory_agency a "
                "WHERE a.id NOT IN (SELECT agency_id FROM cases_caseparty WHERE case_id = %s)) "
                "WHERE case_id = %s AND place = 0", case, case,
            )  # fmt: skip
    return f"a party of case {case}"


def a_case_removed(chance: random.Random, world: World) -> str:
    """A whole case is gone, with its records or without."""
    case = chance.choice(list(world.anchored))
    run("DELETE FROM cases_case WHERE id = %s", case)
    if chance.random() < 0.7:
        run("DELETE FROM cases_entry WHERE case_id = %s", case)
    return f"removed case {case}"


def the_file(chance: random.Random, world: World) -> str:
    """One letter, or one line, of the file of checkpoints."""
    content = world.file.read_bytes()
    lines = content.splitlines(keepends=True)
    match chance.randrange(5):
        case 0:
            place = chance.randrange(len(content) - 1)
            letters = b'0123456789abcdef"{}[],: x'
            new = chance.choice([each for each in letters if each != content[place]])
            content = content[:place] + bytes([new]) + content[place + 1 :]
        case 1:
            lines.pop(chance.randrange(len(lines)))
            content = b"".join(lines)
        case 2:
            one = chance.randrange(len(lines) - 1)
            lines[one], lines[one + 1] = lines[one + 1], lines[one]
            content = b"".join(lines)
        case 3:
            lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))
            content = b"".join(lines)
        case _:
            content = content[: chance.randrange(len(content))]
    world.file.write_bytes(content)
    return "the file of checkpoints"


SINGLES: Sequence[tuple[Change, int]] = (
    (a_column, 50), (a_record_removed, 10), (a_record_put_in, 8), (two_records_swapped, 8),
    (a_tail_cut, 6), (an_opening, 8), (a_party, 4), (a_case_removed, 2), (the_file, 4),
)  # fmt: skip


# --- compound changes


def a_record_rewritten(chance: random.Random, world: World) -> str:
    """A record altered, removed or put in, and every later seal made anew to fit; the head too."""
    case, sequence = _record(chance, world)
    rows = [_row(case, n) for n in range(sequence, _length(case) + 1)]
    run("DELETE FROM cases_entry WHERE case_id = %s AND sequence >= %s", case, sequence)
    previous = rows[0]["previous"]
    match chance.randrange(3):
        case 0:
            rows[0]["content"] = rows[0]["content"].replace("{", '{"x":1,', 1)
        case 1:
            rows.pop(0)
        case _:
            rows.insert(0, {**rows[0], "key": "forged", "salt": f"{chance.getrandbits(128):032x}"})
    for n, row in enumerate(rows, start=sequence):
        row["sequence"], row["previous"] = n, previous
        previous = _reseal(row)
        _insert(row)
    _end(case, sequence + len(rows) - 1, previous)
    return f"rewritten {case} from {sequence}"


def an_older_copy(chance: random.Random, world: World) -> str:
    """The whole database as it was at the first checkpoint."""
    for case, count in world.anchored.items():
        then = world.at_first.get(case, 0)
        if not then:
            run("DELETE FROM cases_entry WHERE case_id = %s", case)
            run("DELETE FROM cases_case WHERE id = %s", case)
        elif then < count or then < _length(case):
            head = _row(case, then)["link"]
            run("DELETE FROM cases_entry WHERE case_id = %s AND sequence > %s", case, then)
            _end(case, then, head)
    run("DELETE FROM cases_checkpoint WHERE number > 1")
    return "an older copy"


def several(chance: random.Random, world: World) -> str:
    """Two to five single changes, one after another."""
    done = []
    for _ in range(chance.randint(2, 5)):
        change = choose(chance, SINGLES)
        try:
            done.append(change(chance, world))
        except (ValueError, IndexError, TypeError, KeyError):
            continue  # an earlier one took away what this one was to change
    return "; ".join(done)


COMPOUNDS: Sequence[tuple[Change, int]] = (
    (a_record_rewritten, 5),
    (an_older_copy, 1),
    (several, 4),
)


def choose(chance: random.Random, changes: Sequence[tuple[Change, int]]) -> Change:
    """One of these, by their weights."""
    return chance.choices([each for each, _ in changes], [weight for _, weight in changes])[0]


# --- rows


def _record(chance: random.Random, world: World) -> tuple[int, int]:
    case = chance.choice(list(world.anchored))
    return case, chance.randint(1, world.anchored[case])


def _end(case: int, count: int, head: str) -> None:
    """The case says that it ends so."""
    run("UPDATE cases_case SET last_sequence = %s, head = %s WHERE id = %s", count, head, case)


def _length(case: int) -> int:
    return int(run("SELECT max(sequence) FROM cases_entry WHERE case_id = %s", case)[0][0])


def _row(case: int, sequence: int) -> dict[str, Any]:
    row = run(
        f"SELECT {', '.join(KEPT)} FROM cases_entry WHERE case_id = %s AND sequence = %s",
        case, sequence,
    )[0]  # fmt: skip
    found = dict(zip(KEPT, row, strict=True))
    reference = _reference(case)
    found["salt"], found["content"] = "", str(found["content"])
    with suppress(Closed):
        found["salt"], found["content"] = opened(
            cipher(reference), reference, str(found["commitment"]), found["content"]
        )
    return found


def _reference(case: Any) -> str:
    return str(run("SELECT reference FROM cases_case WHERE id = %s", case)[0][0])


def _insert(row: dict[str, Any]) -> None:
    """Put a row in; its content encrypted as Concord would: whoever does it has the keys too."""
    row = dict(row)
    with suppress(Closed, IndexError):
        reference = _reference(row["case_id"])
        seal = Seal(row["salt"], str(row["commitment"]), "", "")
        row["content"] = locked(cipher(reference), reference, seal, row["content"])
    places = ", ".join("%s" for _ in KEPT)
    run(
        f"INSERT INTO cases_entry (id, {', '.join(KEPT)}) VALUES "
        f"((SELECT max(id) + 1 FROM cases_entry), {places})", *(row[name] for name in KEPT),
    )  # fmt: skip


def _reseal(row: dict[str, Any]) -> str:
    """Make a row's seal fit what it says, as Concord would; its link."""
    reference = _reference(row["case_id"])
    at, written = (
        each.strftime("%Y-%m-%d %H:%M:%S.%f") if not isinstance(each, str) else each.ljust(26, "0")
        if "." in each else f"{each}.000000" for each in (row["at"], row["written"])
    )  # fmt: skip
    row["commitment"] = commit(
        row["salt"], at, written, row["act"], row["key"], row["written_by_id"], row["content"]
    )
    row["link"] = link_to(row["previous"], f"case/{reference}", row["sequence"], row["commitment"])
    return str(row["link"])


def _other(chance: random.Random, name: str, now: Any) -> Any:
    """Another value of a column than the one that stands there."""
    is_sqlite = connection.vendor == "sqlite"
    if name in ("at", "written"):
        return chance.choice(["1999-01-01 00:00:00+00:00", "2027-06-01 09:30:00.000001+00:00"])
    if name in ("sequence", "case_id", "written_by_id"):
        choices = [each for each in (now or 0, (now or 0) + 1, 98, 123456) if each != now]
        return chance.choice([*choices, *(["x", 1.5, b"\xff"] if is_sqlite else [])])
    text = str(now)
    place = chance.randrange(len(text)) if text else 0
    flipped = text[:place] + chance.choice("abcdef0123456789") + text[place + 1 :]
    choices = [flipped, text + " ", text[:-1], text.swapcase(), ""]
    if is_sqlite:
        choices += [b"\xff\xfe", 7, None, text.encode()]
    return chance.choice([each for each in choices if each != now])

"""What is disagreed, and what was said about it."""

from concord.documents.known.found import (
    NOTHING,
    SPOKEN,
    Filling,
    Found,
    marked,
    marked_briefly,
    means,
    numbers,
    told,
)
from concord.rules.dates import moment
from concord.rules.forms import FormField
from concord.rules.record import Record
from concord.rules.record_words import OUTCOMES, seat_of, unsettled
from concord.rules.words import Act


def ground(it: Filling, field: FormField) -> Found:
    wanted = it.state.records[0].ground
    says = next((each.says for each in it.state.policy.grounds if each.id == wanted), "")
    return Found((f"Ground: {says}",), (1,)) if says else NOTHING


def why(it: Filling, field: FormField) -> Found:
    text = it.state.records[0].text
    basis = text.get("basis", "")
    lines = (text.get("why", ""), f"This rests on: {basis}" if basis else "")
    return Found(tuple(filter(None, lines)), (1,)) if text.get("why") else NOTHING


def positions(it: Filling, field: FormField) -> Found:
    names = (
        ("position", ""), ("problem", "The problem"), ("challenge", "What is challenged"),
        ("aim", "What is aimed at"), ("reply", "Reasons"), ("proposes", "What is proposed"),
    )  # fmt: skip
    records = [r for r in it.state.records if r.act in (Act.STATE, Act.ANSWER)]
    return Found(tuple(told(it, r, names) for r in records), numbers(records))


def _talks(it: Filling, field: FormField) -> list[Record]:
    records = (r for r in it.state.in_time if r.act in SPOKEN)
    if not field.stages:
        return list(records)
    return [r for r in records if it.state.stage_of(r) in field.stages]


def _with(it: Filling, record: Record) -> str:
    seats = it.names.seats
    others = "; ".join(seats.seat(who) for who in record.people)
    by = seat_of(record, seats)
    return f"{by}, with {others}" if others else by


def _ended(it: Filling, record: Record) -> str:
    """How a talk ended; whose word is awaited, where one side alone says that it settled it."""
    if record.outcome is None:
        return ""
    waits = unsettled(record, it.names.seats, it.state)
    return f"{OUTCOMES[record.outcome]}{f', as written by one side: {waits}' if waits else ''}"


def discussion_dates(it: Filling, field: FormField) -> Found:
    talks = _talks(it, field)
    lines = tuple(
        f"{moment(r.at)}: {_with(it, r)}"
        + (f" ({_ended(it, r)})" if r.outcome else "")
        + marked_briefly(it, r)
        for r in talks
    )
    return Found(lines, numbers(talks))


def discussion_methods(it: Filling, field: FormField) -> Found:
    talks = [r for r in _talks(it, field) if r.means]
    words = (f"{_KIND[r.act]}: {means(r)}" for r in talks)
    return Found(tuple(dict.fromkeys(words)), numbers(talks))


_KIND = {Act.DISCUSS: "Discussion", Act.MEET: "Meeting", Act.HEAR: "Hearing"}


def discussions(it: Filling, field: FormField) -> Found:
    talks = _talks(it, field)
    lines = []
    for record in talks:
        how = f", {means(record)}" if record.means else ""
        said = record.text.get("said", "")
        ended = f"It ended: {_ended(it, record)}." if record.outcome else ""
        head = f"{moment(record.at)}{how}: {_with(it, record)}"
        lines.append("\n".join(filter(None, (head, said, ended, *marked(it, record)))))
    return Found(tuple(lines), numbers(talks))


def advice(it: Filling, field: FormField) -> Found:
    records = [r for r in it.state.records if r.act is Act.ADVISE]
    names = (("advice", ""), ("note", ""))
    return Found(tuple(told(it, r, names) for r in records), numbers(records))


def board_members(it: Filling, field: FormField) -> Found:
    records = [
        r
        for r in it.state.in_time
        if r.act in (*SPOKEN, Act.ADVISE) and any(w.role == "board_rep" for w in r.participants)
    ]
    lines = tuple(
        f"{it.names.holding(who)}, {moment(record.at)}"
        for record in records
        for who in record.participants
        if who.role == "board_rep"
    )
    return Found(lines, numbers(records))

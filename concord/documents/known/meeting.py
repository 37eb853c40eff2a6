"""The last meeting of a case, for its minutes."""

from collections.abc import Sequence

from concord.documents.known.found import (
    NOTHING,
    Filling,
    Found,
    among_others,
    marked,
    means,
    numbers,
    sentence,
)
from concord.rules.dates import moment
from concord.rules.forms import FormField
from concord.rules.meetings import Meeting, meetings
from concord.rules.record import Record
from concord.rules.record_words import seat_of
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act


def _last_meeting(state: CaseState) -> Record | None:
    """The meeting that a record of it is of: the last that the body of its stage attended."""
    bodies = {who for stage in state.policy.stages for rule in stage.powers for who in rule.who}
    met = [r for r in state.in_time if r.act in (Act.MEET, Act.HEAR)]
    before = [r for r in met if any(who.role in bodies for who in r.participants)]
    return next(iter(reversed(before or met)), None)


def meeting(it: Filling, field: FormField) -> Found:
    """The meeting held; before that, the last one that is arranged: one only proposed is not."""
    record = _last_meeting(it.state)
    convened = [r for r in it.state.records if r.act is Act.CONVENE and r.text.get("when")]
    if record is None:
        coming = [r for r in convened if not r.only_proposes][-1:]
        parts = (
            ", ".join(filter(None, (r.text["when"], _place(convened, r.of or r.n)))) for r in coming
        )
        return Found(tuple(f"Arranged for {each}" for each in parts), numbers(coming))
    how = means(record)
    place = _place(convened, record.of)
    return Found((", ".join(filter(None, (moment(record.at), place, how))),), (record.n,))


def _place(convened: Sequence[Record], number: int | None) -> str:
    """Where a meeting is: by the record that called it, or else by the last that said where."""
    called = [r for r in convened if r.n == number] or convened
    return next((r.text["where"] for r in reversed(called) if r.text.get("where")), "")


def meeting_times(it: Filling, field: FormField) -> Found:
    """Every meeting that was called: the times proposed, the one chosen, whether it was held."""
    called = meetings(it.state)
    return Found(tuple(_called(each) for each in called), tuple(each.number for each in called))


def _called(called: Meeting) -> str:
    said = []
    if len(called.times) > 1:
        said.append(f"Proposed: {'; or '.join(moment(each) for each in called.times)}.")
    if called.at is None:
        said.append("No time is chosen yet.")
    else:
        said.append(f"{'Chosen:' if said else 'Arranged for'} {moment(called.at)}.")
    if called.held is not None:
        said.append(f"Held: {moment(called.held.at)}.")
    return " ".join(said)


def meeting_away(it: Filling, field: FormField) -> Found:
    record = _last_meeting(it.state)
    away = record.text.get("away", "") if record else ""
    if record is None or not away:
        return NOTHING
    return Found((f"{among_others(field, 'Asked, and did not come: ')}{away}",), (record.n,))


def meeting_chair(it: Filling, field: FormField) -> Found:
    agencies = it.names.seats.agencies
    chairs = [a for a in it.state.appointments if a.office == "independent_chair"]
    if chairs:
        chair = chairs[-1]
        agency = agencies.get(chair.agency, chair.agency)
        return Found((f"{chair.who}, {agency}" if agency else chair.who,), (chair.n,))
    record = _last_meeting(it.state)
    bodies = [who for who in record.participants if who.role == "chair"] if record else []
    return Found(tuple(it.names.holding(who) for who in bodies), (record.n,) if record else ())


def meeting_present(it: Filling, field: FormField) -> Found:
    record = _last_meeting(it.state)
    if record is None:
        return NOTHING
    lines = (_present(it, record, who) for who in dict.fromkeys(record.participants))
    return Found(tuple(lines), (record.n,))


def _present(it: Filling, record: Record, who: Who) -> str:
    name = record.text.get("by_name", "")
    if who == record.by and name:
        return f"{name}, {seat_of(record, it.names.seats)}"
    return sentence(it.names.seats.seat(who))


def meeting_said(it: Filling, field: FormField) -> Found:
    record = _last_meeting(it.state)
    said = [record.text.get(name, "") for name in ("said", "minutes")] if record else []
    lines = tuple(filter(None, said))
    lines += marked(it, record) if record and lines else ()
    return Found(lines, (record.n,)) if record and lines else NOTHING


def panel(it: Filling, field: FormField) -> Found:
    agencies = it.names.seats.agencies
    members = [a for a in it.state.appointments if a.office.startswith("panel")]
    lines = tuple(f"{a.who}, {agencies.get(a.agency, a.agency)}" for a in members)
    if not members and any(r.act is Act.DECIDE and r.by.role == "chair" for r in it.state.records):
        return Found(("No panel: the Chair resolved it directly.",))
    return Found(lines, tuple(a.n for a in members))

"""The last meeting of a case, for its minutes."""

from concord.documents.known.found import NOTHING, Filling, Found, means, numbers, sentence
from concord.rules.dates import moment
from concord.rules.forms import FormField
from concord.rules.record import Record
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
    record = _last_meeting(it.state)
    convened = [r for r in it.state.records if r.act is Act.CONVENE and r.text.get("when")]
    if record is None:
        coming = convened[-1:]
        parts = (", ".join(filter(None, (r.text["when"], r.text.get("where")))) for r in coming)
        return Found(tuple(f"Arranged for {each}" for each in parts), numbers(coming))
    place = next((r.text["where"] for r in reversed(convened) if r.text.get("where")), "")
    how = means(record)
    return Found((", ".join(filter(None, (moment(record.at), place, how))),), (record.n,))


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
        return f"{name}, {it.names.seats.seat(who)}"
    return sentence(it.names.seats.seat(who))


def meeting_said(it: Filling, field: FormField) -> Found:
    record = _last_meeting(it.state)
    said = [record.text.get(name, "") for name in ("said", "minutes")] if record else []
    lines = tuple(filter(None, said))
    return Found(lines, (record.n,)) if record and lines else NOTHING


def panel(it: Filling, field: FormField) -> Found:
    agencies = it.names.seats.agencies
    members = [a for a in it.state.appointments if a.office.startswith("panel")]
    lines = tuple(f"{a.who}, {agencies.get(a.agency, a.agency)}" for a in members)
    if not members and any(r.act is Act.DECIDE and r.by.role == "chair" for r in it.state.records):
        return Found(("No panel: the Chair resolved it directly.",))
    return Found(lines, tuple(a.n for a in members))

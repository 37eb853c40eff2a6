"""What came of a case: agreements, actions, decisions, lessons."""

from concord.documents.known.found import (
    NOTHING,
    Filling,
    Finder,
    Found,
    among_others,
    numbers,
    sentence,
)
from concord.rules.clock import LONDON
from concord.rules.dates import day, due_words, moment
from concord.rules.forms import FormField
from concord.rules.parts import AgreedAction
from concord.rules.record import Record
from concord.rules.record_words import STATUSES, seat_of, unsettled
from concord.rules.words import Act, Status


def agreed_outcome(it: Filling, field: FormField) -> Found:
    n = it.state.proposal
    record = it.state.record(n) if n is not None else None
    if record is None or not record.text.get("outcome"):
        return NOTHING
    pending = it.state.status is Status.OPEN
    before = "Proposed, and not yet confirmed: " if pending else "Agreed: "
    return Found((f"{before}{record.text['outcome']}",), (record.n,))


def outstanding(it: Filling, field: FormField) -> Found:
    records = [r for r in it.state.records if r.text.get("outstanding")]
    return Found(tuple(r.text["outstanding"] for r in records), numbers(records))


ACTION_HEAD = ("Action", "By whom", "By when", "Date completed")


def agreed_actions(it: Filling, field: FormField) -> Found:
    actions = it.state.actions
    rows = tuple(
        (
            action.plan.what,
            it.names.seats.seat(action.plan.owner) if action.plan.owner else "Not said",
            sentence(due_words(action.plan.due)) if action.plan.due else "No date",
            _became(it, action),
        )
        for action in actions
    )
    lines = tuple(
        f"Action {number}: {what} By whom: {who}. {when}. {became}."
        for number, (what, who, when, became) in enumerate(rows, start=1)
    )
    records = tuple(dict.fromkeys(action.n for action in actions))
    return Found(lines, records, ACTION_HEAD, rows)


def _became(it: Filling, action: AgreedAction) -> str:
    if action.closed is None:
        written = it.state.record(action.n)
        waits = unsettled(written, it.names.seats, it.state) if written else ""
        return f"{waits}. Not yet completed" if waits else "Not yet completed"
    when = day(action.closed.astimezone(LONDON).date())
    if not action.done:
        instead = f". In its place: action {action.replaced_by}" if action.replaced_by else ""
        return f"Not done, {when}: {action.why}{instead}"
    shown = f". What shows it: {action.evidence}" if action.evidence else ""
    by = "; ".join(it.names.seats.seat(check.by) for check in action.checked)
    return f"Completed {when}{shown}" + (f". Checked by: {by}" if by else "")


def confirmed_by(it: Filling, field: FormField) -> Found:
    start = it.state.proposal
    records = [
        r
        for r in it.state.records
        if start is not None
        and r.n >= start
        and r.act in (Act.RESOLVE, Act.CONFIRM)
        and r.action is None
    ]
    return Found(tuple(_signed(it, r) for r in records), numbers(records))


def _signed(it: Filling, record: Record) -> str:
    name = record.text.get("by_name", "")
    seat = seat_of(record, it.names.seats)
    return f"{name}, {seat}, {moment(record.at)}" if name else f"{seat}, {moment(record.at)}"


def decided(part: str, before: str) -> Finder:
    def find(it: Filling, field: FormField) -> Found:
        for record in reversed(it.state.records):
            value = getattr(record, part) if record.act is Act.DECIDE else ""
            if value:
                said = among_others(field, before)
                return Found((f"{said}{value}",), (record.n,))
        return NOTHING

    return find


def resolved_at(it: Filling, field: FormField) -> Found:
    state = it.state
    if state.status not in (Status.RESOLVED, Status.DECIDED) or state.ended is None:
        return NOTHING
    stage = state.policy.stage(state.stage)
    number = f"Level {stage.number}: " if stage.number else ""
    how = STATUSES[state.status].lower()
    line = f"{number}{stage.title}, {how} {day(state.ended.astimezone(LONDON).date())}"
    return Found((line,), (state.records[-1].n,))


def lessons(it: Filling, field: FormField) -> Found:
    records = [r for r in it.state.records if r.text.get("lesson")]
    return Found(tuple(r.text["lesson"] for r in records), numbers(records))

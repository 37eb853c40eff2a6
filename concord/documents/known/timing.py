"""Where a case stands, and how long it has stood there."""

from concord.documents.known.found import NOTHING, OWED_SHOWN, Filling, Found, numbers, sentence
from concord.rules.citing import cited
from concord.rules.clock import LONDON
from concord.rules.dates import day, due_words, moment
from concord.rules.duties import owed
from concord.rules.forms import FormField
from concord.rules.overtaken import to_do
from concord.rules.record_words import STATUSES
from concord.rules.words import Act


def formal_since(it: Filling, field: FormField) -> Found:
    since = it.state.formal_since
    visit = next((v for v in it.state.visits if v.entered == since), None)
    if since is None or visit is None:
        return NOTHING
    return Found((f"Formal stages since {moment(since)}",), (visit.n,))


def time_set(it: Filling, field: FormField) -> Found:
    records = [r for r in it.state.records if r.act is Act.SHORTEN and r.due is not None]
    lines = tuple(
        f"Time set: {due_words(r.due)}, by {it.names.seats.seat(r.by)}. Reason: {r.reason}"
        for r in records
    )
    if lines:
        return Found(lines, numbers(records))
    limits = [e for e in owed(it.state, it.at) if e.limit and e.is_open and e.due is not None]
    here = [entry for entry in limits if entry.stage == it.state.stage]
    said = (f"The policy's limit: {due_words(e.due)} ({cited(e.clause)})" for e in here[:1])
    return Found(tuple(said))


def standing(it: Filling, field: FormField) -> Found:
    state = it.state
    stage = state.policy.stage(state.stage)
    words = f"{STATUSES[state.status]}, at: {stage.title}, since {moment(state.visit.entered)}"
    if state.ended is not None:
        words = f"{STATUSES[state.status]} {moment(state.ended)}, at: {stage.title}"
    return Found((words,), (state.visit.n,))


def owed_now(it: Filling, field: FormField) -> Found:
    entries = [e for e in to_do(it.state, it.at) if e.is_open][:OWED_SHOWN]
    lines = tuple(
        f"{sentence(due_words(e.due))}: {it.names.seats.seat(e.owner)} ({e.state}). {e.what} "
        f"({cited(e.clause)})"
        for e in entries
    )
    return Found(lines or ("Nothing is owed now.",))


def time_held(it: Filling, field: FormField) -> Found:
    rows = []
    for visit in it.state.visits:
        end = visit.left or it.at
        first, last = visit.entered.astimezone(LONDON).date(), end.astimezone(LONDON).date()
        days = it.state.calendar.working_days_between(first, last) if last > first else 0
        left = day(last) if visit.left else "Still there"
        rows.append((it.state.policy.stage(visit.stage).title, day(first), left, str(days)))
    lines = tuple(
        f"{stage}: {came} to {left}, {days} working days" for stage, came, left, days in rows
    )
    head = ("Stage", "Entered", "Left", "Working days")
    return Found(lines, numbers(it.state.records[-1:]), head, tuple(rows))

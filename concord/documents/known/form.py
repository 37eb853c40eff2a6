"""The form itself: who completes it, to whom it goes; and every record."""

from concord.documents.known.found import Filling, Found, numbers
from concord.rules.clock import LONDON
from concord.rules.dates import day
from concord.rules.forms import FormField
from concord.rules.record_words import marks, record_row
from concord.rules.words import Act


def received(it: Filling, field: FormField) -> Found:
    sent = [
        r
        for r in it.state.records
        if r.act is Act.SUBMIT and r.form is it.form.form and r.by.role != it.form.second_author
    ]
    last = sent[-1:]
    return Found(tuple(day(r.written.astimezone(LONDON).date()) for r in last), numbers(last))


def sent_to(it: Filling, field: FormField) -> Found:
    return Found(tuple(it.names.holding(who) for who in it.to))


def records(it: Filling, field: FormField) -> Found:
    rows = []
    for record in it.state.records:
        row = record_row(record, it.names.seats, it.state)
        details = [f"{label}: {value}" for label, value in row.details]
        details += marks(row)
        details += [row.unsettled] if row.unsettled else []
        details += [f"Supporting document {n}: {each.name}" for n, each in row.documents]
        written = f"\n(written {row.written})" if row.written else ""
        rows.append((str(row.n), row.at + written, row.by, "\n".join((row.headline, *details))))
    lines = tuple(f"{n}. {when}, {who}: {what}" for n, when, who, what in rows)
    head = ("Number", "When", "Who", "What")
    return Found(lines, numbers(it.state.records), head, tuple(rows))


def enclosures(it: Filling, field: FormField) -> Found:
    """The supporting documents, by the numbers under which the case keeps them."""
    came = ((r, each) for r in it.state.records for each in r.enclosed)
    rows = tuple(
        (str(number), each.name, day(r.at.astimezone(LONDON).date()), it.names.seats.seat(r.by))
        for number, (r, each) in enumerate(came, start=1)
    )
    lines = tuple(
        f"Supporting document {number}: {name}. {when}, {who}." for number, name, when, who in rows
    )
    if not rows and len(field.known) == 1:
        return Found(("No supporting documents have been added.",))
    records = numbers([r for r in it.state.records if r.enclosed])
    return Found(lines, records, ("Number", "Document", "Added", "By whom"), rows)


def policy(it: Filling, field: FormField) -> Found:
    policy = it.state.policy
    return Found((f"{policy.title}, {policy.partnership}, version {policy.version}",))

"""What a notice calls an entry: its act, or more nearly what was done by it."""

from concord.cases.codec import decode
from concord.cases.contents import content_of
from concord.cases.models import Entry
from concord.rules.meetings import HELD, Meeting, meetings_in
from concord.rules.record import Record
from concord.rules.record_words import declares_independence
from concord.rules.words import Act

CHECKED = "confirm_action"
PROPOSED, MOVED, OFF = "convene_proposed", "convene_moved", "convene_off"
MEETINGS = frozenset({str(Act.CONVENE), MOVED, OFF})
"""What is told of a meeting that has, or had, a time: a calendar file goes with it."""


DECLARED = "advise_independence"
TOLD_APART = frozenset({Act.ADVISE, Act.CONFIRM, Act.CONVENE})
"""Acts by which different things are done: what a notice calls them is read from the record."""
ASKED = frozenset({str(Act.CONVENE), PROPOSED, MOVED})
"""What asks somebody to a meeting: whoever cannot come has to know whom to tell."""


def record_of(entry: Entry) -> Record:
    """The record that an entry of the ledger holds."""
    content = content_of(entry)
    return decode(entry.sequence, entry.at, entry.written, entry.act, entry.key, content)


def told_as(entry: Entry) -> str:
    """The name of what was done, for `wording.HAPPENED`: a check is no confirmed outcome, and
    times proposed are no meeting arranged.
    """
    record = record_of(entry) if entry.act in TOLD_APART else None
    if record is None:
        return entry.act
    if record.act is Act.ADVISE:
        return DECLARED if declares_independence(record) else entry.act
    if record.act is Act.CONFIRM:
        return CHECKED if record.action is not None else entry.act
    if record.calls_off:
        return OFF
    if record.moves_meeting:
        return MOVED
    return PROPOSED if record.only_proposes else entry.act


def meeting_of(entry: Entry) -> Meeting | None:
    """The meeting that an entry is about, as it stood when the entry was written."""
    if entry.act != Act.CONVENE:
        return None
    acts = [Act.CONVENE, *HELD]
    before = Entry.objects.filter(case=entry.case_id, sequence__lte=entry.sequence, act__in=acts)
    number = record_of(entry).of or entry.sequence
    rows = before.select_related("case").order_by("sequence")
    found = meetings_in(record_of(each) for each in rows)
    return next((each for each in found if each.number == number), None)

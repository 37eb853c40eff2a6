"""What a notice calls an entry: its act, or more nearly what was done by it."""

from concord.cases.codec import decode
from concord.cases.models import Entry
from concord.rules.record import Record
from concord.rules.words import Act

CHECKED = "confirm_action"
PROPOSED = "convene_proposed"


def record_of(entry: Entry) -> Record:
    """The record that an entry of the ledger holds."""
    return decode(entry.sequence, entry.at, entry.written, entry.act, entry.key, entry.content)


def told_as(entry: Entry) -> str:
    """The name of what was done, for `wording.HAPPENED`: a check is no confirmed outcome, and
    times proposed are no meeting arranged.
    """
    if entry.act == Act.CONFIRM and record_of(entry).action is not None:
        return CHECKED
    if entry.act == Act.CONVENE and record_of(entry).only_proposes:
        return PROPOSED
    return entry.act

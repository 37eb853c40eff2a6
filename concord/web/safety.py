"""Is the child safe now: what was said of it last, and which referrals are on record. Pure."""

from dataclasses import dataclass

from concord.rules.dates import moment
from concord.rules.doing import recipients
from concord.rules.record_words import writer
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act
from concord.web.presenting import Names

MASH = Who("mash")


@dataclass(frozen=True, slots=True)
class Safety:
    """What a page says of the child's safety.

    `referred`: when the last referral to the MASH was made and by whom, empty where none is on
    record; `referred_at` is when alone, for who sees none of the parties' records. `said`: what
    whoever asked again answered last since the concern was raised, with when and by whom; empty
    where nobody was asked again.
    """

    at_risk: bool
    referred: str = ""
    referred_at: str = ""
    said: str = ""


def safety(state: CaseState, names: Names) -> Safety:
    """How a case stands to that question, from its records as they happened."""
    referred = referred_at = said = ""
    for record in state.in_time:
        if record.act is not Act.REFER:
            continue
        by = f"{moment(record.at)}, by {writer(record, names)}"
        if MASH in recipients(state, record):
            referred, referred_at = by, moment(record.at)
        if record.text.get("risk"):
            said = f"{record.text['risk']} ({by})"
    return Safety(bool(state.facts.get("immediate_risk")), referred, referred_at, said)

"""A policy's forms, as frozen data: their fields in the policy's words, and what fills each.

`Known` is the closed vocabulary of what a case can know. A field names which of it belongs
there; how it is found in the records is for the documents to say.
"""

from dataclasses import dataclass
from enum import StrEnum

from concord.rules.who import Seat
from concord.rules.words import Form


class Known(StrEnum):
    """What a case can know, as forms ask for it."""

    REFERENCE = "reference"
    POLICY = "policy"
    CHILD_NAMES = "child_names"
    CHILD_BORN = "child_born"
    CHILD_AGE = "child_age"
    CHILD_ADDRESS = "child_address"
    CHILD_STATUS = "child_status"
    LEGAL_STATUS = "legal_status"
    FAMILY = "family"
    IMMEDIATE_RISK = "immediate_risk"
    ABOUT_CHILD_PROTECTION = "about_child_protection"
    RAISER_NAME = "raiser_name"
    RAISER_EMAIL = "raiser_email"
    RAISER_ROLE = "raiser_role"
    RAISER_AGENCY = "raiser_agency"
    AGENCIES = "agencies"
    OTHERS_INVOLVED = "others_involved"
    LEVEL_NOW = "level_now"
    LEVEL_SEEN = "level_seen"
    DECISION_CHALLENGED = "decision_challenged"
    GROUND = "ground"
    WHY_UNSAFE = "why_unsafe"
    OUTCOME_WANTED = "outcome_wanted"
    POSITIONS = "positions"
    DISCUSSION_DATES = "discussion_dates"
    DISCUSSION_METHODS = "discussion_methods"
    DISCUSSIONS = "discussions"
    ADVICE = "advice"
    BOARD_MEMBERS_ENGAGED = "board_members_engaged"
    AGREED_OUTCOME = "agreed_outcome"
    AGREED_ACTIONS = "agreed_actions"
    OUTSTANDING = "outstanding"
    CONFIRMED_BY = "confirmed_by"
    DECISION = "decision"
    REASONS = "reasons"
    RESOLVED_AT = "resolved_at"
    LESSONS = "lessons"
    FORMAL_SINCE = "formal_since"
    TIME_SET = "time_set"
    MEETING = "meeting"
    MEETING_TIMES = "meeting_times"
    MEETING_CHAIR = "meeting_chair"
    MEETING_PRESENT = "meeting_present"
    MEETING_AWAY = "meeting_away"
    MEETING_SAID = "meeting_said"
    PANEL = "panel"
    STANDING = "standing"
    OWED_NOW = "owed_now"
    TIME_HELD = "time_held"
    ENCLOSURES = "enclosures"
    RECORDS = "records"
    FORM_RECEIVED = "form_received"
    SENT_TO = "sent_to"
    COMPLETED_BY = "completed_by"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form: its label in the form's own words, and what the case fills it with.

    `known` empty: whoever sends the form writes it. With `choices` it is a row of boxes, and
    what fills it ticks one. `stages` narrows what is told of discussions to those stages. `by`
    names the office that completes it after the form has come. `section` begins a new heading.
    """

    id: str
    label: str
    known: tuple[Known, ...] = ()
    choices: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    by: str = ""
    section: str = ""
    hint: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class FormRule:
    """A form of the policy: its fields in order, and where it goes."""

    form: Form
    title: str
    clause: str
    to: tuple[Seat, ...] = ()
    fields: tuple[FormField, ...] = ()
    note: str = ""
    foot: str = ""
    bundle: bool = False
    """Whether sending it is the referral that freezes the case's bundle."""
    one_page: bool = False
    """Whether long answers are cut so that it stays on one page."""

    @property
    def second_author(self) -> str:
        """The office that completes a part of the form after it has come; "" for none."""
        return next((field.by for field in self.fields if field.by), "")

"""The closed vocabulary: the field's words, as they stand in policies, records and pages.

Source: the domain page of the specification; the acts are the same for every policy.
"""

from enum import StrEnum


class Word(StrEnum):
    """A word of the vocabulary. It is found in tables and sets as the text that it is."""

    __hash__ = str.__hash__


class Act(Word):
    """What a record says was done."""

    RAISE = "raise"
    ACKNOWLEDGE = "acknowledge"
    STATE = "state"
    ANSWER = "answer"
    PASS_ON = "pass_on"
    DISCUSS = "discuss"
    ADVISE = "advise"
    CONVENE = "convene"
    MEET = "meet"
    AGREE = "agree"
    CONFIRM = "confirm"
    FILE = "file"
    SHARE = "share"
    SUBMIT = "submit"
    NOTIFY = "notify"
    REVIEW = "review"
    REFER = "refer"
    SHORTEN = "shorten"
    APPOINT = "appoint"
    HEAR = "hear"
    DECIDE = "decide"
    ESCALATE = "escalate"
    REFER_UP = "refer_up"
    RESOLVE = "resolve"
    COMPLETE = "complete"
    EXPLAIN = "explain"
    FEED_BACK = "feed_back"
    LEARN = "learn"
    DISSEMINATE = "disseminate"
    DEBRIEF = "debrief"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    MOVE = "move"
    CORRECT = "correct"


class Tier(Word):
    """The level a person acts at in an agency, lowest first."""

    PRACTITIONER = "practitioner"
    MANAGER = "manager"
    SERVICE_LEAD = "service_lead"
    EXECUTIVE = "executive"


TIER_RANK = {tier.value: rank for rank, tier in enumerate(Tier)}


class Side(Word):
    """The two sides of a disagreement."""

    RAISING = "raising"
    RESPONDING = "responding"


class Phase(Word):
    """What kind of step a stage is, whatever its local number."""

    PREVENTIVE = "preventive"
    INFORMAL = "informal"
    FORMAL = "formal"
    FINAL = "final"


class Power(Word):
    """What a last body may do."""

    DECIDE = "decide"
    RECOMMEND = "recommend"
    MEDIATE = "mediate"
    AGREE_JOINTLY = "agree_jointly"


class Means(Word):
    """How people spoke."""

    TELEPHONE = "telephone"
    FACE_TO_FACE = "face_to_face"
    ONLINE = "online"
    LETTER = "letter"
    EMAIL = "email"


class Outcome(Word):
    """What came of a discussion, meeting or hearing; and of a manager's review."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    PARTLY = "partly"
    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


class Matter(Word):
    """A matter that belongs to another door than this one, under some or all policies."""

    COMPLAINT = "complaint"
    ALLEGATION = "allegation"
    WHISTLEBLOWING = "whistleblowing"
    FAMILY_APPEAL = "family_appeal"
    SINGLE_AGENCY = "single_agency"
    SERIOUS_INCIDENT = "serious_incident"
    INITIAL_CONFERENCE = "initial_conference"
    PLAN_IMPLEMENTATION = "plan_implementation"


class ChildStatus(Word):
    """What holds for a child of the case."""

    EARLY_HELP = "early_help"
    CHILD_IN_NEED = "child_in_need"
    CHILD_PROTECTION_PLAN = "child_protection_plan"
    LOOKED_AFTER = "looked_after"
    CARE_LEAVER = "care_leaver"


class Form(Word):
    """The forms that policies require, and Concord's own two."""

    ESCALATION_TEMPLATE = "escalation_template"
    AGENCY_LOG = "agency_log"
    ESCALATION_NOTICE = "escalation_notice"
    RESOLUTION_FORM = "resolution_form"
    EXECUTIVE_REFERRAL = "executive_referral"
    PANEL_REFERRAL = "panel_referral"
    MINUTES = "minutes"
    PANEL_OUTCOME = "panel_outcome"
    CASE_RECORD = "case_record"
    EXECUTIVE_BRIEF = "executive_brief"


class Status(Word):
    """How a case stands."""

    OPEN = "open"
    RESOLVED = "resolved"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class DutyState(Word):
    """How a duty stands at a moment."""

    DUE = "due"
    LATE = "late"
    MET = "met"
    MET_LATE = "met_late"


class House(Word):
    """Concord's own rules: what never bends, cited where a policy has no clause for it."""

    IMMEDIATE_RISK = "house-1"
    A_REASON_IS_GIVEN = "house-2"
    ANOTHER_DOOR = "house-3"
    WHO_MAY_ACT = "house-4"
    NO_LIMIT_GROWS = "house-5"
    CASE_STANDS_OTHERWISE = "house-6"
    ACTIONS_ARE_FOLLOWED = "house-7"
    KNOWN_BEFORE_GOING_UP = "house-8"


HOUSE_RULES: dict[House, str] = {
    House.IMMEDIATE_RISK: (
        "A child at immediate risk: refer to the MASH (Multi-Agency Safeguarding Hub) at once "
        "and tell your safeguarding lead."
    ),
    House.A_REASON_IS_GIVEN: "Any stage can be skipped, begun at or hurried, with a reason.",
    House.ANOTHER_DOOR: (
        "This is not for a complaint, an allegation, whistleblowing or a family's appeal."
    ),
    House.WHO_MAY_ACT: "Only the parties, and those whom the policy brings in, act in a case.",
    House.NO_LIMIT_GROWS: "A limit may be shortened. No limit is ever lengthened.",
    House.CASE_STANDS_OTHERWISE: "An act must fit how the case stands.",
    House.ACTIONS_ARE_FOLLOWED: (
        "An agreed action is done by its date, or explained and replaced. Until then its case is "
        "not finished."
    ),
    House.KNOWN_BEFORE_GOING_UP: (
        "Whoever came for the first time takes no case up before their agency has confirmed that "
        "it knows them."
    ),
}

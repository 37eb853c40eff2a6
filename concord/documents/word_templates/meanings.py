"""What each thing that a case can know means, and an invented example of it: for whoever writes a
template. No case, no person and no child here is real.
"""

from concord.documents.known.outcome import ACTION_HEAD
from concord.rules.forms import Known

MEANINGS: dict[Known, tuple[str, tuple[str, ...]]] = {
    Known.REFERENCE: ("The case's reference", ("K7QM-4TPD",)),
    Known.POLICY: ("The policy and its version", ("Escalation Policy, version 0.3",)),
    Known.CHILD_NAMES: ("The child's name; of several, one a line", ("Juniper Example",)),
    Known.CHILD_BORN: ("The date of birth; of several, one a line", ("3 April 2015",)),
    Known.CHILD_AGE: ("The age in years", ("11",)),
    Known.CHILD_ADDRESS: ("The child's address", ("2 Example Row, Somewhere",)),
    Known.CHILD_STATUS: ("Plan or status", ("On a child protection plan",)),
    Known.LEGAL_STATUS: ("The legal status of a child in care", ("Section 20",)),
    Known.FAMILY: ("Whether the family was told", ("The mother knows of it.",)),
    Known.IMMEDIATE_RISK: ("Immediate risk", ("No immediate risk was recorded.",)),
    Known.ABOUT_CHILD_PROTECTION: (
        "Whether it is about child protection",
        ("The disagreement is about child protection.",),
    ),
    Known.RAISER_NAME: ("Who raised the concern, by name", ("Ada Appleyard",)),
    Known.RAISER_EMAIL: ("Their e-mail address", ("ada@example.org",)),
    Known.RAISER_ROLE: ("Their role", ("Teacher",)),
    Known.RAISER_AGENCY: ("Their agency", ("Somewhere Primary School",)),
    Known.AGENCIES: (
        "The agencies on both sides",
        ("Somewhere Primary School", "Somewhere Children's Trust"),
    ),
    Known.OTHERS_INVOLVED: (
        "Other professionals involved",
        ("Basil Broadbean, health visitor, Somewhere Health Trust",),
    ),
    Known.LEVEL_NOW: ("The level of need now", ("Child in need",)),
    Known.LEVEL_SEEN: ("The level of need as whoever raised it sees it", ("Child protection",)),
    Known.DECISION_CHALLENGED: (
        "The decision that is challenged",
        ("The referral of 20 November was closed without a visit.",),
    ),
    Known.GROUND: ("The ground, in the policy's words", ("Levels of need",)),
    Known.WHY_UNSAFE: (
        "Why it seems unsafe",
        (
            "Plum has come to school three times with bruises that nobody could explain.\n"
            "What the school saw is a fact; that it will happen again is a gut feeling.",
        ),
    ),
    Known.OUTCOME_WANTED: ("The outcome wanted", ("A visit within 24 hours.",)),
    Known.POSITIONS: (
        "What each side has stated and answered",
        (
            "Ada Appleyard, teacher, Monday 23 November 2026, 09:30:\nThe risk is high.",
            "Cicely Cloudberry, team manager, Tuesday 24 November 2026, 14:00:\n"
            "The threshold was not met.",
        ),
    ),
    Known.DISCUSSION_DATES: (
        "When it was discussed",
        ("Tuesday 24 November 2026, 11:15",),
    ),
    Known.DISCUSSION_METHODS: ("How it was discussed", ("Telephone",)),
    Known.DISCUSSIONS: (
        "Each discussion: who, when, what was said and what came of it",
        ("Ada Appleyard, teacher, Tuesday 24 November 2026, 11:15:\nWe did not agree.",),
    ),
    Known.ADVICE: ("Advice that was given", ("The designated nurse advises a visit.",)),
    Known.BOARD_MEMBERS_ENGAGED: (
        "The board members who were engaged",
        ("Dora Damson, board representative, Somewhere Children's Trust",),
    ),
    Known.AGREED_OUTCOME: ("The outcome, agreed or proposed", ("Agreed: a visit on Friday.",)),
    Known.AGREED_ACTIONS: (
        "The agreed actions",
        (
            "Action 1: Visit the family. By whom: the team manager. By Friday 27 November 2026. "
            "Not yet completed.",
        ),
    ),
    Known.OUTSTANDING: ("How what is outstanding is pursued", ("Reviewed in two weeks.",)),
    Known.CONFIRMED_BY: (
        "Who confirmed the outcome, and when",
        ("Ada Appleyard, teacher, Friday 27 November 2026, 10:00",),
    ),
    Known.DECISION: ("The decision", ("The visit takes place within 24 hours.",)),
    Known.REASONS: ("Its reasons", ("Both sides agree on what was seen.",)),
    Known.RESOLVED_AT: (
        "At which level it was resolved or decided, and when",
        ("Level 1: Team managers, resolved Friday 27 November 2026",),
    ),
    Known.LESSONS: ("What was learned", ("Say by telephone why a referral is closed.",)),
    Known.FORMAL_SINCE: ("Since when it is formal", ("Wednesday 25 November 2026, 09:00",)),
    Known.TIME_SET: ("A shorter time that was set", ("24 hours, by the Executive Lead",)),
    Known.MEETING: (
        "The meeting: when, where and how",
        ("Thursday 26 November 2026, 14:00, Somewhere Town Hall, meeting",),
    ),
    Known.MEETING_TIMES: (
        "Each meeting that was called",
        ("Arranged for Thursday 26 November 2026, 14:00. Held: 26 November.",),
    ),
    Known.MEETING_CHAIR: (
        "Who chairs it, and of which agency",
        ("Elder Elmwood, Somewhere Health Trust",),
    ),
    Known.MEETING_PRESENT: (
        "Who came",
        ("The team manager, Somewhere Children's Trust", "The teacher, Somewhere Primary School"),
    ),
    Known.MEETING_AWAY: ("Who was asked, and did not come", ("The school nurse",)),
    Known.MEETING_SAID: ("What was said or heard", ("Both sides told what they had seen.",)),
    Known.PANEL: (
        "The panel's members, and of which agency",
        ("Fern Fennel, Somewhere Police", "Elder Elmwood, Somewhere Health Trust"),
    ),
    Known.STANDING: ("Where the case stands", ("Open, at level 1",)),
    Known.OWED_NOW: ("Who must do what now", ("The team manager answers by Friday.",)),
    Known.TIME_HELD: ("How long it was at each level", ("Level 1: 2 working days",)),
    Known.ENCLOSURES: (
        "The supporting documents",
        ("Supporting document 1: What the school saw.pdf. Monday 23 November 2026, the teacher.",),
    ),
    Known.RECORDS: ("Every record of the case", ("1. Monday 23 November 2026: raised.",)),
    Known.FORM_RECEIVED: ("When the form came", ("Wednesday 25 November 2026",)),
    Known.SENT_TO: ("To whom it is sent", ("Gentian Gale, business manager",)),
    Known.COMPLETED_BY: (
        "Who completes it: name, role and agency",
        ("Cicely Cloudberry, team manager, Somewhere Primary School",),
    ),
    Known.TODAY: ("The day on which it is completed", ("Wednesday 25 November 2026",)),
}
"""For every member of the vocabulary: what it means, and an example in lines."""

TABLES: dict[Known, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    Known.AGREED_ACTIONS: (
        ACTION_HEAD,
        (
            (
                "Visit the family.", "The team manager", "By Friday 27 November 2026",
                "Not yet completed",
            ),
        ),
    ),
    Known.ENCLOSURES: (
        ("Number", "Document", "Added", "By whom"),
        (("1", "What the school saw.pdf", "Monday 23 November 2026", "the teacher"),),
    ),
}  # fmt: skip
"""What stands in a table of its own where a field holds nothing else: its head, and a row."""
EMPTY = "Empty: whoever completes the form writes it."

"""What a case knows, as forms ask for it: one pure function for each thing. No query, no clock.

Owns how each thing is found in the records. Does not own which forms ask for it: policies say.
"""

from concord.documents.known import child, dispute, form, meeting, outcome, people, timing
from concord.documents.known.found import Filling, Finder, Found
from concord.rules.clock import LONDON
from concord.rules.dates import day
from concord.rules.forms import FormField, Known


def know(known: Known, filling: Filling, field: FormField) -> Found:
    """What the case knows of one thing; lines are empty where it knows nothing."""
    return FINDERS[known](filling, field)


FINDERS: dict[Known, Finder] = {
    Known.REFERENCE: lambda it, field: Found((it.names.reference,)),
    Known.POLICY: form.policy,
    Known.CHILD_NAMES: child.of_children(lambda name, born, several, today: name),
    Known.CHILD_BORN: child.of_children(child.born),
    Known.CHILD_AGE: child.of_children(child.age),
    Known.CHILD_ADDRESS: child.raised("address"),
    Known.CHILD_STATUS: child.child_status,
    Known.LEGAL_STATUS: child.raised("legal_status"),
    Known.FAMILY: child.raised("family"),
    Known.IMMEDIATE_RISK: child.fact(
        "immediate_risk",
        "The child was said to be at immediate risk.",
        "No immediate risk was recorded.",
    ),
    Known.ABOUT_CHILD_PROTECTION: child.fact(
        "child_protection",
        "The disagreement is about child protection.",
        "The disagreement itself is not about child protection.",
    ),
    Known.RAISER_NAME: people.raiser_name,
    Known.RAISER_EMAIL: people.raiser_email,
    Known.RAISER_ROLE: people.raiser_role,
    Known.RAISER_AGENCY: people.raiser_agency,
    Known.AGENCIES: people.agencies,
    Known.OTHERS_INVOLVED: people.others,
    Known.LEVEL_NOW: child.level_now,
    Known.LEVEL_SEEN: child.raised("level_seen"),
    Known.DECISION_CHALLENGED: child.raised("decision_challenged"),
    Known.GROUND: dispute.ground,
    Known.WHY_UNSAFE: dispute.why,
    Known.OUTCOME_WANTED: child.raised("aim", "Outcome wanted: "),
    Known.POSITIONS: dispute.positions,
    Known.DISCUSSION_DATES: dispute.discussion_dates,
    Known.DISCUSSION_METHODS: dispute.discussion_methods,
    Known.DISCUSSIONS: dispute.discussions,
    Known.ADVICE: dispute.advice,
    Known.BOARD_MEMBERS_ENGAGED: dispute.board_members,
    Known.AGREED_OUTCOME: outcome.agreed_outcome,
    Known.AGREED_ACTIONS: outcome.agreed_actions,
    Known.OUTSTANDING: outcome.outstanding,
    Known.CONFIRMED_BY: outcome.confirmed_by,
    Known.DECISION: outcome.decided("decision", "Decision: "),
    Known.REASONS: outcome.decided("reasons", "Reasons: "),
    Known.RESOLVED_AT: outcome.resolved_at,
    Known.LESSONS: outcome.lessons,
    Known.FORMAL_SINCE: timing.formal_since,
    Known.TIME_SET: timing.time_set,
    Known.MEETING: meeting.meeting,
    Known.MEETING_TIMES: meeting.meeting_times,
    Known.MEETING_CHAIR: meeting.meeting_chair,
    Known.MEETING_PRESENT: meeting.meeting_present,
    Known.MEETING_AWAY: meeting.meeting_away,
    Known.MEETING_SAID: meeting.meeting_said,
    Known.PANEL: meeting.panel,
    Known.STANDING: timing.standing,
    Known.OWED_NOW: timing.owed_now,
    Known.TIME_HELD: timing.time_held,
    Known.ENCLOSURES: form.enclosures,
    Known.RECORDS: form.records,
    Known.FORM_RECEIVED: form.received,
    Known.SENT_TO: form.sent_to,
    Known.COMPLETED_BY: lambda it, field: Found((it.by,) if it.by else ()),
    Known.TODAY: lambda it, field: Found((day(it.at.astimezone(LONDON).date()),)),
}
"""How each thing is found. Every member of the vocabulary has its way: a test holds it so."""

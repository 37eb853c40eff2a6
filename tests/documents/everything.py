"""A case of each policy in which everything is recorded, and what each thing then reads like.

The words are declared here, from what the records say, and never asked of the finders: a finder
that forgets one leaves a field blank that this mapping fills.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from concord.documents.directory import CaseNames, Person
from concord.documents.known.found import Filling
from concord.policies.library import load
from concord.rules.clock import LONDON
from concord.rules.forms import FormRule, Known
from concord.rules.naming import Names
from concord.rules.record import Enclosed, PlannedAction, Record
from concord.rules.state import CaseState, replay
from concord.rules.who import Who
from concord.rules.words import Act, Form, Means, Outcome, Power
from tests.policies.scenes import CARE, SCHOOL, START, scene

FILLED_AT = START + timedelta(days=2)
MEETING_AT = datetime(2026, 12, 18, 10, tzinfo=LONDON)

RAISED = {
    "child.1.name": "Plum Invented", "child.1.born": "2015-04-03", "address": "1 Made-up Street",
    "legal_status": "Said legal status", "family": "Said of the family",
    "decision_challenged": "Said decision", "why": "Said why", "basis": "evidence",
    "aim": "Said aim", "level_now": "Child in Need (S17)", "level_seen": "Child Protection (S47)",
    "challenged_person": "Worker Invented", "by_name": "Ada Appleyard", "user": "1",
}  # fmt: skip

HELD: dict[Known, str] = {
    Known.REFERENCE: "K7QM-4TPD",
    Known.POLICY: "version",
    Known.CHILD_NAMES: "Plum Invented",
    Known.CHILD_BORN: "3 April 2015",
    Known.CHILD_AGE: "11",
    Known.CHILD_ADDRESS: "1 Made-up Street",
    Known.CHILD_STATUS: "On a child protection plan",
    Known.LEGAL_STATUS: "Said legal status",
    Known.FAMILY: "Said of the family",
    Known.IMMEDIATE_RISK: "immediate risk",
    Known.ABOUT_CHILD_PROTECTION: "is about child protection",
    Known.RAISER_NAME: "Ada Appleyard",
    Known.RAISER_EMAIL: "ada@example.org",
    Known.RAISER_ROLE: "Teacher",
    Known.RAISER_AGENCY: "Meadow School",
    Known.AGENCIES: "Town Care",
    Known.OTHERS_INVOLVED: "Worker Invented",
    Known.LEVEL_NOW: "Child in Need (S17)",
    Known.LEVEL_SEEN: "Child Protection (S47)",
    Known.DECISION_CHALLENGED: "Said decision",
    Known.GROUND: "Ground: ",
    Known.WHY_UNSAFE: "Said why",
    Known.OUTCOME_WANTED: "Said aim",
    Known.POSITIONS: "Said reply",
    Known.DISCUSSION_DATES: "17 December 2026",
    Known.DISCUSSION_METHODS: "telephone",
    Known.DISCUSSIONS: "Said in a talk",
    Known.ADVICE: "Said advice",
    Known.BOARD_MEMBERS_ENGAGED: "17 December 2026",
    Known.AGREED_OUTCOME: "Said outcome",
    Known.AGREED_ACTIONS: "Said action",
    Known.OUTSTANDING: "Said outstanding",
    Known.CONFIRMED_BY: "Town Care",
    Known.DECISION: "Said in the decision",
    Known.REASONS: "Said reasons",
    Known.RESOLVED_AT: "17 December 2026",
    Known.LESSONS: "Said lesson",
    Known.FORMAL_SINCE: "17 December 2026",
    Known.TIME_SET: "Said why sooner",
    Known.MEETING: "The Town Hall",
    Known.MEETING_TIMES: "18 December 2026",
    Known.MEETING_CHAIR: "Chair",
    Known.MEETING_PRESENT: "Town Care",
    Known.MEETING_AWAY: "Somebody away",
    Known.MEETING_SAID: "Said in the meeting",
    Known.PANEL: "Member Invented",
    Known.STANDING: "17 December 2026",
    Known.OWED_NOW: ".",
    Known.TIME_HELD: "17 December 2026",
    Known.ENCLOSURES: "body map.pdf",
    Known.RECORDS: "Said in the meeting",
    Known.FORM_RECEIVED: "17 December 2026",
    Known.SENT_TO: "hair",
    Known.COMPLETED_BY: "Ada Appleyard, Teacher",
    Known.TODAY: "19 December 2026",
}
"""Of each thing that a form can ask for, words that the records below put into the case."""

DECIDED = frozenset({Known.DECISION, Known.REASONS})
"""Held only where the policy gives somebody the power to decide."""


def held(state: CaseState) -> dict[Known, str]:
    """What this case holds."""
    has_decision = any(record.act is Act.DECIDE for record in state.records)
    return {known: words for known, words in HELD.items() if has_decision or known not in DECIDED}


def everything(policy_id: str) -> CaseState:
    """A case under this policy with everything in it, from the concern to the learning."""
    begun = scene(policy_id).state
    policy = load(policy_id).policy
    found: list[Record] = []

    def add(
        act: Act, by: str = "manager@raising", people: tuple[str, ...] = (), **more: Any
    ) -> int:
        n = len(found) + 1
        at = START + timedelta(minutes=10 * n)
        who = tuple(each for name in people for each in begun.parties.resolve(name))
        found.append(
            Record(
                n=n,
                at=at,
                written=at,
                by=begun.parties.resolve(by)[0],
                act=act,
                key=f"k{n}",
                people=who,
                **more,
            )
        )
        return n

    ground = next(each.id for each in policy.grounds)
    add(Act.RAISE, "practitioner@raising", ground=ground, text=RAISED, facts={
        "child_status": ("child_protection_plan", "looked_after"), "immediate_risk": True,
        "child_protection": True,
    })  # fmt: skip
    stages = [stage for stage in policy.stages if stage.ladder == policy.stages[0].ladder]
    for stage in stages:
        if stage is not stages[0]:
            add(Act.ESCALATE, stage=stage.id)
        add(Act.DISCUSS, people=(f"manager@{CARE}", f"board_rep@{CARE}"), means=Means.TELEPHONE,
            outcome=Outcome.UNRESOLVED, text={"said": "Said in a talk"})  # fmt: skip
    add(Act.STATE, text={"problem": "Said problem", "challenge": "Said challenge", "aim": "x"})
    scan = Enclosed("body map.pdf", "pdf", 1200, "0" * 64, "kept", "clean")
    add(Act.ANSWER, f"manager@{CARE}", text={"position": "We disagree.", "reply": "Said reply"},
        enclosed=(scan,))  # fmt: skip
    add(Act.ADVISE, "iro", text={"advice": "Said advice"})
    add(Act.SHORTEN, due=MEETING_AT + timedelta(days=1), reason="Said why sooner")
    for rule in policy.appointments:
        who = "Chair Invented" if rule.office == "independent_chair" else "Member Invented"
        add(Act.APPOINT, "chair", office=rule.office, who=who, agency="town-police")
    if not any(rule.office == "panel_member" for rule in policy.appointments):
        add(
            Act.APPOINT, "chair", office="panel_member", who="Member Invented", agency="town-police"
        )
    called = add(Act.CONVENE, people=(f"executive@{CARE}", "chair"), text={
        "time.1": MEETING_AT.isoformat(), "when": "Friday 18 December 2026, 10am",
        "where": "The Town Hall",
    })  # fmt: skip
    bodies = {who for stage in policy.stages for rule in stage.powers for who in rule.who}
    body = "chair" if "chair" in bodies else next(iter(sorted(bodies)), "chair")
    add(Act.MEET, people=(f"executive@{CARE}", "chair", body), of=called, means=Means.ONLINE,
        outcome=Outcome.UNRESOLVED, text={"said": "Said in the meeting", "away": "Somebody away"})  # fmt: skip
    add(Act.AGREE, actions=(PlannedAction("Said action", Who("manager"), MEETING_AT.date()),))
    for form in policy.forms:
        add(Act.SUBMIT, form=Form(form.form), people=("chair",))
    add(Act.LEARN, text={"lesson": "Said lesson"})
    add(Act.RESOLVE, text={"outcome": "Said outcome", "outstanding": "Said outstanding"})
    deciders = [
        who
        for stage in stages[-1:]
        for rule in stage.powers
        if rule.power is Power.DECIDE
        for who in rule.who
    ]
    if deciders:
        add(Act.DECIDE, deciders[-1], decision="Said in the decision", reasons="Said reasons")
    else:
        add(Act.CONFIRM, f"manager@{CARE}")
    return replay(begun, tuple(found))


def names(state: CaseState) -> CaseNames:
    """What the directory says of it."""
    return CaseNames(
        reference="K7QM-4TPD",
        partnership="Somewhere Safeguarding Children Partnership",
        seats=Names(
            state.policy,
            {SCHOOL: "Meadow School", CARE: "Town Care", "town-police": "Town Police"},
            {},
        ),
        people={"1": Person("Ada Appleyard", "ada@example.org", "Teacher")},
        holders={},
    )


def filling(state: CaseState, form: FormRule) -> Filling:
    """The form, as somebody who sends it to the Chair fills it in."""
    who = "Ada Appleyard, Teacher, Meadow School"
    return Filling(state, names(state), FILLED_AT, form, by=who, to=(Who("chair"),))


def without(form: FormRule, field: str) -> FormRule:
    """The form with one of its fields left blank."""
    fields = (replace(each, known=()) if each.id == field else each for each in form.fields)
    return replace(form, fields=tuple(fields))

"""The case: its five questions, positions, chart, what is owed, what may be done; its timeline."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from concord.access.table import Doing
from concord.cases.beside import ending
from concord.cases.doorway import Look, Viewer, find
from concord.cases.invitations import of_case
from concord.cases.models import Invitation
from concord.directory.questions import Emergency, emergency_contacts
from concord.notifications.whose import names_of, whose
from concord.policies.calendars import calendar_for
from concord.policies.drawing import draw
from concord.policies.library import load_version
from concord.rules.agreement import to_agree
from concord.rules.dates import moment
from concord.rules.decide import Refused
from concord.rules.duties import asked_for
from concord.rules.endings import to_carry_out, waits_for
from concord.rules.overtaken import left_undone, to_do
from concord.rules.record import Enclosed
from concord.rules.record_words import RecordRow, record_row
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act, Side, Status
from concord.web.actions import action_rows
from concord.web.asked import Asked, asked
from concord.web.asking import page, signed_in
from concord.web.beside import beside
from concord.web.counting import bar, count_of, shown
from concord.web.forms.acts import FORMS
from concord.web.independence import seat_in_room
from concord.web.inhand import held
from concord.web.leading import Lead, leads
from concord.web.marks import marks
from concord.web.presenting import (
    ACTS,
    DutyRow,
    Names,
    duty_rows,
    entry_of,
    most_pressing,
    standing_words,
    unchecked,
)
from concord.web.safety import safety
from concord.web.sides import Answering, answering, by_name, unanswered

SHOWN_FIRST = (
    Act.ACKNOWLEDGE, Act.ANSWER, Act.DISCUSS, Act.MEET, Act.HEAR, Act.DECIDE, Act.AGREE,
    Act.CONFIRM, Act.RESOLVE, Act.ESCALATE,
)  # fmt: skip


OF_WHO_ANSWERS = frozenset({Act.ACKNOWLEDGE, Act.ANSWER, Act.PASS_ON})
"""Not offered to the side that raised the concern, which states its position instead."""


PARTNERSHIP = "partnership"
"""In the timeline's filter: whoever acts for no agency of the case."""

ON_BEHALF = tuple(act for act in FORMS if act not in (Act.PASS_ON, Act.APPOINT, Act.SHORTEN))
"""What is written on behalf of an agency that is not on Concord: nobody there has an account."""


@signed_in
@require_safe
def case(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """One case; for who is told of it beside the parties, what concerns the child."""
    look = find(who, reference, Doing.SEE_CASE)
    state, names = look.state, names_of(look, who.at)
    if not look.can(Doing.SEE_RECORDS):
        return beside(request, look, who, names)
    entries = asked_for(state, who.at)
    absent = tuple(seat for agency in look.writes_for for seat in look.seats_of(agency))
    left = whose(look, who.at).left_to(who, entries)
    rows = duty_rows(to_do(state, who.at), names, (*look.seats, *absent, *left), who.at)
    ways = leads(state, entries, open_to(look, who, (*look.seats, *absent)), who.at, left)
    open_rows = [row for row in rows if row.state in ("Due", "Late")]
    offered = offered_acts(look, who)
    todo = _todo(open_rows, ways, state)
    ask = None if todo and todo.urgent else asked(look, who, owes=todo is not None)
    loaded = load_version(look.case.policy_id, look.case.policy_version)
    raised = state.records[0]
    next_row = most_pressing(open_rows, state)
    pressing = entry_of(next_row, entries, names)
    count = count_of(pressing, state.policy, state.calendar) if pressing else None
    in_hand = held(look, names, who.at)
    sides = answering(look, who, names)
    return page(
        request, "case", f"Case {look.case.reference}",
        partnership_name=look.case.partnership.name,
        look=look, state=state, names=names, loaded=loaded,
        children=list(look.case.children.all()), raised=record_row(raised, names, state),
        raised_text=raised.text,
        positions=[
            record_row(r, names, state) for r in state.records if r.act in (Act.STATE, Act.ANSWER)
        ],
        to_agree=[record_row(r, names, state) for r in to_agree(state, look.seats)],
        talks=[row for row in (record_row(r, names, state) for r in state.records)
               if row.said or row.unsettled],
        mine=[row for row in open_rows if row.mine],
        ways=ways, addresses={key: _address(look, way, absent) for key, way in ways.items()},
        todo=None if ask else todo,
        ask=ask, ask_at=_asked_at(look, ask, absent) if ask else (),
        sides=sides, unanswered=unanswered(look, names, sides, to_do(state, who.at), who.at),
        has_room=seat_in_room(look) is not None,
        late_by_others=next((row for row in open_rows if row.late and not row.mine), None),
        can_go_up=any(Act.ESCALATE in may for _, may in open_to(look, who)),
        sees_looks=look.can(Doing.SEE_WHO_LOOKED), may_call_back=look.can(Doing.CALL_BACK),
        can_refer=any(Act.REFER in may for _, may in open_to(look, who)),
        others=[row for row in open_rows if not row.mine and (row.dated or row.first)],
        undated=[row for row in open_rows if not row.mine and not row.dated and not row.first],
        done=[row for row in rows if row.state not in ("Due", "Late")],
        carrying=[names.agencies.get(each, each) for each in to_carry_out(state)],
        undone=duty_rows(left_undone(state, who.at), names, look.seats, who.at),
        next_row=next_row,
        counted_from=shown(count, str(pressing.clause), "next") if pressing and count else None,
        held=in_hand, bar=Markup(bar(in_hand, "held")) if in_hand else "",
        offered=[each for each in offered if each[0] in SHOWN_FIRST],
        also=[each for each in offered if each[0] not in SHOWN_FIRST],
        behalf=[_behalf(look, who, agency, names) for agency in look.writes_for],
        stage=state.policy.stage(state.stage),
        above=state.policy.next_stage(state.stage),
        standing=standing_words(state.status, len(state.open_actions), len(unchecked(entries))),
        is_open=state.status is Status.OPEN, open_actions=len(state.open_actions),
        at_risk=bool(state.facts.get("immediate_risk")), safety=safety(state, names),
        at_risk_still=any(row.urgent for row in open_rows),
        emergency=emergency(look, who.at),
        chart=Markup(draw(loaded, here=state.stage)), stands=_stands(state),
        proposal=proposed(look, names, sides),
        not_possible=_not_possible(look, who), decided=decided(state), ended=ending(state, names),
        invited=[_standing(each, who.at) for each in of_case(look, who)],
        marks=marks(look, who.at), documents=_documents(look, names),
        bundled=look.case.bundles.exists(),
        action_rows=action_rows(state, names, look.seats, who.at, {}),
        flags=[record_row(r, names, state) for r in state.records if r.passed],
    )  # fmt: skip


def emergency(look: Look, at: datetime) -> tuple[Emergency, ...]:
    """Whom to ring now (`at`, aware) if the child of a case is in danger."""
    calendar = calendar_for(look.state.policy.calendar)
    return emergency_contacts(look.case.partnership, at, calendar)


def open_to(
    look: Look, who: Viewer, seats: tuple[Who, ...] | None = None
) -> list[tuple[Who, tuple[Act, ...]]]:
    """Each seat, the viewer's own unless named, with the acts that a page offers it now."""
    return [
        (seat, tuple(act for act in look.acts(seat, who.at) if act in FORMS))
        for seat in (look.seats if seats is None else seats)
    ]


def way_of(look: Look, who: Viewer, duty: str) -> Lead | None:
    """How the viewer meets the duty of this name; None where they owe no such one."""
    entries = asked_for(look.state, who.at) if duty else ()
    left = whose(look, who.at).left_to(who, entries)
    return leads(look.state, entries, open_to(look, who), who.at, left).get(duty)


def _stands(state: CaseState) -> str:
    """Where the case stands on the chart, in words: passed, here, still above."""
    stages = state.policy.stages
    place = next(n for n, stage in enumerate(stages, 1) if stage.id == state.stage)
    above = [stage.title for stage in stages[place:]]
    where = "stands" if state.status is Status.OPEN else "ended"
    return f"It {where} at {stages[place - 1].title}, step {place} of {len(stages)}. " + (
        f"Above it: {'; '.join(above)}." if above else "There is no stage above it."
    )


def _address(look: Look, way: Lead, absent: tuple[Who, ...]) -> str:
    """Where what is owed is done: for an agency that is not on Concord, on its behalf."""
    reference = look.case.reference
    if way.meeting is not None:
        name = "meeting-choose" if way.act is Act.CONVENE else "meeting-hold"
        return reverse(name, args=[reference, way.meeting])
    if way.seat in absent and way.seat not in look.seats and way.seat and way.act in ON_BEHALF:
        return reverse("act-for", args=[reference, way.seat.agency, way.act])
    return reverse("act", args=[reference, way.act])


def _asked_at(look: Look, ask: Asked, absent: tuple[Who, ...]) -> tuple[str, ...]:
    """Where what is asked is done, and where the other way to do it."""
    if ask.meeting is not None:
        reference = look.case.reference
        return (
            reverse("meeting-choose", args=[reference, ask.meeting]),
            reverse("meetings", args=[reference]),
        )
    ways = (Lead("", act, seat=ask.seat) for act in (ask.act, ask.instead))
    return tuple(_address(look, way, absent) for way in ways)


def _todo(rows: list[DutyRow], ways: dict[str, Lead], state: CaseState) -> DutyRow | None:
    """What the viewer owes that presses most, and can do something about."""
    mine = [row for row in rows if row.mine]
    return most_pressing([row for row in mine if row.key in ways or row.leads] or mine, state)


def offered_acts(look: Look, who: Viewer) -> list[tuple[str, str]]:
    """The acts open to the viewer, those that matter most first: address part and words."""
    return _offered(look, who, look.seats)


def _offered(look: Look, who: Viewer, seats: tuple[Who, ...]) -> list[tuple[str, str]]:
    found = {
        act
        for seat in seats
        for act in look.acts(seat, who.at)
        if seat.side is not Side.RAISING or act not in OF_WHO_ANSWERS
    }
    if not any(waits_for(look.state, seat) for seat in seats):
        found.discard(Act.CONFIRM)  # what is left to confirm is an action: from the actions' page
    ordered = [*SHOWN_FIRST, *(act for act in Act if act not in SHOWN_FIRST)]
    return [(act, ACTS[act][0]) for act in ordered if act in found and act in FORMS]


def _standing(invitation: Invitation, at: datetime) -> tuple[int, str, str]:
    """One that the viewer looks after: its record's number, who is asked, how it stands."""
    if invitation.answered:
        words = "answered"
    elif invitation.is_open(at):
        words = f"not answered yet, open until {moment(invitation.expires)}"
    else:
        words = "ended without an answer"
    return invitation.number, f"{invitation.name}, {invitation.post}", words


def _behalf(
    look: Look, who: Viewer, agency: str, names: Names
) -> tuple[str, str, list[tuple[str, str]]]:
    """An agency that is not on Concord: its slug, its name, and what can be written for it."""
    acts = _offered(look, who, look.seats_of(agency))
    return agency, names.agencies[agency], [each for each in acts if each[0] in ON_BEHALF]


def _not_possible(look: Look, who: Viewer) -> list[tuple[str, str, str]]:
    """What stands in the way of what the viewer might look for: the act, why, by which clause."""
    found = []
    for act in (Act.ESCALATE, Act.DECIDE, Act.REOPEN):
        answers = [look.judge(seat, act, who.at) for seat in look.seats]
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        if answers and len(refused) == len(answers):
            first = refused[0].first
            found.append((ACTS[act][0], f"{first.why} {first.instead}", str(first.clause)))
    return found


def proposed(look: Look, names: Names, sides: list[Answering]) -> dict[str, object] | None:
    """The outcome that is proposed, and who is to confirm it: each agency, and who answers there
    now (`sides`).
    """
    state = look.state
    if state.proposal is None or state.proposed is None:
        return None
    record = state.record(state.proposal)
    if record is None:
        return None
    missing = [
        agency for side, agency in state.parties.sides if (side, agency) not in state.proposed
    ]
    return {
        "outcome": record.text.get("outcome", ""),
        "by": names.seat(record.by),
        "missing": [names.agencies.get(agency, agency) for agency in missing],
        "who": [by_name(names.agencies.get(agency, agency), sides) for agency in missing],
        "is_ours": any((seat.side, seat.agency) in state.proposed for seat in look.seats),
    }


def _documents(look: Look, names: Names) -> list[tuple[RecordRow, int, Enclosed]]:
    """The supporting documents, each with the record that it came with."""
    rows = (record_row(r, names, look.state) for r in look.state.records if r.enclosed)
    return [(row, number, document) for row in rows for number, document in row.documents]


def decided(state: CaseState) -> tuple[str, str] | None:
    """The decision and its reasons, once there is one."""
    for record in reversed(state.records):
        if record.act is Act.DECIDE:
            return record.decision, record.reasons
    return None


@signed_in
@require_safe
def timeline(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Every record, newest first; all of them stay visible, corrected ones too."""
    look = find(who, reference)
    names = names_of(look, who.at)
    wanted, of = request.GET.get("act", ""), request.GET.get("of", "")
    rows = [
        (record_row(record, names, look.state), record.by.agency or PARTNERSHIP)
        for record in reversed(look.state.records)
    ]
    kinds = sorted({(row.act, row.headline) for row, _ in rows})
    agencies = [*look.state.parties.agencies, PARTNERSHIP]
    partnership = look.case.partnership.name
    return page(
        request, "timeline", f"Timeline of {look.case.reference}", look=look,
        partnership_name=partnership, kinds=kinds, wanted=wanted, of=of,
        sides=[(slug, names.agencies.get(slug, partnership)) for slug in agencies],
        rows=[
            row for row, by in rows if wanted in ("", row.act) and of in ("", by)
        ], total=len(rows),
        at=who.at,
    )  # fmt: skip

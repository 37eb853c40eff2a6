"""A case for who looks after the child's plan beside it: what concerns the child, and no more."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from concord.access.fields import Field, words_open_to
from concord.cases.beside import ending, names_office
from concord.cases.doorway import Look, Viewer
from concord.directory.questions import emergency_contacts
from concord.policies.calendars import calendar_for
from concord.rules.agreement import to_agree
from concord.rules.duties import plain_what
from concord.rules.meetings import meetings
from concord.rules.overtaken import to_do
from concord.rules.record import Record
from concord.rules.record_words import RecordRow, record_row
from concord.rules.words import Act, Status
from concord.web.asking import page
from concord.web.forms.act import ActForm, noting
from concord.web.presenting import Names, duty_rows, most_pressing, standing_words
from concord.web.safety import safety
from concord.web.sides import answering

ADDS = "Add your view"
FORMS_BESIDE: dict[Act, Callable[..., ActForm]] = {
    Act.ADVISE: noting("What is your view?", "Add this view", key="advice", when=True,
                       about="Both sides see it at once. It decides nothing, and holds nothing "
                             "up."),
}  # fmt: skip
"""What such an office records itself: its view. Talks and meetings are written by the parties."""


def beside(request: HttpRequest, look: Look, who: Viewer, names: Names) -> HttpResponse:
    """The five questions, what they were told, their own view, and how it ended."""
    state = look.state
    owed = tuple(replace(e, what=plain_what(state, e)) for e in to_do(state, who.at))
    rows = duty_rows(owed, names, look.seats, who.at)
    open_rows = [row for row in rows if row.state in ("Due", "Late")]
    is_open = state.status is Status.OPEN
    return page(
        request, "beside", f"Case {look.case.reference}", look=look,
        partnership_name=look.case.partnership.name, stage=state.policy.stage(state.stage),
        children=list(look.case.children.all()) if look.sees(Field.CHILD_NAME) else [],
        is_open=is_open,
        standing=standing_words(state.status, len(state.open_actions)),
        at_risk=bool(state.facts.get("immediate_risk")),
        referred_at=safety(state, names).referred_at,
        raised=words_open_to(look.relation, state.records[0].text),
        emergency=emergency_contacts(
            look.case.partnership, who.at, calendar_for(state.policy.calendar)
        ),
        office=" and ".join(names.seat(seat) for seat in look.seats),
        agencies=[names.agencies.get(each, each) for each in state.parties.agencies],
        next_row=most_pressing(open_rows, state), above=state.policy.next_stage(state.stage),
        open_actions=len(state.open_actions),
        named=_rows(look, names, [r for r in state.records if names_office(look, r)]),
        to_agree={record.n for record in to_agree(state, look.seats)},
        views=_rows(look, names, [r for r in state.records if r.by in look.seats]),
        may_add=any(
            act in look.acts(seat, who.at) for seat in look.seats for act in FORMS_BESIDE
        ),
        meets=any(set(each.invited) & set(look.seats) for each in meetings(state)),
        ended=ending(state, names), sides=answering(look, who, names),
        adds=ADDS,
    )  # fmt: skip


def _rows(look: Look, names: Names, records: list[Record]) -> list[RecordRow]:
    return [record_row(each, names, look.state) for each in reversed(records)]

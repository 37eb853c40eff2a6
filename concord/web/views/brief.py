"""The executive brief: one page that says it all, with what an executive can do about it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from concord.access.table import Doing
from concord.cases.doorway import Viewer, find
from concord.notifications.whose import names_of
from concord.rules.endings import to_carry_out, waits_for
from concord.rules.overtaken import to_do
from concord.rules.words import Act, Status
from concord.web.asking import page, signed_in
from concord.web.leading import nearest_limit
from concord.web.presenting import ACTS, duty_rows, most_pressing, standing_words
from concord.web.safety import safety
from concord.web.sides import answering, unanswered
from concord.web.tried import carried_out, positions, tried
from concord.web.views.case import open_to, proposed

OPTIONS = {
    Act.DISCUSS: "Settle it with your equal: speak, and record what came of it.",
    Act.AGREE: "Agree who does what, by when.",
    Act.RESOLVE: "Propose an outcome, which the other side confirms.",
    Act.CONFIRM: "Confirm the outcome that is proposed.",
    Act.SHORTEN: "Say how urgent it is: set a shorter time. No time is ever made longer.",
    Act.DECIDE: "Decide, with reasons.",
    Act.ESCALATE: "Take it further",
}
"""What an executive may choose between, in this order."""


@signed_in
@require_safe
def brief(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """One case on one page."""
    look = find(who, reference, Doing.PRINT)
    state, names = look.state, names_of(look, who.at)
    entries, sides = to_do(state, who.at), answering(look, who, names)
    rows = duty_rows(entries, names, look.seats, who.at)
    open_rows = [row for row in rows if row.state in ("Due", "Late")]
    may = {act for _, acts in open_to(look, who) for act in acts}
    if not any(waits_for(state, seat) for seat in look.seats):
        may.discard(Act.CONFIRM)  # of an action: it is checked from the actions' page
    above = state.policy.next_stage(state.stage)
    options = [
        (act, ACTS[act][0], f"{says}: {above.title}." if act is Act.ESCALATE and above else says)
        for act, says in OPTIONS.items()
        if act in may
    ]
    limit = nearest_limit(state, who.at)
    return page(
        request, "brief", f"Brief of case {look.case.reference}", look=look, state=state,
        partnership_name=look.case.partnership.name, stage=state.policy.stage(state.stage),
        children=list(look.case.children.all()),
        standing=standing_words(state.status, len(state.open_actions)),
        is_open=state.status is Status.OPEN, safety=safety(state, names),
        raised=state.records[0].text, next_row=most_pressing(open_rows, state),
        late=[row for row in open_rows if row.late], above=above, sides=sides,
        open_actions=len(state.open_actions),
        positions=positions(state, names), tried=tried(state, names), options=options,
        actions=carried_out(state), limit=limit, at=who.at,
        unanswered=unanswered(look, names, sides, entries, who.at),
        carrying=[names.agencies.get(each, each) for each in to_carry_out(state)],
        proposal=proposed(look, names, sides), bundled=look.case.bundles.exists(),
    )  # fmt: skip

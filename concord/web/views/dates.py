"""How each date of a case was counted, and where the time went."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from concord.cases.doorway import Look, Viewer, find
from concord.policies.library import load_version
from concord.policies.readings import readings
from concord.rules.duties import asked_for
from concord.rules.holding import PARTNERSHIP, holder, working_days
from concord.rules.words import Side
from concord.web.asking import page, signed_in
from concord.web.counting import Held, bar, count_of, strip, words
from concord.web.presenting import Names
from concord.web.views.case import names_of


@signed_in
@require_safe
def dates(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Every dated duty that is open, with the days that its date was counted from."""
    look = find(who, reference)
    state, names = look.state, names_of(look)
    chosen = readings(load_version(look.case.policy_id, look.case.policy_version))
    counts = [
        count_of(
            entry,
            names.seat(entry.owner),
            state.calendar,
            " ".join(chosen.get(str(entry.clause), ())),
        )
        for entry in asked_for(state, who.at)
        if entry.is_open
    ]
    shown = [
        (count, Markup(strip(count, f"count-{place}")) if count.cells else "",
         [words(cell) for cell in count.cells])
        for place, count in enumerate(filter(None, counts))
    ]  # fmt: skip
    held = _held(look, names, who)
    return page(
        request, "dates", "How the dates were counted", look=look,
        partnership_name=look.case.partnership.name, counts=shown, held=held,
        bar=Markup(bar(held)) if held else "",
    )  # fmt: skip


def _held(look: Look, names: Names, who: Viewer) -> tuple[Held, ...]:
    parties = look.state.parties
    titles = {
        Side.RAISING.value: names.agencies.get(parties.raising, parties.raising),
        Side.RESPONDING.value: ", ".join(names.agencies.get(a, a) for a in parties.responding),
        PARTNERSHIP: look.case.partnership.name,
    }
    now = holder(look.state, who.at)
    days = working_days(look.state, who.at)
    return tuple(Held(titles[key], count, key == now) for key, count in days.items())

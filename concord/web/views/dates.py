"""How each date of a case was counted, and where the time went."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from concord.cases.doorway import Viewer, find
from concord.notifications.whose import names_of
from concord.policies.library import load_version
from concord.policies.readings import readings
from concord.rules.overtaken import to_do
from concord.web.asking import page, signed_in
from concord.web.counting import bar, count_of, shown
from concord.web.inhand import held


@signed_in
@require_safe
def dates(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Every dated duty that is open, with the days that its date was counted from."""
    look = find(who, reference)
    state, names = look.state, names_of(look, who.at)
    chosen = readings(load_version(look.case.policy_id, look.case.policy_version))
    dated = [
        (entry, count)
        for entry in to_do(state, who.at)
        if entry.is_open and (count := count_of(entry, state.policy, state.calendar))
    ]
    in_hand = held(look, names, who.at)
    return page(
        request, "dates", "How the dates were counted", look=look,
        partnership_name=look.case.partnership.name, held=in_hand,
        counts=[
            (
                entry.what,
                names.owner(entry.owner),
                " ".join(chosen.get(str(entry.clause), ())),
                shown(count, str(entry.clause), f"count-{place}"),
            )
            for place, (entry, count) in enumerate(dated)
        ],
        bar=Markup(bar(in_hand, "held")) if in_hand else "",
    )  # fmt: skip

"""A record of a talk, before those who took part for another side: is it right?"""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from concord.access.table import Doing
from concord.cases.doorway import Viewer, find
from concord.notifications.whose import names_of
from concord.rules.agreement import NOT_THERE, may_say, took_part
from concord.rules.record_words import record_row
from concord.rules.words import Act
from concord.web.asking import page, signed_in
from concord.web.errors import no_longer, not_found
from concord.web.forms.act import Scene
from concord.web.forms.agreement import judging
from concord.web.taking import Asked, take


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """One record: what it says, what the others say of it, and a place to say so oneself."""
    look = find(who, reference, Doing.SEE_CASE)
    found = look.state.record(number)
    if found is None:
        return not_found(request)
    seats = tuple(seat for seat in look.seats if may_say(look.state, found, seat))
    not_there = not seats and any(took_part(found, seat) for seat in look.seats)
    if not seats and not look.can(Doing.SEE_RECORDS):
        return not_found(request)
    names = names_of(look, who.at)
    row = record_row(found, names, look.state)
    title = f"Record {row.n}: {row.headline}"
    here = reverse("case", args=[look.case.reference])
    words = f"Case {look.case.reference}"
    if not_there and request.method == "POST":
        return no_longer(
            request, "You cannot do this in this case", " ".join(NOT_THERE), status=403,
            back=reverse("record", args=[look.case.reference, number]), back_words=title,
        )  # fmt: skip
    if not seats and request.method != "POST":
        return page(
            request, "record", title, look=look, row=row, form=None,
            instead=NOT_THERE if not_there else (),
            partnership_name=look.case.partnership.name, back=here, back_words=words,
        )  # fmt: skip
    scene = Scene(look.state, names, seats, (), (), (), who.at)
    return take(request, who, replace(look, seats=seats), scene, Asked(
        act=Act.CONFIRM, form=judging(number), kind=f"record/{number}", title=title, then=here,
        initial={}, template="record", more=lambda form: {"row": row},
        back=here, back_words=words,
    ))  # fmt: skip

"""The agreed actions of a case, followed to done; one side's check of what the other reported."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from concord.access.table import Doing
from concord.cases import drafts
from concord.cases.doorway import Look, Viewer, find
from concord.cases.drafts import Place
from concord.notifications.recipients import Directory, named_in, people
from concord.notifications.whose import names_of
from concord.rules.dates import moment
from concord.rules.who import Who
from concord.rules.words import Act
from concord.web.actions import ActionRow, action_rows
from concord.web.asking import page, signed_in
from concord.web.errors import not_found
from concord.web.forms.actions import checking, may_check
from concord.web.presenting import standing_words
from concord.web.taking import Asked, take
from concord.web.views.acts import scene_of


@signed_in
@require_safe
def actions(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Every agreed action: who does it, by when, what shows it, who checked it."""
    look = find(who, reference)
    may = {act for seat in look.seats for act in look.acts(seat, who.at)}
    return page(
        request, "actions", f"Agreed actions of {look.case.reference}",
        partnership_name=look.case.partnership.name, look=look, rows=rows_of(look, who),
        standing=standing_words(look.state.status, len(look.state.open_actions)),
        can_agree=Act.AGREE in may, can_report=Act.COMPLETE in may, can_share=Act.SHARE in may,
    )  # fmt: skip


def rows_of(look: Look, who: Viewer) -> list[ActionRow]:
    """The actions of a case as the viewer sees them, with the people to whom they go."""
    owners = {each.plan.owner for each in look.state.open_actions if each.plan.owner}
    holders = _holders(look, who, owners)
    return action_rows(look.state, names_of(look, who.at), look.seats, who.at, holders)


def _holders(look: Look, who: Viewer, seats: Iterable[Who]) -> dict[Who, str]:
    """By name, to whom each seat's duties go now."""
    directory = Directory(who.at)
    found = {}
    for seat in seats:
        told = people(directory, look.case, look.state.policy, seat, named_in(look.state, seat))
        found[seat] = ", ".join(each.user.name for each in told if each.user and not each.instead)
    return found


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """See for oneself whether an action was carried out, and say so."""
    look = find(who, reference, Doing.ACT)
    action = look.state.action(number)
    if action is None:
        return not_found(request)
    scene = scene_of(look, who, Act.CONFIRM)
    kind = f"actions/{number}/check"
    if number not in may_check(look.state, look.seats):
        sent = drafts.lately(Place(who.person, look.case.pk, kind), who.at)
        return page(
            request, "message", "There is nothing here for you to check", status=409,
            lines=[
                "An action is checked once it is reported done, by the side that was not to do "
                "it, and not by whoever reported it.",
                *([f"You sent it on {moment(sent.sent)}."] if sent and sent.sent else ()),
            ],
            back=reverse("actions", args=[look.case.reference]), back_words="The agreed actions",
        )  # fmt: skip
    [row] = [each for each in rows_of(look, who) if each.number == number]
    back = reverse("actions", args=[look.case.reference])
    return take(request, who, look, scene, Asked(
        act=Act.CONFIRM, form=checking(number), kind=kind,
        title=f"Check action {number}", back=back, back_words="The agreed actions", then=back,
        initial={}, template="action_check", more=lambda form: {"row": row},
    ))  # fmt: skip

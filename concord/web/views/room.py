"""The panel room: for whoever hears and decides. Am I independent; both sides; hear, decide."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.access.table import Doing
from concord.cases.doorway import Look, NotFound, Viewer, find
from concord.cases.drafts import Place
from concord.cases.ledger import Done, act
from concord.notifications.whose import names_of
from concord.rules.decide import Refused
from concord.rules.overtaken import to_do
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Status
from concord.web.asking import page, signed_in
from concord.web.forms.room import Declaring
from concord.web.independence import DECLARED, checked, make_up, seat_in_room
from concord.web.keeping import Opened, opened
from concord.web.leading import leads
from concord.web.presenting import ACTS, duty_rows, standing_words
from concord.web.tried import carried_out, positions, tried
from concord.web.views.case import decided, open_to

MEANWHILE = (
    "You have declared in another tab meanwhile: it stands above. Nothing more was recorded. Send "
    "what is below only if it is to stand, too."
)
OF_A_ROOM = (Act.REVIEW, Act.DISCUSS, Act.CONVENE, Act.HEAR, Act.MEET, Act.APPOINT, Act.DECIDE)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """The case from both sides, for whoever decides; and the declaration of independence."""
    look = find(who, reference, Doing.ACT)
    seat = seat_in_room(look)
    if seat is None:
        raise NotFound(reference)
    known = checked(look, who)
    stands = {"declared": [known.declared]}
    tab = opened(request, Place(who.person, look.case.pk, "room"), who.at, stands)
    form = Declaring(tab.posted, is_of_a_party=known.of_a_party, took_part=bool(known.took_part))
    if request.method == "POST" and tab.overtakes:
        form.add_error(None, MEANWHILE)
    if request.method == "POST" and form.is_valid():
        answer = act(look.case.reference, _declared(form, who, seat), who.user)
        if isinstance(answer, Done):
            return redirect("room", reference=look.case.reference)
        says = answer.first.why if isinstance(answer, Refused) else "Somebody acted meanwhile."
        form.add_error(None, says)
    return _page(request, look, who, form, tab)


def _declared(form: Declaring, who: Viewer, seat: Who) -> Record:
    return Record(
        n=0, at=who.at, written=who.at, by=seat, act=Act.ADVISE, written_by=str(who.person),
        key=form.cleaned_data["key"], to=(Who("business_manager"),),
        text={DECLARED: form.words(), "user": str(who.person), "by_name": who.user.name},
    )  # fmt: skip


def _page(
    request: HttpRequest, look: Look, who: Viewer, form: Declaring, tab: Opened
) -> HttpResponse:
    state, names = look.state, names_of(look, who.at)
    entries = to_do(state, who.at)
    rows = duty_rows(entries, names, look.seats, who.at)
    may = {each for _, acts in open_to(look, who) for each in acts}
    return page(
        request, "room", f"Panel room of case {look.case.reference}", look=look, form=form, tab=tab,
        partnership_name=look.case.partnership.name, stage=state.policy.stage(state.stage),
        children=list(look.case.children.all()),
        standing=standing_words(state.status, len(state.open_actions)),
        is_open=state.status is Status.OPEN, independence=checked(look, who),
        make_up=make_up(look, names), positions=positions(state, names),
        tried=tried(state, names), raised=state.records[0].text, decided=decided(state),
        mine=[row for row in rows if row.mine and row.state in ("Due", "Late")],
        after=[row for row in rows if not row.mine and row.state in ("Due", "Late")],
        ways=leads(state, entries, open_to(look, who), who.at),
        acts=[(each, ACTS[each][0]) for each in OF_A_ROOM if each in may],
        actions=carried_out(state), bundled=look.case.bundles.exists(),
        status=422 if form.errors else 200,
    )  # fmt: skip

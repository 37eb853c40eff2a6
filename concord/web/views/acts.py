"""One act on a case: find, ask what it needs, perform it; and whom its form can name."""

from collections import Counter
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from concord.access.table import Doing
from concord.cases import drafts
from concord.cases.doorway import Look, Viewer, find
from concord.cases.drafts import Place
from concord.directory.arrivals import unconfirmed
from concord.directory.models import Post
from concord.notifications.whose import names_of
from concord.rules.actors import OFFICES
from concord.rules.clock import LONDON
from concord.rules.dates import moment
from concord.rules.decide import Refused, decide
from concord.rules.duties import asked_for
from concord.rules.who import Who
from concord.rules.words import TIER_RANK, Act
from concord.web.ahead import ahead
from concord.web.asking import page, signed_in
from concord.web.beside import ADDS, FORMS_BESIDE
from concord.web.closed import shut
from concord.web.errors import not_found
from concord.web.forms.act import ActForm, Scene
from concord.web.forms.acts import FORMS
from concord.web.independence import candidates, complete_with, executive_agencies, make_up
from concord.web.leading import Lead, until_nearest_limit
from concord.web.presenting import ACTS, DutyRow, duty_rows, role_words
from concord.web.taking import Asked, first_record, take
from concord.web.views.case import ON_BEHALF, emergency, way_of


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def act(
    request: HttpRequest, who: Viewer, reference: str, name: str, agency: str = ""
) -> HttpResponse:
    """Ask what an act needs, and perform it; for an agency (slug) not on Concord, on its behalf."""
    look = find(who, reference, Doing.ACT)
    if agency:
        seats = look.seats_of(agency)
        if not seats:
            return not_found(request)
        look = replace(look, seats=seats)
    try:
        wanted = Act(name)
    except ValueError:
        return not_found(request)
    forms = FORMS if look.can(Doing.SEE_RECORDS) else FORMS_BESIDE
    if wanted not in forms or (agency and wanted not in ON_BEHALF):
        return not_found(request)
    here = reverse("case", args=[look.case.reference])
    words = f"Case {look.case.reference}"
    scene = scene_of(look, who, wanted, agency)
    place = Place(who.person, look.case.pk, kind_of(name, agency))
    if request.method != "POST" and not drafts.unsent(place, who.at):
        stands = shut(look, who, wanted, scene.names)
        if stands is not None:
            sent = drafts.lately(place, who.at)
            return page(
                request, "shut", ACTS[wanted][0], status=409, stands=stands,
                done=moment(sent.sent) if sent is not None and sent.sent else "",
                partnership_name=look.case.partnership.name, back=here, back_words=words,
            )  # fmt: skip
    chosen = request.GET.get("action", "")
    duty = request.GET.get("for", "")
    way = way_of(look, who, duty)
    way = way if way is not None and way.act is wanted else None
    known: dict[str, object] = (
        {"which": chosen} if chosen.isdecimal() else _known(look, who, wanted, way)
    )
    title = way.words if way is not None else ACTS[wanted][0]
    return take(request, who, look, scene, Asked(
        act=wanted, form=forms[wanted], kind=place.kind,
        title=title if forms is FORMS else ADDS,
        back=here, back_words=words,
        then=reverse(LEADS_TO.get(wanted, "case"), args=[look.case.reference]),
        initial=known,
        more=lambda form: {
            "meets": _meets(look, form, duty),
            "ahead": ahead(look, who, form.scene.seats, form.scene.names, _chosen(form))
            if wanted is Act.ESCALATE else None,
            "sitting": _sitting(who, look, form) if wanted is Act.APPOINT else None,
            "emergency": emergency(look, who.at) if wanted is Act.REFER else None,
            "proposed": _proposed(look) if wanted is Act.CONFIRM else "",
        },
        checks=wanted in (Act.APPOINT, Act.ESCALATE),
    ))  # fmt: skip


def _proposed(look: Look) -> str:
    """The outcome that waits to be confirmed, in its proposer's words; empty where none does."""
    record = look.state.record(look.state.proposal) if look.state.proposal else None
    return record.text.get("outcome", "") if record and look.state.proposed else ""


def _chosen(form: ActForm) -> str:
    """The stage that is chosen on a form that goes to one."""
    return str(form["stage"].value() or "") if "stage" in form.fields else ""


def kind_of(name: str, agency: str) -> str:
    """The page's address within its case, by which what was typed is kept."""
    return f"for/{agency}/{name}" if agency else name


LEADS_TO = {Act.AGREE: "actions", Act.COMPLETE: "actions", Act.CONVENE: "meetings"}
"""Acts that lead to a page of the case's own, and not to the case."""


def _known(look: Look, who: Viewer, wanted: Act, way: Lead | None) -> dict[str, object]:
    """What the form can say already: from the duty that led here, or from how the case stands."""
    if way is not None:
        seat = {"seat": look.state.parties.label(way.seat)} if way.seat else {}
        return {**way.filled, **seat}
    return until_nearest_limit(look.state, who.at) if wanted is Act.SHORTEN else {}


def _sitting(who: Viewer, look: Look, form: ActForm) -> dict[str, object] | None:
    """Of an appointment: who may not be, and why; how the body stands; what was checked."""
    if not form.scene.seats:
        return None
    known = candidates(look, form.scene.seats[0], who)
    found: dict[str, object] = {
        "refused": [each for each in known if each.why_not],
        "make_up": make_up(look, form.scene.names),
        "executive": executive_agencies(look),
    }
    if form.is_checked and form.is_valid():
        record = first_record(who, Act.APPOINT, form)
        answer = decide(look.state, record)
        found["wrong"] = answer.first if isinstance(answer, Refused) else None
        found["checked"] = dict(form.scene.appointable)[form.cleaned_data["person"]]
        found["complete"] = complete_with(look.state, record)
    return found


def _meets(look: Look, form: ActForm, duty: str) -> DutyRow | None:
    """The duty that led to this page."""
    scene = form.scene
    rows = duty_rows(asked_for(look.state, scene.at), scene.names, look.seats, scene.at)
    return next((row for row in rows if row.key == duty), None)


def scene_of(look: Look, who: Viewer, wanted: Act, absent: str = "") -> Scene:
    """What a form about this act is asked in: the case, the viewer's seats, whom it can name."""
    names = names_of(look, who.at)
    state = look.state
    may_now = tuple(s for s in look.seats if wanted in look.acts(s, who.at))
    people: list[tuple[str, str]] = []
    for side, agency in state.parties.sides:
        for role in (*TIER_RANK, *_party_offices(look)):
            people.append((f"{role}@{agency}", names.seat(Who(role, side, agency))))
    offices = [office.id for office in state.policy.offices if office.of != "party"]
    common = ("iro", "cp_chair", "business_manager", "chair", "mash")
    sends = wanted in (Act.NOTIFY, Act.SUBMIT)
    holders = _holders(look, who) if sends else {}
    people += [
        (role, names.role(Who(role)) + holders.get(role, ""))
        for role in dict.fromkeys((*offices, *common))
        if role in OFFICES or role in offices
    ]
    return Scene(
        state=state,
        names=names,
        seats=may_now or look.seats,
        people=_told_apart(people),
        appointable=_appointable(look, who, may_now) if wanted is Act.APPOINT else (),
        colleagues=_colleagues(look, who) if wanted is Act.PASS_ON else (),
        at=who.at,
        behalf=names.agencies[absent] if absent else "",
    )


def _told_apart(people: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those who can be named: where an agency calls a tier by an office's title, each says which
    of both it is.
    """
    said = Counter(words for _, words in people)
    return tuple(
        (label, f"{words} ({role_words(label.partition('@')[0])})" if said[words] > 1 else words)
        for label, words in people
    )


def _holders(look: Look, who: Viewer) -> dict[str, str]:
    """Who holds each office of the partnership, as it is put behind its title: sent by name."""
    held = Post.objects.held(who.at.astimezone(LONDON).date())
    found: dict[str, list[str]] = {}
    for post in held.filter(partnership=look.case.partnership, agency=None):
        if post.user is not None:
            found.setdefault(post.role, []).append(post.user.name)
    return {role: f": {', '.join(dict.fromkeys(every))}" for role, every in found.items()}


def _party_offices(look: Look) -> tuple[str, ...]:
    return tuple(office.id for office in look.state.policy.offices if office.of == "party")


def _appointable(look: Look, who: Viewer, seats: tuple[Who, ...]) -> tuple[tuple[str, str], ...]:
    """Those whom the rules would let be appointed; all senior people where nobody may appoint."""
    if not seats:
        return ()
    return tuple((e.value, e.label) for e in candidates(look, seats[0], who) if not e.why_not)


def _colleagues(look: Look, who: Viewer) -> tuple[tuple[str, str], ...]:
    mine = {seat.agency for seat in look.seats if seat.agency}
    posts = (
        Post.objects.held(who.at.date())
        .filter(partnership=look.case.partnership, agency__slug__in=mine)
        .exclude(user=who.user)
        .exclude(unconfirmed())
        .order_by("user__name")
    )
    found = {
        str(post.user_id): f"{post.user.name}, {post.title or post.role}"
        for post in posts
        if post.user
    }
    return tuple(found.items())

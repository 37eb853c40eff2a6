"""One act on a case: find, read the form, perform, answer. Nothing typed is lost."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.cases import drafts
from concord.cases.doorway import Look, Viewer, find
from concord.cases.ledger import Done, Overtaken
from concord.cases.ledger import act as perform_act
from concord.directory.arrivals import unconfirmed
from concord.directory.models import Post
from concord.rules.actors import OFFICES
from concord.rules.decide import Refused
from concord.rules.duties import asked_for
from concord.rules.may import acts_for
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import TIER_RANK, Act
from concord.web.ahead import ahead
from concord.web.asking import page, signed_in
from concord.web.errors import not_found
from concord.web.forms.act import ActForm, Scene
from concord.web.forms.acts import FORMS
from concord.web.leading import leads, until_nearest_limit
from concord.web.presenting import ACTS, DutyRow, RecordRow, duty_rows, record_row
from concord.web.views.case import names_of, open_to


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, who: Viewer, reference: str, name: str) -> HttpResponse:
    """Ask what an act needs, and perform it."""
    look = find(who, reference)
    try:
        wanted = Act(name)
    except ValueError:
        return not_found(request)
    if wanted not in FORMS:
        return not_found(request)
    scene = _scene(look, who, wanted)
    if request.method != "POST":
        draft = drafts.of_act(who.user, look.case, name)
        initial = {"seen": look.case.last_sequence, "key": secrets.token_urlsafe(16)}
        kept = ActForm.initial_from(draft.data) if draft else {}
        known = _known(look, who, wanted, request.GET.get("for", ""))
        form = FORMS[wanted](initial={**known, **kept, **initial}, scene=scene)
        return _ask(request, who, look, wanted, form)
    form = FORMS[wanted](request.POST, scene=scene)
    if request.POST.get("action") == "save":
        drafts.keep_act(who.user, look.case, name, form.typed(), who.at)
        return redirect("work")
    if not form.is_valid():
        drafts.keep_act(who.user, look.case, name, form.typed(), who.at)
        return _ask(request, who, look, wanted, form, status=422)
    return _perform(request, who, look, wanted, form)


def _known(look: Look, who: Viewer, wanted: Act, duty: str) -> dict[str, Any]:
    """What the form can say already: from the duty that led here, or from how the case stands."""
    entries = asked_for(look.state, who.at)
    way = leads(look.state, entries, open_to(look, who), who.at).get(duty)
    if way is not None and way.act is wanted:
        seat = {"seat": look.state.parties.label(way.seat)} if way.seat else {}
        return {**way.filled, **seat}
    return until_nearest_limit(look.state, who.at) if wanted is Act.SHORTEN else {}


def _perform(
    request: HttpRequest, who: Viewer, look: Look, wanted: Act, form: ActForm
) -> HttpResponse:
    record = _record(request, who, wanted, form)
    seen = form.cleaned_data["seen"]
    try:
        answer = perform_act(
            look.case.reference, record, who.user, int(seen) if seen.isdecimal() else None
        )
    except OperationalError:
        drafts.keep_act(who.user, look.case, wanted, form.typed(), who.at)
        form.add_error(None, "Concord is busy. What you typed is kept: send it again.")
        return _ask(request, who, look, wanted, form, status=503)
    match answer:
        case Done():
            drafts.drop_act(who.user, look.case, wanted)
            return redirect("case", reference=look.case.reference)
        case Refused():
            drafts.keep_act(who.user, look.case, wanted, form.typed(), who.at)
            return _ask(request, who, look, wanted, form, status=409, refused=answer)
        case Overtaken():
            drafts.keep_act(who.user, look.case, wanted, form.typed(), who.at)
            again = request.POST.copy()
            again["seen"] = str(answer.case.last_sequence)
            fresh = FORMS[wanted](again, scene=replace(form.scene, state=answer.state))
            names = names_of(look)
            since = [record_row(each, names, answer.state) for each in answer.since]
            return _ask(request, who, look, wanted, fresh, status=409, since=since)


def _record(request: HttpRequest, who: Viewer, wanted: Act, form: ActForm) -> Record:
    particulars = form.particulars()
    text = {**particulars.pop("text", {}), "user": str(who.person), "by_name": who.user.name}
    return Record(
        n=0,
        at=form.happened(form.cleaned_data),
        written=who.at,
        by=form.seat,
        act=wanted,
        written_by=str(who.person),
        key=form.cleaned_data["key"],
        override=" ".join(request.POST.get("override", "").replace("\x00", "").split())[:2000],
        text={name: value for name, value in text.items() if value},
        **particulars,
    )


def _ask(
    request: HttpRequest,
    who: Viewer,
    look: Look,
    wanted: Act,
    form: ActForm,
    status: int = 200,
    refused: Refused | None = None,
    since: Sequence[RecordRow] = (),
) -> HttpResponse:
    if not form.scene.seats:
        return page(
            request, "message", "You cannot do this in this case", status=403,
            lines=["Your post cannot do this here. Go back to the case to see what it can."],
        )  # fmt: skip
    return page(
        request, "act", ACTS[wanted][0], status=status, form=form, look=look,
        partnership_name=look.case.partnership.name, refused=refused.first if refused else None,
        soft=bool(refused) and not any(each.hard for each in refused.reasons) if refused else False,
        override=request.POST.get("override", ""), since=since,
        meets=_meets(request, look, form),
        ahead=ahead(look, who, form.scene.seats, form.scene.names)
        if wanted is Act.ESCALATE else None,
    )  # fmt: skip


def _meets(request: HttpRequest, look: Look, form: ActForm) -> DutyRow | None:
    """The duty that led to this page."""
    scene = form.scene
    rows = duty_rows(asked_for(look.state, scene.at), scene.names, look.seats, scene.at)
    wanted = request.GET.get("for", "")
    return next((row for row in rows if row.key == wanted), None)


def _scene(look: Look, who: Viewer, wanted: Act) -> Scene:
    names = names_of(look)
    state = look.state
    may_now = tuple(s for s in look.seats if wanted in acts_for(state, s, who.at))
    people: list[tuple[str, str]] = []
    for side, agency in state.parties.sides:
        for role in (*TIER_RANK, *_party_offices(look)):
            seat = Who(role, side, agency)
            people.append((f"{role}@{agency}", names.seat(seat)))
    offices = [office.id for office in state.policy.offices if office.of != "party"]
    common = ("iro", "cp_chair", "business_manager", "chair", "mash")
    people += [
        (role, names.role(Who(role)))
        for role in dict.fromkeys((*offices, *common))
        if role in OFFICES or role in offices
    ]
    return Scene(
        state=state,
        names=names,
        seats=may_now or look.seats,
        people=tuple(people),
        appointable=_appointable(look, who) if wanted is Act.APPOINT else (),
        colleagues=_colleagues(look, who) if wanted is Act.PASS_ON else (),
        at=who.at,
    )


def _party_offices(look: Look) -> tuple[str, ...]:
    return tuple(office.id for office in look.state.policy.offices if office.of == "party")


def _appointable(look: Look, who: Viewer) -> tuple[tuple[str, str], ...]:
    """People of the partnership's agencies at a senior tier, or in a pool for such offices."""
    posts = (
        Post.objects.held(who.at.date())
        .filter(partnership=look.case.partnership, agency__isnull=False)
        .filter(role__in=("service_lead", "executive", "slo", "board_rep"))
        .order_by("agency__name", "user__name")
    )
    found = {
        f"{post.user_id}@{post.agency.slug}": f"{post.user.name}, {post.agency.name}"
        for post in posts
        if post.user and post.agency
    }
    return tuple(found.items())


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

"""Requests for access to what is held about a child: from the day one came to the copies given."""

import logging
from collections.abc import Callable
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concord.cases.doorway import NotFound, Viewer
from concord.cases.drafts import Place
from concord.directory.models import Partnership
from concord.rules.clock import LONDON
from concord.subject_access import releasing, requests
from concord.subject_access.gathering import cases_about
from concord.subject_access.models import Piece, Request, StepKind
from concord.subject_access.reasons import REASONS
from concord.subject_access.releasing import TITLES
from concord.subject_access.requests import (
    STANDINGS,
    CannotDo,
    Left,
    Says,
    Standing,
    request_for,
    standing_of,
)
from concord.web.asking import page, signed_in
from concord.web.forms.base import PlainForm
from concord.web.forms.subject_access import Asking, Covering, Proving, SecondReading, Why
from concord.web.handing import hand_out_of, way_asked_for
from concord.web.keeping import Opened, opened
from concord.web.paging import part_of

SHOWN = 10
"""How many things stand on a page of what was gathered."""
logger = logging.getLogger(__name__)


@signed_in
@require_safe
def listed(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """The requests of a partnership: how each stands, and by when it has to be answered."""
    partnership = _partnership(slug)
    today = who.at.astimezone(LONDON).date()
    found = [standing_of(each) for each in Request.objects.filter(partnership=partnership)]
    found.sort(key=lambda each: (each.is_over, each.due.due))
    for each in found:
        for case in each.cases():
            who.looks.list([case.pk])
    return page(
        request, "subject_requests", "Requests for access", partnership=partnership,
        partnership_name=partnership.name,
        rows=[(each, how(each), each.due.days_left(today)) for each in found],
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, who: Viewer, slug: str) -> HttpResponse:
    """Write a request down."""
    partnership = _partnership(slug)
    tab = opened(request, Place(who.person, None, f"subject-access/new/{slug}"), who.at)
    form = Asking(tab.posted, today=who.at.astimezone(LONDON).date())
    if request.method == "POST" and form.is_valid():
        made = requests.begin(partnership, requests.Asked(**form.cleaned_data), who)
        return redirect("subject-request", reference=made.reference)
    return page(
        request, "subject_new", "Write down a request for access", tab=tab, form=form,
        partnership=partnership, partnership_name=partnership.name,
        status=422 if form.errors else 200,
    )  # fmt: skip


@signed_in
@require_safe
def one(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """One request: its clock, what was done, what is still to do, and the copies."""
    standing = _standing(who, reference)
    asked = standing.request
    cases = cases_about(asked.partnership, asked.child, asked.born)
    who.looks.search = f"{asked.child}, born {asked.born.isoformat()}, for {asked.reference}"
    for case in cases:
        who.looks.list([case.pk])
    return page(
        request, "subject_request", f"Request {asked.reference}", standing=standing, asked=asked,
        partnership_name=asked.partnership.name, as_what=STANDINGS[asked.standing],
        left=standing.due.days_left(who.at.astimezone(LONDON).date()), how=how(standing),
        cases=cases, missing=releasing.what_is_missing(standing), titles=TITLES,
        kinds=StepKind, handed=list(asked.handed.select_related("by")[:SHOWN * 5]),
        may_read_second=_may_read_second(standing, who),
        enclosures=[each for each in standing.pieces if each.document is not None],
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def proved(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Write down that it is proved who asks."""
    standing = _standing(who, reference)
    tab = _tab(request, who, standing, "proved")
    form = Proving(tab.posted, today=who.at.astimezone(LONDON).date())
    return _taken(
        request, standing, tab, form, "It is proved who asks",
        lambda: requests.prove(
            standing, form.cleaned_data["proved"], form.cleaned_data["how_proved"], who
        ),
        "The time to answer runs from this day, where it is later than the request.",
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def extended(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Take two more months, with the reason."""
    standing = _standing(who, reference)
    tab = _tab(request, who, standing, "extended")
    form = Why(tab.posted)
    return _taken(
        request, standing, tab, form, "Extend it by two months",
        lambda: requests.extend(standing, form.cleaned_data["why"], who),
        "Only where the request is complex, or one of several from the same person. Tell whoever "
        "asked, with the reason, within the first month.",
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def closed(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Close it without a release."""
    standing = _standing(who, reference)
    tab = _tab(request, who, standing, "closed")
    form = Why(tab.posted)
    return _taken(
        request, standing, tab, form, "Close it without giving a copy",
        lambda: requests.close(standing, form.cleaned_data["why"], who),
        "Nothing is held about the child, the request was taken back, or it is refused. Tell "
        "whoever asked why, and that they may complain to the Information Commissioner's Office.",
    )  # fmt: skip


@signed_in
@require_POST
def gathered(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Gather what is held now."""
    standing = _standing(who, reference)
    try:
        found = requests.gather(standing, who)
    except CannotDo as error:
        return _cannot(request, standing, error)
    if not found:
        return redirect("subject-request", reference=standing.request.reference)
    return redirect("subject-pieces", reference=standing.request.reference)


@signed_in
@require_safe
def pieces(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """What was gathered, thing by thing, piece by piece, with what is left out of each."""
    standing = _standing(who, reference)
    wanted = request.GET.get("show", "")
    waiting = {left.redaction.piece_id for left in standing.to_agree}
    chosen = [
        each for each in standing.pieces
        if wanted not in ("waiting", "left")
        or (each.pk in waiting if wanted == "waiting" else each.pk in standing.lefts)
    ]  # fmt: skip
    things = [list(rows) for _, rows in groupby(chosen, key=lambda each: each.item)]
    found = part_of(things, request.GET, at_once=SHOWN)
    return page(
        request, "subject_pieces", f"What is held, for request {standing.request.reference}",
        standing=standing, found=found, wanted=wanted, asked=standing.request,
        waiting=waiting, partnership_name=standing.request.partnership.name,
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def piece(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """One piece: leave words of it out, or take that back."""
    standing = _standing(who, reference)
    found = _piece(standing, number)
    tab = _tab(request, who, standing, f"pieces/{found.pk}")
    form = Covering(tab.posted, piece=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            requests.redact(standing, found, data.get("words", ""), form.chosen(), data["why"], who)
        except CannotDo as error:
            form.add_error(None, str(error))
        else:
            return redirect("subject-piece", reference=standing.request.reference, number=number)
    return page(
        request, "subject_piece", f"Piece {found.number}", tab=tab, form=form, piece=found,
        standing=standing, asked=standing.request, lefts=standing.lefts.get(found.pk, ()),
        given=standing.given(found), me=who.user, count=len(standing.pieces), reasons=REASONS,
        partnership_name=standing.request.partnership.name, status=422 if form.errors else 200,
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def redaction(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """One redaction: a second reader says whether they agree it; who made it takes it back."""
    standing = _standing(who, reference)
    left = _left(standing, number)
    back = left.redaction.piece.number
    tab = _tab(request, who, standing, f"redactions/{number}")
    form = SecondReading(tab.posted)
    is_own = left.redaction.by == who.user
    takes_back = request.method == "POST" and request.POST.get("action") == "back"
    if takes_back or (request.method == "POST" and form.is_valid()):
        says = Says.TAKEN_BACK if takes_back else Says(form.cleaned_data["says"])
        note = "" if takes_back else form.cleaned_data["note"]
        try:
            requests.say(standing, left, says, note, who)
        except CannotDo as error:
            if takes_back:
                return _cannot(request, standing, error)
            form.add_error(None, str(error))
        else:
            return redirect("subject-piece", reference=standing.request.reference, number=back)
    return page(
        request, "subject_redaction", "Is this to be left out?", tab=tab, form=form, left=left,
        standing=standing, asked=standing.request, is_own=is_own, piece=left.redaction.piece,
        reasons=REASONS, partnership_name=standing.request.partnership.name,
        status=422 if form.errors and not takes_back else 200,
    )  # fmt: skip


@signed_in
@require_POST
def read(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """The second reader has read the copy to be given, whole."""
    return _done(request, who, reference, lambda standing: releasing.second_reading(standing, who))


@signed_in
@require_POST
def released(request: HttpRequest, who: Viewer, reference: str) -> HttpResponse:
    """Freeze both copies."""
    return _done(request, who, reference, lambda standing: releasing.release(standing, who))


@signed_in
@require_POST
def copy(request: HttpRequest, who: Viewer, reference: str, what: str) -> HttpResponse:
    """A copy as a file. Asked for by POST, because the opening is written down."""
    standing = _standing(who, reference)
    written_as = way_asked_for(request)
    return hand_out_of(
        request, standing.request.reference,
        lambda: releasing.open_copy(standing, what, written_as, who),
    )  # fmt: skip


@signed_in
@require_POST
def enclosure(request: HttpRequest, who: Viewer, reference: str, number: int) -> HttpResponse:
    """A supporting document of what was gathered, as it came."""
    standing = _standing(who, reference)
    found = _piece(standing, number)
    return hand_out_of(
        request, standing.request.reference,
        lambda: releasing.open_enclosure(standing, found, who),
    )  # fmt: skip


def how(standing: Standing) -> tuple[str, str]:
    """How a request stands, in words, and the colour of its tag."""
    if standing.release is not None:
        return "Released", "govuk-tag--green"
    if standing.last(StepKind.CLOSED) is not None:
        return "Closed", "govuk-tag--grey"
    if not standing.is_proved:
        return "Not proved who asks", "govuk-tag--yellow"
    if not standing.pieces:
        return "To be gathered", "govuk-tag--yellow"
    if standing.to_agree:
        return "To be agreed", "govuk-tag--light-blue"
    if not releasing.is_read(standing):
        return "To be read", "govuk-tag--light-blue"
    return "To be released", "govuk-tag--turquoise"


def _partnership(slug: str) -> Partnership:
    """The partnership whose requests the viewer answers."""
    return Partnership.objects.get(slug=slug)


def _standing(who: Viewer, reference: str) -> Standing:
    return standing_of(request_for(who, reference))


def _tab(request: HttpRequest, who: Viewer, standing: Standing, where: str) -> Opened:
    kind = f"subject-access/{standing.request.reference}/{where}"
    return opened(request, Place(who.person, None, kind), who.at)


def _piece(standing: Standing, number: int) -> Piece:
    found = next((each for each in standing.pieces if each.number == number), None)
    if found is None:
        raise NotFound(number)
    return found


def _left(standing: Standing, number: int) -> Left:
    found = next((each for each in standing.redactions if each.redaction.pk == number), None)
    if found is None:
        raise NotFound(number)
    return found


def _may_read_second(standing: Standing, who: Viewer) -> bool:
    gathered = standing.last(StepKind.GATHERED)
    return (
        bool(standing.pieces) and not standing.to_agree and not standing.is_over
        and gathered is not None and gathered.by != who.user and not releasing.is_read(standing)
    )  # fmt: skip


def _taken(
    request: HttpRequest, standing: Standing, tab: Opened, form: PlainForm, title: str,
    does: Callable[[], object], intro: str,
) -> HttpResponse:  # fmt: skip
    """A page that asks something about a request as a whole, and does it."""
    if request.method == "POST" and form.is_valid():
        try:
            does()
        except CannotDo as error:
            form.add_error(None, str(error))
        else:
            return redirect("subject-request", reference=standing.request.reference)
    return page(
        request, "subject_step", title, tab=tab, form=form, standing=standing, intro=intro,
        asked=standing.request, partnership_name=standing.request.partnership.name,
        status=422 if form.errors else 200,
    )  # fmt: skip


def _done(
    request: HttpRequest, who: Viewer, reference: str, does: Callable[[Standing], object]
) -> HttpResponse:
    """A button about a request as a whole."""
    standing = _standing(who, reference)
    try:
        does(standing)
    except CannotDo as error:
        return _cannot(request, standing, error)
    return redirect("subject-request", reference=standing.request.reference)


def _cannot(request: HttpRequest, standing: Standing, error: CannotDo) -> HttpResponse:
    return page(
        request, "message", "This cannot be done yet", status=409,
        partnership_name=standing.request.partnership.name,
        lines=[str(error), f"Go back to request {standing.request.reference}."],
    )  # fmt: skip

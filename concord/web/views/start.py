"""The start page, signing in, and what anybody may read of a policy."""

from datetime import datetime, time

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from markupsafe import Markup

from concord.access.table import reviews_looks
from concord.cases.doorway import Viewer
from concord.directory.models import Partnership, Post, User
from concord.directory.questions import adoptions, emergency_contacts
from concord.policies.calendars import calendar_for
from concord.policies.drawing import draw
from concord.policies.library import liaison_officers, load
from concord.policies.register import register
from concord.policies.timing import clauses_by_limit, timeline
from concord.rules.clock import LONDON
from concord.web.asking import now, page, signed_in
from concord.web.counting import Shown, count, shown
from concord.web.errors import not_found
from concord.web.forms.start import DateCalculator, SignIn
from concord.web.raiser import adopt
from concord.web.sessions import let_in


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this is and is not; emergency first; choose the area."""
    return page(
        request, "start", "Raise a concern about a decision",
        partnerships=list(Partnership.objects.all()),
    )  # fmt: skip


@require_safe
def area(request: HttpRequest, slug: str) -> HttpResponse:
    """An area's policy in brief, its flow chart, whom to call, and a date calculator."""
    partnership = Partnership.objects.filter(slug=slug).first()
    if partnership is None:
        return not_found(request)
    loaded = load(partnership.policy_id)
    at = now()
    form = DateCalculator(request.GET or None)
    dates: list[tuple[str, str, object]] = []
    counts: list[Shown] = []
    calendar = calendar_for(loaded.policy.calendar)
    if request.GET and form.is_valid():
        begins = datetime.combine(
            form.cleaned_data["day"], form.cleaned_data["clock"] or time(9), LONDON
        )
        dates = [
            (clause, register()[clause].says if clause in register() else "", due)
            for clause, due in timeline(loaded, begins).items()
        ]
        counts = [
            shown(count(limit, begins, calendar), ", ".join(clauses), f"count-{place}")
            for place, (limit, clauses) in enumerate(clauses_by_limit(loaded).items())
        ]
    return page(
        request, "area", f"{partnership.name}: the policy in brief",
        partnership=partnership, partnership_name=partnership.name, loaded=loaded,
        chart=Markup(draw(loaded)), form=form, dates=dates, counts=counts,
        emergency=emergency_contacts(partnership, at, calendar),
        officers=liaison_officers(partnership.policy_id),
        liaison=next((each for each in loaded.file.offices if each.id == "slo"), None),
        adoptions=adoptions(partnership, at.astimezone(LONDON).date()),
        overdue=loaded.is_review_overdue(at.astimezone(LONDON).date()),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """By e-mail and password; in the demonstration, as anybody, in one step."""
    form = SignIn(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(
            request,
            username=form.cleaned_data["email"].lower(),
            password=form.cleaned_data["password"],
        )
        if user is not None:
            assert isinstance(user, User)
            let_in(request, user)
            adopt(request, user)
            return redirect(_onward(request))
        form.add_error(None, "No active account has this address and password. Check both.")
    people = _cast() if settings.DEMONSTRATION else []
    return page(
        request, "sign_in", "Sign in", form=form, cast=people,
        onward=request.GET.get("next", ""), ended=request.GET.get("ended"),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    return "/work"


def _cast() -> list[tuple[str, list[tuple[User, str]]]]:
    """The demonstration's people, by partnership: one entry each, with their posts."""
    found: dict[str, dict[User, list[str]]] = {}
    posts = Post.objects.select_related("user", "agency", "partnership").order_by(
        "partnership__name", "agency__name", "role"
    )
    for post in posts:
        if post.user is None:
            continue
        where = post.agency.name if post.agency else post.partnership.name
        title = f"{post.title or post.role}, {where}"
        found.setdefault(post.partnership.name, {}).setdefault(post.user, []).append(title)
    return [
        (name, [(user, "; ".join(titles)) for user, titles in people.items()])
        for name, people in found.items()
    ]


@require_POST
def sign_in_as(request: HttpRequest) -> HttpResponse:
    """In the demonstration alone: sign in as one of its people."""
    number = request.POST.get("person", "")
    user = User.objects.filter(pk=number).first() if number.isdecimal() else None
    if not settings.DEMONSTRATION or user is None:
        return not_found(request)
    let_in(request, user)
    adopt(request, user)
    return redirect(_onward(request))


@signed_in
@require_safe
def you(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Who is signed in, with which posts, and the way out."""
    posts = Post.objects.held(who.at.date()).filter(user=who.user)
    return page(request, "you", "Who you are signed in as", posts=list(posts),
                reviews_looks=bool(reviews_looks(who.held)))  # fmt: skip


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Signed out."""
    logout(request)
    return redirect("start")

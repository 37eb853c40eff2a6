"""Signing in by two steps, in the demonstration by one; and signing out."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from concord.directory.models import Agency, Post, User
from concord.web.asking import now, page
from concord.web.errors import not_found
from concord.web.forms.signing_in import SecondStep
from concord.web.forms.start import SignIn
from concord.web.raiser import adopt
from concord.web.sessions import let_in
from concord.web.signing_in import factors, passkeys, throttling
from concord.web.signing_in.factors import Kind
from concord.web.signing_in.providers import providers
from concord.web.signing_in.source import print_of, source_of
from concord.web.signing_in.steps import (
    HALF_IN,
    asks_for_two,
    half_in,
    has_two,
    known_in,
    onward,
    step_one,
)
from concord.web.signing_in.steps import sign_in as sign_in_wholly
from concord.web.signing_in.throttling import Door

WRONG = "No active account has this address and password. Check both."
TOO_MANY = (
    "There were too many wrong passwords for this address from here. Wait 15 minutes, or use a "
    "browser in which you signed in before. If you forgot the password, ask your administrator."
)
TOO_MANY_CODES = (
    "There were too many wrong codes from here. Wait 15 minutes, or use a browser in which you "
    "signed in before."
)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """By e-mail and password; in the demonstration, as anybody, in one step."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if request.method != "POST":
        half = half_in(request)
        if half is not None and not request.GET.get("again"):
            if wanted:
                request.session[HALF_IN] = {**request.session[HALF_IN], "onward": wanted}
            return redirect("second-step")
        request.session.pop(HALF_IN, None)
    form = SignIn(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = _by_password(request, form, now())
        if user is not None:
            return first_step_made(request, user, wanted)
    people = _cast() if settings.DEMONSTRATION else []
    return page(
        request, "sign_in", "Sign in", form=form, cast=people, onward=request.GET.get("next", ""),
        agencies=_agencies(), ended=request.GET.get("ended"), late=request.GET.get("late"),
        over=request.GET.get("over"), tells_codes=not settings.DEMONSTRATION,
        status=422 if form.errors else 200,
    )  # fmt: skip


def _by_password(request: HttpRequest, form: SignIn, at: datetime) -> User | None:
    """Who has this address and password, if one may try. Says on the form what was wrong.

    An address that nobody has takes as long, and is counted the same, as one that somebody has.
    """
    email = form.cleaned_data["email"].lower()
    about = print_of(email)
    attempt = throttling.begin(Door.PASSWORD, about, source_of(request, about), at)
    if attempt is None:
        form.add_error(None, TOO_MANY)
        return None
    user = authenticate(request, username=email, password=form.cleaned_data["password"])
    if not isinstance(user, User):
        form.add_error(None, WRONG)
        return None
    throttling.was_right(attempt)
    return user


def first_step_made(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    """Go on to the second step; where none is asked for, to where one wanted to go."""
    if asks_for_two():
        step_one(request, user, wanted)
        return redirect("second-step")
    let_in(request, user)
    adopt(request, user)
    return redirect(onward(request, wanted))


@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponseBase:
    """The second step: a code. Whoever has none set up does that first."""
    half = half_in(request)
    if half is None:
        return _nobody_half_in(request)
    if not factors.has_second_factor(half.user):
        return redirect("set-up-app")
    form = SecondStep(request.POST if request.method == "POST" else None)
    kind = proved_by(request, half.user, form, now()) if request.method == "POST" else None
    if kind is not None:
        sign_in_wholly(request, half.user, kind)
        return known_in(request, redirect(onward(request, half.onward)), half.user)
    return page(
        request, "second_step", "Prove that it is you", form=form, Kind=Kind,
        kinds=factors.kinds(half.user), options=passkeys.options_to_prove(request, half.user),
        status=422 if form.errors else 200,
    )  # fmt: skip


def proved_by(request: HttpRequest, user: User, form: SecondStep, at: datetime) -> Kind | None:
    """By what was sent proves who somebody is: a passkey or a code. Says what was wrong."""
    sent = request.POST.get("credential", "")
    if sent:
        is_right = passkeys.check(request, user, sent, at)
        about = print_of(user.email)
        throttling.keep(Door.PASSKEY, about, source_of(request, about), at, is_right)
        if is_right:
            return Kind.PASSKEY
        form.errors.clear()
        form.add_error(None, "The passkey did not prove it is you. Try again, or type a code.")
        return None
    return _by_code(request, user, form, at) if form.is_valid() else None


def _by_code(request: HttpRequest, user: User, form: SecondStep, at: datetime) -> Kind | None:
    """By what the code typed proves, if one may try. Says on the form what was wrong."""
    about = print_of(user.email)
    attempt = throttling.begin(Door.CODE, about, source_of(request, about), at)
    if attempt is None:
        form.add_error("code", TOO_MANY_CODES)
        return None
    kind = factors.check_code(user, form.cleaned_data["code"], at)
    if kind is None:
        form.add_error(
            "code",
            "This is not the code, or it was used already. Wait for the app's next code, and "
            "type that. Check that the clock of your telephone is right.",
        )
        return None
    throttling.was_right(attempt)
    return kind


def _nobody_half_in(request: HttpRequest) -> HttpResponse:
    """Whoever is signed in wholly goes to their work; whoever is not begins again."""
    if has_two(request):
        return redirect("work")
    return redirect("/sign-in?late=yes")


def _agencies() -> list[Agency]:
    """The agencies at which one can sign in."""
    return list(Agency.objects.filter(slug__in=providers()))


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
    return redirect(onward(request, request.POST.get("next", "")))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Signed out."""
    logout(request)
    return redirect("start")

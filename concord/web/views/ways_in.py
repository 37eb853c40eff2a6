"""How somebody signs in: their factors, recovery codes, password."""

import json

from allauth.mfa.utils import decrypt, encrypt
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from concord.cases.doorway import NotFound, Viewer
from concord.directory.models import User
from concord.web.asking import now, page, signed_in
from concord.web.errors import no_longer
from concord.web.forms.signing_in import NewPassword, PasskeyName, SettingUpApp
from concord.web.signing_in import factors, passkeys
from concord.web.signing_in.factors import Kind
from concord.web.signing_in.steps import asks_for_two, half_in, has_two, known_in
from concord.web.signing_in.steps import onward as onward_to
from concord.web.signing_in.steps import sign_in as sign_in_wholly
from concord.web.signing_in.telling import tell_changed
from concord.web.views.sessions import only_here

SECRET, CODES = "app_to_set_up", "recovery_codes"
"""In a session, encrypted: the secret of an app that is not set up yet; codes shown once."""


@require_http_methods(["GET", "HEAD", "POST"])
def set_up_app(request: HttpRequest) -> HttpResponseBase:
    """Set up an authenticator app: at the first sign-in, or in place of another one."""
    half = half_in(request)
    is_first = half is not None and not factors.has_second_factor(half.user)
    user = half.user if half is not None and is_first else _wholly_in(request)
    if user is None:
        return redirect("sign-in")
    form = SettingUpApp(request.POST if request.method == "POST" else None)
    secret = _secret(request)
    if request.method == "POST" and form.is_valid():
        if factors.add_app(user, secret, form.cleaned_data["code"], now()):
            del request.session[SECRET]
            return _is_set_up(request, user, half.onward if half and is_first else None, Kind.APP)
        form.add_error(
            "code",
            "This is not the code that the app shows now. Type the latest one. If it is wrong "
            "again, check that the clock of your telephone is right.",
        )
    address = factors.address_of_app(user, secret)
    return page(
        request, "set_up_app", "Set up your authenticator app", form=form, is_first=is_first,
        name=user.name, picture=factors.picture(address),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def set_up_passkey(request: HttpRequest) -> HttpResponseBase:
    """Set up a passkey: at the first sign-in, or beside what there is."""
    half = half_in(request)
    is_first = half is not None and not factors.has_second_factor(half.user)
    user = half.user if half is not None and is_first else _wholly_in(request)
    if user is None:
        return redirect("sign-in")
    form = PasskeyName(
        request.POST if request.method == "POST" else None, initial={"name": "This device"}
    )
    if request.method == "POST" and form.is_valid():
        sent, name = request.POST.get("credential", ""), form.cleaned_data["name"]
        if passkeys.set_up(request, user, name, sent, now()):
            wanted = half.onward if half and is_first else None
            return _is_set_up(request, user, wanted, Kind.PASSKEY)
        form.add_error(None, "The passkey could not be set up. Press the button to try again.")
    return page(
        request, "set_up_passkey", "Set up a passkey", form=form, is_first=is_first,
        options=passkeys.options_to_set_up(request, user), status=422 if form.errors else 200,
    )  # fmt: skip


@signed_in
@require_POST
def remove_passkey(request: HttpRequest, who: Viewer, number: int) -> HttpResponse:
    """A passkey signs in no more. The last second step there is cannot be removed."""
    if not any(each.pk == number for each in passkeys.mine(who.user)):
        raise NotFound(number)
    if Kind.APP not in factors.kinds(who.user) and len(passkeys.mine(who.user)) == 1:
        return no_longer(
            request, "This is your only second step",
            "Everyone signs in by two steps. Set up an authenticator app or another passkey "
            "first, then remove this one.",
            back="/you/ways-in", back_words="How you sign in",
        )  # fmt: skip
    passkeys.remove(who.user, number)
    _others_end(request, who.user, "a passkey was removed")
    return redirect("ways-in")


def _is_set_up(
    request: HttpRequest, user: User, wanted: str | None, kind: Kind
) -> HttpResponseBase:
    """An app or a passkey is set up. The first one comes with recovery codes, and signs in.

    `wanted`: where whoever signs in for the first time was going; None for whoever is in.
    """
    if wanted is None:
        if kind is Kind.APP:
            _others_end(request, user, "the authenticator app changed")
        else:
            _others_end(request, user, "a passkey was added")
        return redirect("ways-in")
    return first_factor(request, user, kind, wanted)


def first_factor(request: HttpRequest, user: User, kind: Kind, wanted: str) -> HttpResponseBase:
    """The first factor is set up: signed in by it, and shown recovery codes."""
    sign_in_wholly(request, user, kind)
    _show_once(request, factors.new_recovery_codes(user), onward_to(request, wanted))
    tell_changed(user, "a second step of signing in was set up", now())
    return known_in(request, redirect("recovery-codes"), user)


@signed_in
@require_safe
def ways_in(request: HttpRequest, who: Viewer) -> HttpResponse:
    """What somebody signs in with."""
    return page(
        request, "ways_in", "How you sign in", asks=asks_for_two(), kinds=factors.kinds(who.user),
        left=factors.recovery_codes_left(who.user), Kind=Kind, passkeys=passkeys.mine(who.user),
        has_password=who.user.has_usable_password(),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest, who: Viewer) -> HttpResponse:
    """New recovery codes, shown once."""
    if request.method == "POST" and asks_for_two():
        _show_once(request, factors.new_recovery_codes(who.user), "/you/ways-in")
        _others_end(request, who.user, "the recovery codes changed")
        return redirect("recovery-codes")
    kept = request.session.pop(CODES, "")
    if not kept:
        return redirect("ways-in")
    shown, then = json.loads(decrypt(kept))
    return page(
        request, "recovery_codes", "Keep your recovery codes", shown=shown,
        then=onward_to(request, then),
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Another password. Every other session ends."""
    form = NewPassword(request.POST if request.method == "POST" else None, user=who.user)
    if request.method == "POST" and form.is_valid():
        if not who.user.check_password(form.cleaned_data["password"]):
            form.add_error("password", "This is not your password now.")
        else:
            who.user.set_password(form.cleaned_data["password_new"])
            who.user.save(update_fields=["password"])
            _others_end(request, who.user, "the password changed")
            return redirect("ways-in")
    return page(
        request, "change_password", "Change your password", form=form,
        has_password=who.user.has_usable_password(), status=422 if form.errors else 200,
    )  # fmt: skip


def _others_end(request: HttpRequest, user: User, what: str) -> None:
    """A way of signing in was changed: other sessions end, this goes on, and a mail says so."""
    only_here(request, user)
    tell_changed(user, what, now())


def _wholly_in(request: HttpRequest) -> User | None:
    user = request.user
    return user if isinstance(user, User) and has_two(request) else None


def _secret(request: HttpRequest) -> str:
    """The secret that is being set up: the same for as long as the page is tried."""
    if SECRET not in request.session:
        request.session[SECRET] = encrypt(factors.new_secret())
    return str(decrypt(request.session[SECRET]))


def _show_once(request: HttpRequest, shown: list[str], then: str) -> None:
    request.session[CODES] = encrypt(json.dumps([shown, then]))

"""Signing in at one's own agency: going there, and coming back."""

import logging
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from concord.directory.identities import NotTheirs, identified
from concord.directory.models import User
from concord.web.asking import now, page
from concord.web.errors import not_found
from concord.web.signing_in import throttling
from concord.web.signing_in.factors import Kind
from concord.web.signing_in.openid import Refused, Said, begin, finish
from concord.web.signing_in.providers import provider_of
from concord.web.signing_in.source import print_of, source_of
from concord.web.signing_in.steps import (
    FRESH,
    asks_for_two,
    has_two,
    known_in,
    onward,
    prove,
    sign_in,
)
from concord.web.signing_in.throttling import Door
from concord.web.views.signing_in import first_step_made

log = logging.getLogger(__name__)


@require_safe
def to_agency(request: HttpRequest, slug: str) -> HttpResponseBase:
    """On to the agency. Whoever is signed in proves again there that it is they."""
    provider = provider_of(slug)
    if provider is None:
        return not_found(request)
    wanted = request.GET.get("next", "")
    try:
        return redirect(begin(request, provider, wanted, again=has_two(request)))
    except Refused as why:
        return _refused(request, slug, why)


@require_safe
def back(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Back from the agency: signed in, or told why not."""
    provider = provider_of(slug)
    if provider is None:
        return not_found(request)
    try:
        said = finish(request, provider)
        user = identified(slug, provider.domains, provider.issuer, said.subject, said.email, now())
        answer = (_proved_again if said.is_again else _signed_in)(request, said, user)
    except (Refused, NotTheirs) as why:
        return _refused(request, slug, why)
    _keep(request, print_of(user.email), is_right=True)
    return answer


def _keep(request: HttpRequest, about: str, is_right: bool) -> None:
    throttling.keep(Door.AGENCY, about, source_of(request, about), now(), is_right)


def _signed_in(request: HttpRequest, said: Said, user: User) -> HttpResponseBase:
    """Wholly, where the agency may stand for both steps and says that it asked for two."""
    if asks_for_two() and said.provider.asks_for_two and said.has_two:
        sign_in(request, user, Kind.AGENCY)
        return known_in(request, redirect(onward(request, said.onward)), user)
    return first_step_made(request, user, said.onward)


def _proved_again(request: HttpRequest, said: Said, user: User) -> HttpResponse:
    """Raises Refused if it is somebody else, or the agency did not ask anew for two."""
    if request.user != user:
        raise Refused("Your agency signed in somebody else than who is signed in here.")
    if not (said.provider.asks_for_two and said.has_two):
        raise Refused("Your agency did not ask you for two steps.")
    if not _is_recent(said.signed_in, now()):
        raise Refused("Your agency did not ask you again to prove that it is you.")
    prove(request, Kind.AGENCY)
    return redirect(onward(request, said.onward))


def _is_recent(signed_in: int, at: datetime) -> bool:
    return abs(at.timestamp() - signed_in) < FRESH


def _refused(request: HttpRequest, slug: str, why: Exception) -> HttpResponse:
    _keep(request, slug, is_right=False)
    # the agency and the reason, which says nothing of the person
    log.warning("Signing in at %s was refused: %s", slug, why)
    return page(
        request, "message", "Your agency's sign-in could not be used", status=403,
        lines=[
            str(why),
            "Try again. If it goes on, sign in with your password, or tell your agency's "
            "computer help desk and your administrator what stands above.",
        ],
        back="/sign-in", back_words="Sign in",
    )  # fmt: skip

"""Tokens by which a program reads as its person: made and shown once, listed, ended."""

from datetime import timedelta

from allauth.mfa.utils import decrypt, encrypt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from concord.cases.doorway import Viewer
from concord.cases.drafts import Place
from concord.directory import tokens as kept
from concord.web.asking import page, signed_in
from concord.web.forms.signing_in import NewToken
from concord.web.keeping import opened
from concord.web.signing_in.telling import tell_of_token

MADE = "token_made"
"""In a session, encrypted: a token that was just made, to be shown once."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest, who: Viewer) -> HttpResponse:
    """Somebody's tokens, and a new one."""
    tab = opened(request, Place(who.person, None, "you/tokens"), who.at)
    form = NewToken(tab.posted)
    if request.method == "POST" and form.is_valid():
        lasts = timedelta(days=int(form.cleaned_data["days"]))
        try:
            made = kept.make(who.user, form.cleaned_data["name"], lasts, who.at)
        except kept.TooMany:
            form.add_error(
                None, f"You have {kept.MOST} tokens, as many as one person may have. End one first."
            )
        else:
            request.session[MADE] = encrypt(made)
            tell_of_token(who.user, who.at + lasts, who.at)
            return redirect("tokens")
    # a look ahead is not shown it: the one time is for the page itself
    shown = request.session.pop(MADE, "") if request.method == "GET" else ""
    return page(
        request, "tokens", "Programs that read as you", tab=tab, form=form,
        made=decrypt(shown) if shown else "", found=list(kept.of(who.user, who.at)),
        status=422 if form.errors else 200,
    )  # fmt: skip


@signed_in
@require_POST
def end(request: HttpRequest, who: Viewer, number: int) -> HttpResponse:
    """A token opens nothing from now on. What is over already stays so: the list is shown."""
    kept.end(who.user, number)
    return redirect("tokens")

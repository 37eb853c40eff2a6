"""Proving again that it is you, and going on to what asked for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from concord.cases.doorway import Viewer
from concord.directory.models import Agency
from concord.web.asking import page, signed_in
from concord.web.forms.signing_in import SecondStep
from concord.web.signing_in import passkeys
from concord.web.signing_in.factors import Kind
from concord.web.signing_in.fresh import asked_of, to_prove, waiting
from concord.web.signing_in.providers import providers
from concord.web.signing_in.steps import SECOND, asks_for_two, is_fresh, onward, prove
from concord.web.views.signing_in import proved_by


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def prove_again(request: HttpRequest, who: Viewer) -> HttpResponse:
    """A code or a passkey; then what goes on. Whoever proved just now goes on at once."""
    wanted, key = onward(request, request.GET.get("next", "")), request.GET.get("sent", "")
    if not asks_for_two() or is_fresh(request):
        return _go_on(request, wanted, key)
    form = SecondStep(request.POST if request.method == "POST" else None)
    kind = proved_by(request, who.user, form, who.at) if request.method == "POST" else None
    if kind is not None:
        prove(request, kind)
        return redirect(to_prove(wanted, key))
    asks = asked_of(wanted)
    return page(
        request, "prove_again", "Prove again that it is you", form=form,
        what=asks.what if asks else "", kept=waiting(request, key) is not None,
        agencies=_agencies(request, who), onward=to_prove(wanted, key),
        options=passkeys.options_to_prove(request, who.user), status=422 if form.errors else 200,
    )  # fmt: skip


def _go_on(request: HttpRequest, wanted: str, key: str) -> HttpResponse:
    sent = waiting(request, key)
    asks = asked_of(wanted)
    if sent is None and not (asks is not None and asks.gives_file):
        return redirect(wanted)
    return page(
        request, "go_on", "You have proved that it is you", sent=sent, wanted=wanted,
        what=asks.what if asks else "", back=wanted,
        typed=[value for name, value in sent.fields if name != "page" and value.strip()]
        if sent is not None and sent.had_files else [],
    )  # fmt: skip


def _agencies(request: HttpRequest, who: Viewer) -> list[Agency]:
    """The agency by which whoever asks is signed in: there they can prove it too."""
    if request.session.get(SECOND) != Kind.AGENCY:
        return []
    slugs = {post.agency for post in who.held if post.agency in providers()}
    return list(Agency.objects.filter(slug__in=slugs))

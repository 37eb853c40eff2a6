"""What asks for a fresh proof: the one table, and how it is asked for without losing a word.

Whoever sits down at a colleague's unlocked screen is that colleague to every page. So before what
cannot be called back, somebody proves again that it is they, unless they did within ten minutes.
"""

import json
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from allauth.mfa.utils import decrypt, encrypt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from concord.directory.models import User
from concord.web.keeping import receive
from concord.web.signing_in.steps import asks_for_two, is_fresh

SENT = "sent_before_proof"
"""In a session: what was sent before the proof, encrypted; by a chance name."""
NOT_SENT_AGAIN = "csrfmiddlewaretoken"
KEPT_FOR = 30 * 60
"""Seconds for which what was sent waits for the proof; a page that keeps words, keeps them on."""


@dataclass(frozen=True, slots=True)
class Asks:
    """What a route asks a fresh proof for, in words after "Prove again that it is you,"."""

    what: str
    gives_file: bool = False
    """Whether opening it gives a file, and no page."""


NEEDS_FRESH_PROOF: dict[str, Asks] = {
    "agency-log": Asks("to take the agency's log out of Concord as a file", gives_file=True),
    "partnership-log": Asks(
        "to take the partnership's log out of Concord as a file", gives_file=True
    ),
    "bundle-open": Asks("to take a case out of Concord as a file"),
    "form-open": Asks("to take a case's form out of Concord as a file"),
    "subject-copy": Asks("to take a copy of what is held on a child out of Concord"),
    "subject-document": Asks("to take a document held on a child out of Concord"),
    "subject-released": Asks("to release what is held on a child"),
    "retention-propose": Asks("to propose that a case is disposed of"),
    "retention-approve": Asks("to dispose of a case"),
    "emergency": Asks("to open a case in an emergency"),
    "cover": Asks("to set who covers a post"),
    "cover-end": Asks("to end somebody's cover of a post"),
    "holder": Asks("to say who holds a post next"),
    "word-template": Asks("to put a Word template in force"),
    "word-template-own": Asks("to put Concord's own layout in force"),
    "word-template-version": Asks("to put a Word template in force"),
    "set-up-app": Asks("to set up an authenticator app"),
    "set-up-passkey": Asks("to set up a passkey"),
    "passkey-remove": Asks("to remove a passkey"),
    "ways-in": Asks("to see and change how you sign in"),
    "recovery-codes": Asks("to make new recovery codes"),
    "change-password": Asks("to change your password"),
    "sessions": Asks("to see where you are signed in"),
    "end-session": Asks("to sign out in another browser"),
    "end-sessions": Asks("to sign out everywhere else"),
    "tokens": Asks("to see and make tokens by which a program reads as you"),
    "token-end": Asks("to end a token"),
}
"""By the name of the route in `concord/web/urls.py`. A route added here asks from then on."""


def asked_of(address: str) -> Asks | None:
    """What an address of this service asks a proof for; None if it asks for none."""
    try:
        name = resolve(address.partition("?")[0]).url_name
    except Resolver404:
        return None
    return NEEDS_FRESH_PROOF.get(name or "")


def proof_first(request: HttpRequest) -> HttpResponse | None:
    """Where to prove that it is they, if this has to be first; None if the view may answer.

    What was sent waits, and is sent on by one press of a button after the proof.
    """
    user = request.user
    if not (asks_for_two() and isinstance(user, User)) or asked_of(request.path_info) is None:
        return None
    if is_fresh(request):
        if request.method == "POST":
            _forget(request)
        return None
    if request.method != "POST":
        return redirect(to_prove(request.get_full_path()))
    receive(request, user.pk, timezone.now())
    key = _wait(request)
    return redirect(to_prove(request.get_full_path(), key))


def to_prove(wanted: str, key: str = "") -> str:
    """The address of the page that asks for a proof, and then goes on to the address wanted."""
    asked = {"next": wanted, **({"sent": key} if key else {})}
    return f"{reverse('prove-again')}?{urlencode(asked)}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was sent before the proof: where to, field by field; and whether files were with it."""

    address: str
    fields: list[tuple[str, str]]
    had_files: bool


def waiting(request: HttpRequest, key: str) -> Waiting | None:
    """What waits under a name; None if nothing does, or it is older than half an hour."""
    kept = request.session.get(SENT, {}).get(key)
    if not isinstance(kept, dict) or time.time() - kept["at"] > KEPT_FOR:
        return None
    fields = [(str(name), str(value)) for name, value in json.loads(decrypt(kept["fields"]))]
    return Waiting(kept["address"], fields, bool(kept["files"]))


def _wait(request: HttpRequest) -> str:
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != NOT_SENT_AGAIN
    ]
    at = int(time.time())
    kept = request.session.get(SENT, {})
    kept = {key: each for key, each in kept.items() if at - each["at"] <= KEPT_FOR}
    key = secrets.token_urlsafe(8)
    kept[key] = {
        "at": at, "address": request.get_full_path(), "files": bool(request.FILES),
        "fields": encrypt(json.dumps(fields)),
    }  # fmt: skip
    request.session[SENT] = kept
    return key


def _forget(request: HttpRequest) -> None:
    """What waited for this address is sent now."""
    kept = request.session.get(SENT)
    if kept:
        here = request.get_full_path()
        request.session[SENT] = {k: each for k, each in kept.items() if each["address"] != here}

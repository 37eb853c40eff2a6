"""The browsers in which somebody is signed in: listed for them, and ended one by one."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth import HASH_SESSION_KEY
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from concord.directory.models import Session, User
from concord.web.sessions import BROWSER, SEEN, SINCE, ends
from concord.web.signing_in.browsers import UNKNOWN


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser in which somebody is signed in; times are aware."""

    mark: str
    """What it goes by in an address; whoever knows it is not signed in by that."""
    browser: str
    since: datetime
    seen: datetime
    """When something was done in it last, to within some minutes."""
    is_this: bool


def signed_in(request: HttpRequest, user: User, at: datetime) -> list[SignedIn]:
    """Where somebody is signed in at `at` (aware): this browser first, then what was used last."""
    mine = user.get_session_auth_hash()
    found = []
    for row in Session.objects.filter(user=user, expire_date__gt=at):
        held = row.get_decoded()
        known = SEEN in held and SINCE in held
        # a session of before a change of password is over, although its row is still there
        if not known or not constant_time_compare(held.get(HASH_SESSION_KEY, ""), mine):
            continue
        if ends(held) <= at.timestamp():
            continue
        found.append(
            SignedIn(
                _mark(row.session_key), held.get(BROWSER, UNKNOWN),
                datetime.fromtimestamp(held[SINCE], UTC), datetime.fromtimestamp(held[SEEN], UTC),
                row.session_key == request.session.session_key,
            )
        )  # fmt: skip
    return sorted(found, key=lambda each: (not each.is_this, -each.seen.timestamp()))


def end(request: HttpRequest, user: User, mark: str) -> bool:
    """End another session of somebody; whether there was one of this mark. This one stays."""
    for row in Session.objects.filter(user=user).exclude(session_key=request.session.session_key):
        if constant_time_compare(_mark(row.session_key), mark):
            # the row is asked for again: a session that was saved meanwhile ends all the same
            return bool(Session.objects.filter(pk=row.pk).delete()[0])
    return False


def _mark(key: str) -> str:
    """Keyed by the instance's secret: the key itself, which signs in, stands in no address."""
    return salted_hmac("concord.sessions", key, algorithm="sha256").hexdigest()[:32]

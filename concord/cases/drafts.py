"""Drafts: what somebody has typed and not sent. Nothing typed is lost."""

from datetime import datetime, timedelta
from typing import Any

from concord.cases.models import Case, Draft
from concord.directory.models import User

CARRIED = ("seen", "key", "override")
NOBODYS = timedelta(days=7)
"""How long a draft is kept whose writer has not proved their address."""


def of_act(user: User, case: Case, act: str) -> Draft | None:
    """The draft that somebody has of an act on a case."""
    return Draft.objects.filter(user=user, case=case, kind=act).first()


def keep_act(user: User, case: Case, act: str, typed: dict[str, Any], at: datetime) -> None:
    """Keep what was typed of an act; the latest typing replaces an earlier one."""
    data = {name: value for name, value in typed.items() if name not in CARRIED}
    Draft.objects.update_or_create(
        user=user, case=case, kind=act, defaults={"data": data, "updated": at}
    )


def drop_act(user: User, case: Case, act: str) -> None:
    """The act is recorded: its draft has served."""
    Draft.objects.filter(user=user, case=case, kind=act).delete()


def begin_raising(user: User | None, at: datetime, begun: dict[str, Any] | None = None) -> Draft:
    """A new draft of a concern; `begun` is what is known of it. Without a user: a first time.

    Drafts of nobody that lie untouched are removed: what they hold is about a child.
    """
    if user is None:
        Draft.objects.filter(user=None, updated__lt=at - NOBODYS).delete()
    draft = Draft.objects.create(user=user, kind="raise", updated=at)
    draft.data = {**(begun or {}), "token": draft.token}
    draft.save(update_fields=["data"])
    return draft


def raising(user: User | None, token: str) -> Draft | None:
    """Somebody's own draft of a concern, by its token; nobody's, where the user is None."""
    return Draft.objects.filter(user=user, kind="raise", token=token).first()


def answer(draft: Draft, step: str, typed: dict[str, Any], at: datetime) -> None:
    """Keep the answer to one question of a concern."""
    draft.data = {**draft.data, step: typed}
    draft.updated = at
    draft.save(update_fields=["data", "updated"])


def give(draft: Draft, user: User) -> None:
    """A draft that was nobody's is this person's from now on."""
    draft.user = user
    draft.save(update_fields=["user"])

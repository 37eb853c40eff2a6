"""Drafts: what somebody has typed and not sent. Nothing typed is lost."""

from datetime import datetime
from typing import Any

from concord.cases.models import Case, Draft
from concord.directory.models import User

CARRIED = ("seen", "key", "override")


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


def begin_raising(user: User, at: datetime) -> Draft:
    """A new draft of a concern."""
    draft = Draft.objects.create(user=user, kind="raise", updated=at)
    draft.data = {"token": draft.token}
    draft.save(update_fields=["data"])
    return draft


def raising(user: User, token: str) -> Draft | None:
    """Somebody's own draft of a concern, by its token."""
    return Draft.objects.filter(user=user, kind="raise", token=token).first()


def answer(draft: Draft, step: str, typed: dict[str, Any], at: datetime) -> None:
    """Keep the answer to one question of a concern."""
    draft.data = {**draft.data, step: typed}
    draft.updated = at
    draft.save(update_fields=["data", "updated"])

"""Asks a newcomer's agency whether it knows them: a notice to each who owes the answer."""

from datetime import datetime

from django.conf import settings

from concord.cases.models import Case
from concord.directory.arrivals import who_confirms
from concord.directory.models import Newcomer
from concord.notifications.models import Kind, MailState, Notice
from concord.rules.words import Act, House

WHAT = "Confirm that you know the person who raised this concern"


def ask_to_confirm(newcomer: Newcomer, reference: str, at: datetime) -> list[Notice]:
    """Tell whoever owes the answer, once for each case. `at` is an aware datetime."""
    case = Case.objects.get(reference=reference)
    mails = settings.CONCORD_MAIL != "none"
    made = []
    for post in who_confirms(newcomer, at):
        assert post.user is not None
        notice, is_new = Notice.objects.get_or_create(
            key=f"newcomer:{newcomer.pk}:{case.pk}:{post.user.pk}",
            defaults={
                "kind": Kind.ACT, "act": Act.RAISE, "case": case, "recipient": post.user,
                "post": f"{post.role}@raising" if post.agency_id else post.role,
                "clause": House.WHO_MAY_ACT, "told": at,
                "owes": [{"clause": House.WHO_MAY_ACT, "what": WHAT, "due": ""}],
                "state": MailState.WAITING if mails else MailState.NONE,
                "not_before": at if mails else None,
            },
        )  # fmt: skip
        if is_new:
            made.append(notice)
    return made

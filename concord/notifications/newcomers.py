"""Asks a newcomer's agency whether it knows them: a notice to each who owes the answer.

Where it does not, the business manager is told at once.
"""

from datetime import datetime

from django.conf import settings

from concord.cases.models import Case
from concord.directory.arrivals import UNIT, who_confirms
from concord.directory.models import Newcomer
from concord.directory.questions import holders
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
                "clause": House.KNOWN_BEFORE_GOING_UP, "told": at,
                "owes": [{"clause": House.KNOWN_BEFORE_GOING_UP, "what": WHAT, "due": ""}],
                "state": MailState.WAITING if mails else MailState.NONE,
                "not_before": at if mails else None,
            },
        )  # fmt: skip
        if is_new:
            made.append(notice)
    return made


SAYS = (
    "Their access has ended. The concern stays open, for it may be true: what they owed in it has "
    "come to the next tier of their agency. Somebody may be using an address of that agency."
)


def tell_of_unknown(newcomer: Newcomer, at: datetime) -> list[Notice]:
    """Tell the business manager at once of each case of somebody whom their agency does not know.

    `at` is an aware datetime. Asked twice it tells nothing twice.
    """
    mails = settings.CONCORD_MAIL != "none"
    post, made = newcomer.post, []
    cases = Case.objects.filter(brought__user=post.user, partnership=post.partnership).distinct()
    for case in cases.order_by("id"):
        for unit in holders(UNIT, post.partnership, at):
            notice, is_new = Notice.objects.get_or_create(
                key=f"unknown:{newcomer.pk}:{case.pk}:{unit.user_id}",
                defaults={
                    "kind": Kind.UNKNOWN, "case": case, "recipient": unit.user, "post": unit.role,
                    "instead": SAYS, "urgent": True, "told": at,
                    "state": MailState.WAITING if mails else MailState.NONE,
                    "not_before": at if mails else None,
                },
            )  # fmt: skip
            if is_new:
                made.append(notice)
    return made

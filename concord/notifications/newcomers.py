"""Asks a newcomer's agency whether it knows them: a notice to each who owes the answer.

Where it does not, the business manager is told at once.
"""

from datetime import datetime

from concord.cases.models import Case
from concord.directory.arrivals import UNIT, who_confirms
from concord.directory.models import Newcomer
from concord.directory.questions import holders
from concord.notifications.models import Kind
from concord.notifications.once import tell_once
from concord.rules.words import Act, House

WHAT = "Confirm that you know the person who raised this concern"


def ask_to_confirm(newcomer: Newcomer, reference: str, at: datetime) -> None:
    """Tell whoever owes the answer, once for each case. `at` is an aware datetime."""
    case = Case.objects.get(reference=reference)
    for post in who_confirms(newcomer, at):
        assert post.user is not None
        tell_once(
            f"newcomer:{newcomer.pk}:{case.pk}:{post.user.pk}", Kind.ACT, post.user, at,
            act=Act.RAISE, case=case, post=f"{post.role}@raising" if post.agency_id else post.role,
            clause=House.KNOWN_BEFORE_GOING_UP,
            owes=[{"clause": House.KNOWN_BEFORE_GOING_UP, "what": WHAT, "due": ""}],
        )  # fmt: skip


SAYS = (
    "Their access has ended. The concern stays open, for it may be true: what they owed in it has "
    "come to the next tier of their agency. Somebody may be using an address of that agency."
)


def tell_of_unknown(newcomer: Newcomer, at: datetime) -> None:
    """Tell the business manager at once of each case of somebody whom their agency does not know.

    `at` is an aware datetime. Asked twice it tells nothing twice.
    """
    post = newcomer.post
    cases = Case.objects.filter(brought__user=post.user, partnership=post.partnership).distinct()
    for case in cases.order_by("id"):
        for unit in holders(UNIT, post.partnership, at):
            tell_once(
                f"unknown:{newcomer.pk}:{case.pk}:{unit.user_id}", Kind.UNKNOWN, unit.user, at,
                case=case, post=unit.role, instead=SAYS, urgent=True,
            )  # fmt: skip

"""What was told of a case to the wrong recipient is withdrawn, and the breach is told of.

In the caller's transaction with the call-back itself.
"""

from collections.abc import Iterable

from concord.access.table import REVIEW_LOOKS
from concord.cases.calling_back import Recipient, shut_out
from concord.cases.doorway import Look
from concord.cases.models import Registered
from concord.directory.models import User
from concord.directory.questions import holders
from concord.looks.models import Kind as Looked
from concord.looks.models import Seen
from concord.notifications.models import Kind, MailState, Notice
from concord.notifications.once import tell_once
from concord.notifications.recipients import Directory, people
from concord.rules.dates import moment
from concord.rules.who import Who

OPENS = (Looked.CASE, Looked.DOCUMENT, Looked.EXPORT, Looked.ACT)


def looked_at(look: Look, to: Recipient) -> str:
    """Whether what a recipient got was opened, and when, in words: from who has looked."""
    if to.label.startswith("invitation:"):
        found = Seen.objects.filter(
            cases__case=look.case, user=None, refused=False, who__startswith=f"{to.name}, "
        )
    elif to.people:
        found = Seen.objects.filter(
            cases__case=look.case, user__in=to.people, refused=False, kind__in=OPENS
        )
    else:
        return "Not known for everybody: see who has looked"
    every = list(found.distinct().order_by("at").values_list("at", "kind"))
    if not every:
        return "Not opened until then"
    documents = sum(kind == Looked.DOCUMENT for _, kind in every)
    also = f", documents {documents} times" if documents else ""
    first, last = moment(every[0][0]), moment(every[-1][0])
    return f"Opened {len(every)} times{also}: first {first}, last {last}"


def withdraw_notices(look: Look, line: Registered) -> int:
    """Stop the mail to whom the case is shut now, and replace what they were told. How many."""
    told = User.objects.filter(notices__case=look.case).distinct()
    shut = shut_out(look, line.label, told, line.at)
    mine = Notice.objects.filter(case=look.case, recipient__in=shut)
    mine.filter(state=MailState.WAITING).update(state=MailState.SPARED, lease="")
    return mine.update(
        kind=Kind.CALLED_BACK, act="", rung="", clause="", owes=[], instead="", entry=None,
        urgent=False, read=None,
    )  # fmt: skip


def tell_of_breach(look: Look, line: Registered) -> None:
    """Tell the business manager, the data protection officer, and the sender's own leads."""
    for post, user in dict.fromkeys(_to(look, line)):
        tell_once(
            f"breach:{line.pk}:{user.pk}", Kind.BREACH, user, line.at, case=look.case, post=post,
            rung=str(line.pk), urgent=True,
        )  # fmt: skip


def _to(look: Look, line: Registered) -> Iterable[tuple[str, User]]:
    for role in REVIEW_LOOKS:
        for post in holders(role, look.case.partnership, line.at):
            if post.user is not None:
                yield role, post.user
    raising = look.state.parties.raising
    side = next(side for side, agency in look.state.parties.sides if agency == raising)
    seat = Who("safeguarding_lead", side, raising)
    for told in people(Directory(line.at), look.case, look.state.policy, seat, ()):
        if told.user is not None:
            yield look.state.parties.label(seat), told.user


def was_told(line: int, user: User) -> bool:
    """Whether somebody was told of a breach (its number)."""
    return Notice.objects.filter(key=f"breach:{line}:{user.pk}").exists()

"""Invitations of outsiders: one professional, one question, one answer, and then they leave.

The link goes by mail, names the invitation and opens nothing. What opens it is the code, which is
said by telephone, works once, expires, and takes few wrong tries. Nobody who holds both sees more
of the case than the words written for them.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from concord.access.table import Doing
from concord.cases.doorway import Look, NotFound, Viewer
from concord.cases.ledger import Answer, Done, act
from concord.cases.models import Invitation
from concord.directory import codes
from concord.directory.codes import Purpose, Tried
from concord.rules.dates import moment
from concord.rules.record import Record
from concord.rules.who import OUTSIDER, Who
from concord.rules.words import Act

LASTS = timedelta(days=7)
"""How long an invitation stands."""
CODE_LASTS = timedelta(hours=24)
"""How long a code that was read out opens it, once; never longer than the invitation."""
DIGITS = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom somebody asks, what, and what they are shown of the case."""

    name: str
    post: str
    """Their post and place: "General practitioner, Orchard Surgery"."""
    email: str
    question: str
    shown: str


def invite(look: Look, who: Viewer, seat: Who, asked: Asked, key: str) -> Answer:
    """Record that somebody is asked, and open the invitation with it: both, or neither."""
    record = Record(
        n=0, at=who.at, written=who.at, by=seat, act=Act.NOTIFY, to=(OUTSIDER,), key=key,
        written_by=str(who.person),
        text={
            "invitation": f"{asked.name}, {asked.post}", "asked": asked.question,
            "shown": asked.shown, "until": moment(who.at + LASTS), "user": str(who.person),
            "by_name": who.user.name,
        },
    )  # fmt: skip
    with transaction.atomic():
        answer = act(look.case.reference, record, who.user)
        if isinstance(answer, Done) and not answer.repeated:
            Invitation.objects.create(
                case=look.case, number=answer.case.last_sequence, invited_by=who.user,
                name=asked.name, post=asked.post, email=asked.email, made=who.at,
                expires=who.at + LASTS,
            )  # fmt: skip
    return answer


def of_case(look: Look, who: Viewer) -> QuerySet[Invitation]:
    """The invitations that the viewer looks after: their own, or all for the business unit."""
    found = Invitation.objects.filter(case=look.case).select_related("invited_by")
    if look.can(Doing.WRITE_FOR_OTHERS):
        return found
    return found.filter(invited_by=who.user)


def looked_after(look: Look, who: Viewer, number: int) -> Invitation:
    """One of them, by the number of its record. Raises NotFound."""
    found = of_case(look, who).filter(number=number).first()
    if found is None:
        raise NotFound(str(number))
    return found


def new_link(invitation: Invitation) -> str:
    """A new token for the link, in place of any earlier one. Only its hash is kept."""
    token = secrets.token_urlsafe(32)
    invitation.digest = digest_of(token)
    invitation.save(update_fields=["digest"])
    return token


def new_code(invitation: Invitation, at: datetime, place: str) -> str:
    """A new code to read out, in place of any earlier one. Raises codes.TooMany."""
    lasts = min(CODE_LASTS, invitation.expires - at)
    return codes.make(
        Purpose.INVITATION, _about(invitation), at, lasts, place=place, digits=DIGITS
    )  # fmt: skip


def by_token(token: str) -> Invitation | None:
    """The invitation that a link leads to, whether it stands or not."""
    found = Invitation.objects.filter(digest=digest_of(token))
    return found.select_related("case__partnership", "invited_by").first()


def digest_of(token: str) -> str:
    """A link's token, hashed. It is long and random: no key is needed, and none could be tried."""
    return hashlib.sha256(token.encode()).hexdigest()


def try_code(invitation: Invitation, typed: str, at: datetime, place: str) -> Tried:
    """Whether this code opens it: once, in one browser, which stays open as a session does."""
    return codes.attempt(Purpose.INVITATION, _about(invitation), typed, at, place=place)


def has_code(invitation: Invitation, at: datetime) -> bool:
    """Whether a code that was made to be read out still opens it."""
    return codes.is_open(Purpose.INVITATION, _about(invitation), at)


def question_of(invitation: Invitation, records: tuple[Record, ...]) -> Record:
    """The record by which it was made: what was asked, and what is shown."""
    return next(record for record in records if record.n == invitation.number)


def answer_to(invitation: Invitation, records: tuple[Record, ...]) -> dict[str, str]:
    """The words of the answer to an invitation that was answered."""
    return next(
        dict(each.text)
        for each in records
        if each.act is Act.ADVISE and each.by == OUTSIDER and each.of == invitation.number
    )


def answer(invitation: Invitation, name: str, post: str, advice: str, at: datetime) -> Answer:
    """Record the answer and close the invitation: both, or neither. Answered once."""
    record = Record(
        n=0, at=at, written=at, by=OUTSIDER, act=Act.ADVISE, of=invitation.number,
        key=f"invitation-{invitation.pk}",
        text={
            "advice": advice, "by_name": name, "post": post,
            "invited_by": invitation.invited_by.name,
            **({"asked_of": invitation.name} if name != invitation.name else {}),
        },
    )  # fmt: skip
    with transaction.atomic():
        done = act(invitation.case.reference, record, None)
        if isinstance(done, Done):
            _end(invitation, at, answered=True)
    return done


def withdraw(invitation: Invitation, at: datetime) -> None:
    """The invitation ends without an answer. What was asked stays on record."""
    with transaction.atomic():
        _end(invitation, at, answered=False)


def run_out(invitation: Invitation) -> bool:
    """The invitation's time is over without an answer. False if it had ended before.

    In the caller's transaction.
    """
    return _end(invitation, invitation.expires, answered=False)


def _end(invitation: Invitation, at: datetime, *, answered: bool) -> bool:
    ended = Invitation.objects.filter(pk=invitation.pk, ended=None)
    changed = ended.update(ended=at, answered=answered)
    codes.withdraw(Purpose.INVITATION, _about(invitation), at)
    return changed == 1


def _about(invitation: Invitation) -> str:
    return f"invitation-{invitation.pk}"

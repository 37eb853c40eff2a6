"""The mail worker: claims notices with a lease, hands them over, marks them.

The notice is durable before its mail is sent, and marked after: a worker that is killed loses
nothing, and a repeat, only possible between the server's acceptance and the mark, has the same
Message-ID. Two workers never hold one notice.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from concord.notifications.bounces import undelivered
from concord.notifications.carriers import Away, Carrier, Never, NotNow, Refused, guard
from concord.notifications.channel import is_paused, pause, resume, streak, take_turn
from concord.notifications.letters import letter
from concord.notifications.models import MailState, Notice
from concord.notifications.wording import RAN_OUT_RUNG

BATCH = 20
MOST_TRIES = 14
FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=4)
LOOK_BACK = timedelta(minutes=10)

NO_LONGER_ASKED = Q(outsider__ended__isnull=False) & ~Q(rung=RAN_OUT_RUNG)
"""Reminds an outsider who has answered meanwhile: not sent, though the loop has not been round."""

Clock = Callable[[], datetime]
Shy = tuple[Notice, NotNow]
"""A notice whose mail was not taken, and what the server said."""


def rest_after(tries: int) -> timedelta:
    """How long a letter that is not taken rests: fourteen tries are spread over more than a day."""
    return min(FIRST_REST * (1 << min(max(tries - 1, 0), 20)), LONGEST_REST)


@dataclass(slots=True)
class Worker:
    """One worker at the mail: its clock, its carrier, and for how long it claims."""

    clock: Clock
    carrier: Carrier
    lease: timedelta = timedelta(minutes=2)
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    stopping: Callable[[], bool] = lambda: False
    """Whether to stop: asked between two letters, never within one."""
    _looked: datetime | None = None

    def go_round(self) -> int:
        """Claim some notices and hand their mail over. Returns how many were sent."""
        at = self.clock()
        self._look_back(at)
        if is_paused(at):
            return 0
        probing = streak()
        claimed = claim(self.name, at, self.lease, probing)
        sent, shy = 0, list[Shy]()
        for notice in claimed:
            if self.stopping():
                break
            try:
                if not self._hold(notice):
                    continue
                self._send(notice)
            except Away as error:
                self._out(claimed, error)
                return sent
            except NotNow as error:
                shy.append((notice, error))
                if len({each.whom for each, _ in shy}) > 1:
                    # two people refused in a row: it is the server, not their addresses
                    self._out(claimed, error)
                    return sent
            except Never as error:
                self._give_up(notice, str(error))
            else:
                sent += 1
                self._blame(shy)
                shy = []
                if probing:
                    # the way is open again: back to everything, in its order
                    resume()
                    break
        if shy and probing and not sent:
            # nobody else to compare with, as yet: no letter is blamed while the server refuses
            self._out(claimed, shy[-1][1])
            return 0
        for notice, refusal in shy:
            self._put_off(notice, refusal)
        self._let_go(claimed)
        return sent

    def _send(self, notice: Notice) -> None:
        """Hand one notice's mail over, and mark it."""
        guard(notice.mail_address)
        number = self.carrier.send(letter(notice))
        self._mine(notice).update(
            state=MailState.SENT, sent=self.clock(), sent_as=number, lease="", leased_until=None,
            next_try=None, error="",
        )  # fmt: skip

    def _mine(self, notice: Notice) -> QuerySet[Notice]:
        return Notice.objects.filter(pk=notice.pk, lease=self.name, state=MailState.WAITING)

    def _hold(self, notice: Notice) -> bool:
        """Whether a notice is still ours, just before sending, and not spared meanwhile.

        A claim of which half has run is renewed first.
        """
        at = self.clock()
        mine = self._mine(notice).exclude(NO_LONGER_ASKED)
        if notice.leased_until is not None and notice.leased_until - at > self.lease / 2:
            return mine.exists()
        return mine.update(leased_until=at + self.lease) == 1

    def _out(self, claimed: Sequence[Notice], error: Exception) -> None:
        """The way out is closed: let go of what was claimed, and rest. No letter is at fault."""
        self._let_go(claimed)
        pause(self.clock(), str(error))

    def _let_go(self, claimed: Sequence[Notice]) -> None:
        """Free what was claimed and not sent."""
        if claimed:
            numbers = [notice.pk for notice in claimed]
            mine = Notice.objects.filter(pk__in=numbers, lease=self.name, state=MailState.WAITING)
            mine.update(lease="", leased_until=None)

    def _blame(self, shy: Sequence[Shy]) -> None:
        """The server takes others' letters: those that it did not take are at fault themselves."""
        for notice, error in shy:
            if isinstance(error, Refused):
                self._give_up(notice, str(error))
            else:
                self._put_off(notice, error)

    def _put_off(self, notice: Notice, error: NotNow) -> None:
        """A letter that was not taken rests, and in the end fails."""
        tries = notice.tries + 1
        if tries >= MOST_TRIES:
            self._give_up(notice, str(error))
        else:
            self._mine(notice).update(
                tries=tries, next_try=self.clock() + rest_after(tries), error=str(error)[:300],
                lease="", leased_until=None,
            )  # fmt: skip

    def _give_up(self, notice: Notice, why: str) -> None:
        with transaction.atomic():
            failed = self._mine(notice).update(
                state=MailState.FAILED, error=why[:300], lease="", leased_until=None
            )
            if failed:
                undelivered(notice, self.clock())

    def _look_back(self, at: datetime) -> None:
        """Ask now and then what has come back, where the carrier knows."""
        if self._looked is not None and abs(at - self._looked) < LOOK_BACK:
            return
        self._looked = at
        try:
            numbers = list(self.carrier.returned())
        except (Away, NotNow, Never):
            return
        for notice in Notice.objects.filter(message_id__in=numbers, state=MailState.SENT):
            with transaction.atomic():
                changed = Notice.objects.filter(pk=notice.pk, state=MailState.SENT).update(
                    state=MailState.BOUNCED, error="The mail service says that it came back."
                )
                if changed:
                    undelivered(notice, at)


def claim(name: str, at: datetime, lease: timedelta, probing: int = 0) -> list[Notice]:
    """Take some notices whose mail may go, urgent ones first, then in their order.

    Left is what goes to somebody to whom another worker holds mail, so that each gets theirs in
    order; but urgent mail waits for none that can wait.

    While the server refuses (`probing`: how often in a row) only two are taken, the first and one
    to somebody else, another each time: one bad address cannot hold up the rest.
    """
    ready = Q(state=MailState.WAITING, in_digest=False, not_before__lte=at)
    rested = Q(next_try=None) | Q(next_try__lte=at)
    free = Q(lease="") | Q(leased_until__lte=at) | Q(leased_until__gt=at + 2 * lease)
    held = Notice.objects.filter(~free, ~Q(lease=""), state=MailState.WAITING)
    people = held.order_by().filter(recipient__isnull=False).values("recipient")
    outsiders = held.order_by().filter(outsider__isnull=False).values("outsider")
    somebody = Q(recipient__isnull=False) | Q(outsider__isnull=False)
    rows = Notice.objects.filter(ready & rested & free & somebody)
    rows = rows.filter(Q(urgent=True) | ~Q(recipient__in=people))
    rows = rows.exclude(urgent=True, recipient__in=people.filter(urgent=True))
    rows = rows.exclude(outsider__in=outsiders).exclude(NO_LONGER_ASKED)
    if not rows.exists():
        return []
    with transaction.atomic():
        take_turn()
        rows = rows.order_by("-urgent", "id").select_for_update(skip_locked=True, of=("self",))
        numbers = _probes(rows, probing) if probing else [each.pk for each in rows[:BATCH]]
        Notice.objects.filter(pk__in=numbers).update(
            lease=name, leased_until=at + lease, attempts=F("attempts") + 1
        )
    found = Notice.objects.filter(pk__in=numbers, lease=name).order_by("-urgent", "id")
    return list(found.select_related("recipient", "outsider", "case__partnership", "entry"))


def _probes(rows: QuerySet[Notice], probing: int) -> list[int]:
    """The first of all, and the first to one of the others."""
    first = rows.first()
    if first is None:
        return []
    firsts: dict[tuple[int | None, int | None], int] = {}
    same = Q(recipient=first.recipient_id, outsider=first.outsider_id)
    for notice in rows.exclude(same)[:100]:
        firsts.setdefault(notice.whom, notice.pk)
    others = list(firsts.values())
    return [first.pk, *others[probing % len(others) :][:1]] if others else [first.pk]

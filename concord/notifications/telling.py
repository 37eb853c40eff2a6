"""Telling: what has fallen due becomes notices, one to a person for each thing, in the caller's
transaction.

Of several rungs of a duty that were missed only the latest is told; the others are kept as
superseded. What is told late says by how much.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from concord.cases.models import Case, Entry, Outbox
from concord.directory.models import User
from concord.notifications.models import Kind, MailState, Notice, Reminder, Standing, Wish
from concord.notifications.recipients import Directory, is_partys, named_in, people
from concord.policies.calendars import calendar_for
from concord.policies.reminders import reminders_for
from concord.rules.clock import latest_instant
from concord.rules.dates import read_due
from concord.rules.policy import Policy
from concord.rules.rungs import BEGUN, next_opening, routine_moment
from concord.rules.state import CaseState
from concord.rules.who import EITHER_SIDE, Parties, Who

ON_TIME = timedelta(minutes=10)
"""How much later than it fell due a reminder still counts as told in time."""


@dataclass(slots=True)
class _Ways:
    """By which posts something reaches a person, and why where a post is not their own."""

    found: list[tuple[str, str]] = field(default_factory=list)

    @property
    def best(self) -> tuple[str, str]:
        """Their own post before one that they only stand in for."""
        return min(self.found, key=lambda way: bool(way[1]))


@dataclass(slots=True)
class _ForOne:
    """All that one person is told about one case in one go."""

    user: User | None
    acts: dict[Entry, _Ways] = field(default_factory=lambda: defaultdict(_Ways))
    rungs: dict[str, list[Reminder]] = field(default_factory=lambda: defaultdict(list))
    ways: dict[str, _Ways] = field(default_factory=lambda: defaultdict(_Ways))


def tell(
    case: Case,
    policy: Policy,
    parties: Parties,
    directory: Directory,
    mails: bool,
    state: CaseState | None = None,
) -> list[Notice]:
    """Tell what has fallen due of a case. The caller holds its lock.

    With its `state`, what its outbox holds is told too. `case` comes with its partnership and
    its summary; `mails`: whether mail is sent at all.
    """
    at = directory.at
    due = _latest(case, at)
    letters = list(_letters(case)) if state is not None else []
    if not due and not letters:
        return []
    author = letters[-1].entry.written_by_id if letters else None
    found: dict[int | None, _ForOne] = {}

    def reach(seat: Who, named: Sequence[int]) -> Iterable[tuple[_ForOne, str]]:
        for told in people(directory, case, policy, seat, named):
            key = told.user.pk if told.user else None
            yield found.setdefault(key, _ForOne(told.user)), told.instead

    for letter in letters:
        assert state is not None
        for seat in _addressed(letter, state):
            for one, instead in reach(seat, named_in(state, seat)):
                one.acts[letter.entry].found.append((letter.to, instead))
    for row in due:
        for seat in _owners(row, policy, parties):
            for one, instead in reach(seat, row.named):
                if row not in one.rungs[row.rung]:
                    one.rungs[row.rung].append(row)
                one.ways[row.rung].found.append((row.owner, instead))
    notices = [notice for one in found.values() for notice in _notices(case, one, at)]
    _send_out(case, policy, notices, at, mails, author)
    Outbox.objects.filter(pk__in=[letter.pk for letter in letters]).update(told=True)
    return [notice for notice, _ in notices]


def _letters(case: Case) -> QuerySet[Outbox]:
    waiting = Outbox.objects.filter(case=case, told=False)
    return waiting.select_related("entry").order_by("entry__sequence", "id")


def _addressed(letter: Outbox, state: CaseState) -> Iterable[Who]:
    """The seats that an outbox row goes to.

    A tier or office of a party, named without saying of which, is that of whoever acted; or of
    each party, where somebody else did.
    """
    record = state.record(letter.entry.sequence)
    own = record.by.agency if record is not None else None
    for seat in state.parties.resolve(letter.to):
        if seat.side is not None or not is_partys(state.policy, seat.role):
            yield seat
            continue
        sides = [each for each in state.parties.sides if each[1] == own] or state.parties.sides
        yield from (Who(seat.role, side, agency) for side, agency in sides)


def _latest(case: Case, at: datetime) -> list[Reminder]:
    """Of each duty the latest rung that has fallen due; those before it are superseded."""
    rows = case.reminders.filter(standing=Standing.WAITING, falls__lte=at).order_by("falls", "id")
    latest: dict[tuple[str, str, int], Reminder] = {}
    for row in rows:
        earlier = latest.get((row.rule, row.owner, row.action))
        if earlier is not None:
            earlier.standing = Standing.SUPERSEDED
            _mark(earlier, at)
        latest[row.rule, row.owner, row.action] = row
    for row in latest.values():
        row.standing = Standing.TOLD
        _mark(row, at)
    return list(latest.values())


def _mark(row: Reminder, at: datetime) -> None:
    late = at - max(row.falls, row.known)
    row.told, row.late_by = at, late if late > ON_TIME else None
    row.save(update_fields=["standing", "told", "late_by"])


def _owners(row: Reminder, policy: Policy, parties: Parties) -> tuple[Who, ...]:
    """The seats that owe a duty; where either side may meet it, who acts at its stage on each."""
    if row.owner != EITHER_SIDE:
        return parties.resolve(row.owner)
    acts = policy.stage(row.stage or policy.stages[0].id).acts
    seat = Who(acts)
    if not seat.is_tier:
        return (seat,)
    return tuple(Who(acts, side, agency) for side, agency in parties.sides)


def _notices(case: Case, one: _ForOne, at: datetime) -> Iterable[tuple[Notice, list[Reminder]]]:
    """The notices to one person: of each act, with what it makes them owe; of each rung."""
    who = one.user.pk if one.user else "nobody"
    begun = one.rungs.pop(BEGUN, [])
    acts = [each for each in one.acts if each.written_by_id is None or each.written_by_id != who]
    for entry in sorted(acts, key=lambda each: each.sequence):
        rows = begun if entry.sequence == max(each.sequence for each in acts) else []
        late = at - entry.written
        notice = _notice(case, one, Kind.ACT, rows, one.acts[entry], at)
        notice.key = f"act:{entry.pk}:{who}"
        notice.entry, notice.act = entry, entry.act
        notice.late_by = late if late > ON_TIME else None
        yield notice, rows
    if begun and not acts:
        notice = _notice(case, one, Kind.DUTY, begun, one.ways[BEGUN], at)
        notice.key = f"duty:{begun[0].pk}:{who}"
        yield notice, begun
    for rung, rows in one.rungs.items():
        notice = _notice(case, one, Kind.REMINDER, rows, one.ways[rung], at)
        notice.key = f"{rung}:{rows[0].pk}:{who}"
        yield notice, rows


def _notice(
    case: Case, one: _ForOne, kind: Kind, rows: list[Reminder], ways: _Ways, at: datetime
) -> Notice:
    rows.sort(key=lambda row: (not row.urgent, row.due or "9", row.pk))
    late = [row.late_by for row in rows if row.late_by]
    post, instead = ways.best
    return Notice(
        kind=kind, case=case, recipient=one.user, post=post, instead=instead,
        rung=rows[0].rung if rows else "", clause=rows[0].clause if rows else "",
        owes=[{"clause": row.clause, "what": row.what, "due": row.due} for row in rows],
        urgent=any(row.urgent for row in rows) or (kind == Kind.ACT and case.summary.urgent),
        told=at, late_by=max(late, default=None),
    )  # fmt: skip


def _send_out(
    case: Case,
    policy: Policy,
    notices: list[tuple[Notice, list[Reminder]]],
    at: datetime,
    mails: bool,
    author: int | None,
) -> None:
    """Store the notices; their mail waits for working hours where it can.

    What their own act makes its `author` owe is not mailed to them: their page says it.
    """
    scheme = reminders_for(case.policy_id, case.policy_version)
    calendar = calendar_for(policy.calendar)
    people = {notice.recipient_id for notice, _ in notices if notice.recipient_id}
    digested = set(
        Wish.objects.filter(user__in=people, digest=True).values_list("user_id", flat=True)
    )
    for notice, rows in notices:
        is_own = notice.kind == Kind.DUTY and notice.recipient_id == author
        if mails and notice.recipient_id is not None and not is_own:
            notice.state = MailState.WAITING
            notice.not_before = at if notice.urgent else routine_moment(scheme, at, calendar)
            following = next_opening(scheme, at, calendar)
            if notice.recipient_id in digested and _can_wait(notice, rows, following):
                notice.in_digest, notice.not_before = True, following
        notice.save(force_insert=True)
        notice.reminders.set(rows)
    _overtake(case, [row for _, rows in notices for row in rows if row.rung != BEGUN])


def _can_wait(notice: Notice, rows: list[Reminder], until: datetime) -> bool:
    """Whether a notice may come in a digest: not what is urgent, nor due before it comes."""
    limits = [latest_instant(due) for row in rows if (due := read_due(row.due)) is not None]
    return not notice.urgent and all(limit > until for limit in limits)


def _overtake(case: Case, rows: list[Reminder]) -> None:
    """Mail of an earlier rung that still waits is not sent once a later rung is told."""
    if not rows:
        return
    newest: dict[tuple[str, str, int], datetime] = {
        (row.rule, row.owner, row.action): row.falls for row in rows
    }
    waiting = Notice.objects.filter(
        case=case, kind__in=(Kind.REMINDER, Kind.DUTY), state=MailState.WAITING
    )
    for notice in waiting.prefetch_related("reminders"):
        told = notice.reminders.all()
        if told and all(
            newest.get((row.rule, row.owner, row.action), row.falls) > row.falls for row in told
        ):
            Notice.objects.filter(pk=notice.pk, state=MailState.WAITING).update(
                state=MailState.SPARED
            )

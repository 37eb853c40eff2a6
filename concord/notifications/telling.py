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
from concord.notifications.drafts import Draft, Drafts
from concord.notifications.entries import told_as
from concord.notifications.models import Kind, Notice, Reminder, Standing
from concord.notifications.recipients import Directory, is_partys, named_in, people
from concord.notifications.wording import RECORD_AGREED, RECORD_DISPUTED
from concord.rules.agreement import is_said_of
from concord.rules.policy import Policy
from concord.rules.rungs import BEGUN
from concord.rules.state import CaseState
from concord.rules.who import EITHER_SIDE, Parties, Who
from concord.rules.words import Act

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


@dataclass(frozen=True, slots=True)
class Subject:
    """A case to tell of, with its policy and parties. With its `state`, its outbox is told too.

    `case` comes with its partnership and its summary.
    """

    case: Case
    policy: Policy
    parties: Parties
    state: CaseState | None = None


def tell(subjects: Sequence[Subject], directory: Directory, mails: bool) -> int:
    """Tell what has fallen due of some cases, all at once. The caller holds their locks.

    `mails`: whether mail is sent at all. Returns how many notices were made.
    """
    at = directory.at
    due: dict[int, list[Reminder]] = defaultdict(list)
    letters: dict[int, list[Outbox]] = defaultdict(list)
    cases = [subject.case.pk for subject in subjects]
    rows = Reminder.objects.filter(case_id__in=cases, standing=Standing.WAITING, falls__lte=at)
    for row in rows.order_by("falls", "id"):
        due[row.case_id].append(row)
    stated = [subject.case.pk for subject in subjects if subject.state is not None]
    if stated:
        for letter in _letters(stated):
            letters[letter.case_id].append(letter)
    drafts = Drafts(at, mails)
    for subject in subjects:
        told, post = _latest(due[subject.case.pk], at), letters[subject.case.pk]
        author = post[-1].entry.written_by_id if post else None
        drafts.add(_compose(subject, told, post, directory), author)
    drafts.store()
    _mark([row for rows in due.values() for row in rows], at)
    done = [letter.pk for each in letters.values() for letter in each]
    if done:
        Outbox.objects.filter(pk__in=done).update(told=True)
    return len(drafts.notices)


def _compose(
    subject: Subject, due: list[Reminder], letters: list[Outbox], directory: Directory
) -> list[Draft]:
    """Whom of what to tell about one case."""
    found: dict[int | None, _ForOne] = {}

    def reach(seat: Who, named: Sequence[int]) -> Iterable[tuple[_ForOne, str]]:
        for told in people(directory, subject.case, subject.policy, seat, named):
            key = told.user.pk if told.user else None
            yield found.setdefault(key, _ForOne(told.user)), told.instead

    for letter in letters:
        assert subject.state is not None
        for seat in _addressed(letter, subject.state):
            for one, instead in reach(seat, named_in(subject.state, seat)):
                one.acts[letter.entry].found.append((letter.to, instead))
    for row in due:
        for seat in owners(row, subject.policy, subject.parties):
            for one, instead in reach(seat, row.named):
                if row not in one.rungs[row.rung]:
                    one.rungs[row.rung].append(row)
                one.ways[row.rung].found.append((row.owner, instead))
    state = subject.state
    return [
        each for one in found.values() for each in _notices(subject.case, one, state, directory.at)
    ]


def _happened(entry: Entry, state: CaseState | None) -> str:
    """What was recorded: the act, or what somebody says of an earlier record."""
    record = state.record(entry.sequence) if state is not None else None
    if record is None or state is None or record.of is None:
        return told_as(entry)
    earlier = state.record(record.of)
    if earlier is None or not is_said_of(record, earlier):
        return told_as(entry)
    return RECORD_AGREED if record.act is Act.CONFIRM else RECORD_DISPUTED


def _letters(cases: list[int]) -> QuerySet[Outbox]:
    waiting = Outbox.objects.filter(case_id__in=cases, told=False)
    return waiting.select_related("entry__case").order_by("entry__sequence", "id")


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


def _latest(rows: list[Reminder], at: datetime) -> list[Reminder]:
    """Of each duty the latest rung that has fallen due; those before it are superseded.

    Rows come in the order in which they fall due.
    """
    latest: dict[tuple[str, str, int], Reminder] = {}
    for row in rows:
        late = at - max(row.falls, row.known)
        row.told, row.late_by = at, late if late > ON_TIME else None
        row.standing = Standing.TOLD
        earlier = latest.get((row.rule, row.owner, row.action))
        if earlier is not None:
            earlier.standing = Standing.SUPERSEDED
        latest[row.rule, row.owner, row.action] = row
    return list(latest.values())


def _mark(rows: list[Reminder], at: datetime) -> None:
    """Keep what became of the rungs: one statement for all that fared alike."""
    alike: dict[tuple[str, timedelta | None], list[int]] = defaultdict(list)
    for row in rows:
        alike[row.standing, row.late_by].append(row.pk)
    for (standing, late), numbers in alike.items():
        Reminder.objects.filter(pk__in=numbers).update(standing=standing, told=at, late_by=late)


def owners(row: Reminder, policy: Policy, parties: Parties) -> tuple[Who, ...]:
    """The seats that owe a duty; where either side may meet it, who acts at its stage on each."""
    if row.owner != EITHER_SIDE:
        return parties.resolve(row.owner)
    acts = policy.stage(row.stage or policy.stages[0].id).acts
    if not is_partys(policy, acts):
        return (Who(acts),)
    return tuple(Who(acts, side, agency) for side, agency in parties.sides)


def _notices(case: Case, one: _ForOne, state: CaseState | None, at: datetime) -> Iterable[Draft]:
    """The notices to one person: of each act, with what it makes them owe; of each rung."""
    who = one.user.pk if one.user else "nobody"
    begun = one.rungs.pop(BEGUN, [])
    acts = [each for each in one.acts if each.written_by_id is None or each.written_by_id != who]
    # what began later than all that they are told of follows from none of it
    last = max((each.written for each in acts), default=None)
    later = [row for row in begun if last is None or row.known > last]
    begun = [row for row in begun if row not in later]
    for entry in sorted(acts, key=lambda each: each.sequence):
        rows = begun if entry.sequence == max(each.sequence for each in acts) else []
        late = at - entry.written
        notice = _notice(case, one, Kind.ACT, rows, one.acts[entry], at)
        notice.key = f"act:{entry.pk}:{who}"
        notice.entry, notice.act = entry, _happened(entry, state)
        notice.late_by = late if late > ON_TIME else None
        yield notice, rows
    if later:
        notice = _notice(case, one, Kind.DUTY, later, one.ways[BEGUN], at)
        notice.key = f"duty:{later[0].pk}:{who}"
        yield notice, later
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

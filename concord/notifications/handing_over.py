"""What somebody leaves behind is told at once to whoever has it now: the next holder, cover, or the
next tier up.

Each round of the loop asks which posts changed hands since the last: by what somebody recorded, by
a day that came, by a post that is new. In the cases of their agencies, whoever has an open duty now
and was never told of it is told. Asked twice it tells nothing twice.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, Q

from concord.cases.kept import parties_by_case
from concord.cases.models import Case, Summary
from concord.directory.models import Post, PostChange, User
from concord.notifications.drafts import Draft, Drafts
from concord.notifications.following import lock
from concord.notifications.models import Heartbeat, Kind, Notice, Reminder, Standing
from concord.notifications.recipients import Directory, people
from concord.notifications.telling import owners
from concord.policies.library import load_version
from concord.rules.clock import LONDON
from concord.rules.policy import Policy
from concord.rules.who import Parties

NAME = "posts"


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the changes of posts were looked at: the day, and the last rows' numbers."""

    day: date
    change: int
    post: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.change} {self.post}"


def changed(at: datetime) -> tuple[Seen, list[int]]:
    """Where the posts stand at a moment (aware), and the cases that a change since the last look
    may concern.
    """
    change = PostChange.objects.aggregate(last=Max("pk"))["last"] or 0
    post = Post.objects.aggregate(last=Max("pk"))["last"] or 0
    seen, last = Seen(at.astimezone(LONDON).date(), change, post), _last()
    if last is None or last == seen:
        return seen, []
    moved = Q(changes__pk__gt=last.change) | Q(pk__gt=last.post)
    if last.day < seen.day:
        moved |= Q(since__gt=last.day, since__lte=seen.day)
        moved |= Q(until__gte=last.day, until__lt=seen.day)
        moved |= Q(until=None, user__is_active=False)
    found: set[int] = set()
    places = Post.objects.filter(moved).order_by().values_list("agency", "partnership").distinct()
    for agency, partnership in places:
        cases = Summary.objects.filter(case__partnership=partnership).exclude(duties=[])
        if agency is not None:
            cases = cases.filter(case__parties__agency=agency)
        found |= set(cases.values_list("case", flat=True))
    return seen, sorted(found)


def note(seen: Seen) -> None:
    """What was looked at has been told: the next round begins from here."""
    if _last() != seen:
        Heartbeat.objects.update_or_create(
            name=NAME, defaults={"basis": str(seen)}, create_defaults=_new(seen)
        )


def _new(seen: Seen) -> dict[str, object]:
    noon = datetime(seen.day.year, seen.day.month, seen.day.day, 12, tzinfo=LONDON)
    return {"basis": str(seen), "at": noon}


def _last() -> Seen | None:
    kept = Heartbeat.objects.filter(name=NAME).first()
    if kept is None:
        return None
    day, change, post = kept.basis.split()
    return Seen(date.fromisoformat(day), int(change), int(post))


def hand_over(cases: Sequence[int], directory: Directory, mails: bool) -> int:
    """Tell whoever has an open duty of these cases now, and was not told of it. How many cases.

    A case that another loop is at is left to the next round. `mails`: whether mail is sent.
    """
    with transaction.atomic():
        free = lock(cases)
        parties = parties_by_case(free)
        told: dict[int, list[Reminder]] = defaultdict(list)
        rows = Reminder.objects.filter(
            case_id__in=free, standing__in=(Standing.TOLD, Standing.SUPERSEDED)
        )
        for row in rows.order_by("falls", "id").prefetch_related("notices"):
            told[row.case_id].append(row)
        drafts = Drafts(directory.at, mails)
        found = Case.objects.filter(pk__in=free).select_related("partnership", "summary")
        for case in found:
            policy = load_version(case.policy_id, case.policy_version).policy
            drafts.add(list(_told(case, policy, parties[case.pk], told[case.pk], directory)))
        drafts.store()
    return len(free)


def _told(
    case: Case, policy: Policy, parties: Parties, rows: Sequence[Reminder], directory: Directory
) -> Iterator[Draft]:
    """A notice to each who has something now that they were not told of."""
    for_each: dict[User, list[tuple[Reminder, str]]] = defaultdict(list)
    for row, knows in _open(case, rows):
        for seat in owners(row, policy, parties):
            for told in people(directory, case, policy, seat, row.named):
                if told.user is not None and told.user.pk not in knows:
                    for_each[told.user].append((row, told.instead))
    for user, found in for_each.items():
        theirs = list(dict.fromkeys(row for row, _ in found))
        theirs.sort(key=lambda row: (not row.urgent, row.due or "9", row.pk))
        first = theirs[0]
        yield Notice(
            key=f"held:{first.pk}:{user.pk}", kind=Kind.DUTY, case=case, recipient=user,
            post=first.owner, instead=next((why for _, why in found if why), ""),
            rung=first.rung, clause=first.clause, told=directory.at,
            owes=[{"clause": row.clause, "what": row.what, "due": row.due} for row in theirs],
            urgent=any(row.urgent for row in theirs),
        ), theirs  # fmt: skip


def _open(case: Case, rows: Sequence[Reminder]) -> Iterator[tuple[Reminder, set[int | None]]]:
    """The last rung told of each duty that is still owed, and who has been told of that duty."""
    owed = {
        (each["by"], each["clause"], each["what"], each["due"] or "")
        for each in case.summary.duties
    }
    last: dict[tuple[str, str, int], Reminder] = {}
    knows: dict[tuple[str, str, int], set[int | None]] = defaultdict(set)
    for row in rows:
        duty = (row.rule, row.owner, row.action)
        last[duty] = row
        knows[duty] |= {notice.recipient_id for notice in row.notices.all()}
    for duty, row in last.items():
        if (row.owner, row.clause, row.what, row.due) in owed:
            yield row, knows[duty]

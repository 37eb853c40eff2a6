"""Writing down who looked at what: in one transaction, before the answer is given."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from concord.cases.looks import Looks
from concord.cases.models import Case
from concord.directory.models import Partnership, User
from concord.looks.models import Kind, Review, Seen, SeenCase, Unusual
from concord.vault.fields import LOOKS
from concord.vault.keys import is_there

HOUR = timedelta(hours=1)
OPENED = (Kind.CASE, Kind.DOCUMENT, Kind.ACT, Kind.EMERGENCY)


def note(
    looks: Looks, kind: Kind, page: str, at: datetime, user: User | None, who: str = ""
) -> Unusual | None:
    """Write down what an answer shows. `at` is an aware datetime.

    All or nothing: whatever the database refuses is raised, and the answer is not to be given.
    Returns what is unusual about it, once an hour at most for each person.
    """
    if not looks:
        return None
    with transaction.atomic():
        if looks.in_emergency:
            _write(looks.in_emergency, Seen(at=at, user=user, who=who, kind=Kind.EMERGENCY,
                                            page=page))  # fmt: skip
        usual = looks.shown - looks.in_emergency
        if usual or looks.search:
            _write(usual, Seen(at=at, user=user, who=who, kind=kind, page=page,
                                     search=looks.search))  # fmt: skip
        if looks.tried:
            _write(looks.refused, Seen(at=at, user=user, who=who, kind=kind, page=page,
                                       refused=True))  # fmt: skip
        if user is None or kind not in OPENED or not looks.opened:
            return None
        return _unusual(user, at)


def _write(cases: set[int], seen: Seen) -> None:
    if seen.search and cases:
        found = Case.objects.values_list("reference", flat=True).get(pk=min(cases))
        seen.closed_with = found if is_there(found) else LOOKS
    seen.save(force_insert=True)
    SeenCase.objects.bulk_create(SeenCase(seen=seen, case_id=case) for case in sorted(cases))


def _unusual(user: User, at: datetime) -> Unusual | None:
    """Whether somebody opened more cases within the last hour than their work explains."""
    recent = SeenCase.objects.filter(
        seen__user=user, seen__at__gt=at - HOUR, seen__kind__in=OPENED, seen__refused=False
    )
    cases = set(recent.values_list("case", flat=True)[: 50 * settings.CONCORD_MANY_CASES])
    if len(cases) < settings.CONCORD_MANY_CASES:
        return None
    if Unusual.objects.filter(user=user, at__gt=at - HOUR).exists():
        return None
    found = Unusual.objects.create(user=user, at=at, cases=len(cases))
    of = Case.objects.filter(pk__in=cases).values_list("partnership", flat=True)
    found.partnerships.set(Partnership.objects.filter(pk__in=set(of)))
    return found


def review(seen: Seen, by: User, at: datetime, in_order: bool, note: str) -> Review:
    """Write down what a review found about a look. `at` is an aware datetime."""
    return Review.objects.create(seen=seen, by=by, at=at, in_order=in_order, note=note)

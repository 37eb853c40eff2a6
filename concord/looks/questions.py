"""What is asked of the looks: who has looked at a case, what somebody looked at, what to review."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from concord.cases.models import Case
from concord.directory.models import Partnership, User
from concord.looks.models import Kind, Review, SealedLook, Seen, SeenCase, Unusual

LATELY = timedelta(days=30)
SAMPLE = 20
IN_SAMPLE = (Kind.CASE, Kind.DOCUMENT, Kind.EXPORT, Kind.SEARCH)


def who_has_looked(case: Case, in_lists: bool = False) -> QuerySet[Seen]:
    """Every look at a case, and every refused one, the latest first; those in lists on request."""
    found = Seen.objects.filter(cases__case=case).select_related("user").order_by("-at", "-id")
    return found if in_lists else found.exclude(kind=Kind.LIST)


def looked_at_by(user: User) -> QuerySet[Seen]:
    """What somebody has looked at themselves, the latest first."""
    return _with_cases(Seen.objects.filter(user=user)).order_by("-at", "-id")


def refused(partnerships: Iterable[Partnership], at: datetime) -> QuerySet[Seen]:
    """Looks that were refused in the last 30 days before `at` (aware), the latest first."""
    found = Seen.objects.filter(refused=True, at__gt=at - LATELY)
    found = found.filter(cases__case__partnership__in=list(partnerships)).distinct()
    return _with_cases(found).order_by("-at", "-id")


def unusual(partnerships: Iterable[Partnership], at: datetime) -> QuerySet[Unusual]:
    """Who opened many cases within an hour, in the last 30 days before `at` (aware)."""
    found = Unusual.objects.filter(at__gt=at - LATELY, partnerships__in=list(partnerships))
    return found.select_related("user").distinct().order_by("-at", "-id")


def sample(partnerships: Iterable[Partnership], at: datetime) -> list[Seen]:
    """Looks to review: the same ones for everybody through a month.

    Drawn from the looks of the 30 days before the month of `at` (aware) began, by a digest of each
    look's own row: nobody chooses what is looked into.
    """
    begins = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    within = Seen.objects.filter(
        at__lt=begins, at__gt=begins - LATELY, refused=False, kind__in=IN_SAMPLE,
        cases__case__partnership__in=list(partnerships),
    )  # fmt: skip
    numbers = within.distinct().values_list("pk", "at")
    drawn = sorted(numbers, key=lambda row: _drawn(begins, *row))[:SAMPLE]
    chosen = Seen.objects.filter(pk__in=[pk for pk, _ in drawn])
    reviews = Prefetch("reviews", Review.objects.select_related("by").order_by("-at"))
    return list(_with_cases(chosen).prefetch_related(reviews).order_by("at", "id"))


def may_be_reviewed(number: int, partnerships: Iterable[Partnership]) -> Seen | None:
    """A look (by its number) at a case of these partnerships; None where it is none of theirs."""
    found = Seen.objects.filter(pk=number, cases__case__partnership__in=list(partnerships))
    return _with_cases(found.distinct()).first()


def linked() -> int:
    """How many looks stand in the chains by now."""
    return SealedLook.objects.count()


def _drawn(begins: datetime, number: int, at: datetime) -> bytes:
    return hashlib.sha256(f"{begins:%Y-%m}:{number}:{at.isoformat()}".encode()).digest()


def _with_cases(found: QuerySet[Seen]) -> QuerySet[Seen]:
    cases = SeenCase.objects.select_related("case").order_by("case__reference")
    return found.select_related("user").prefetch_related(Prefetch("cases", cases))

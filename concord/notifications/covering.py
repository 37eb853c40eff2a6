"""Tells whoever is set as cover, at once: from when until when, and how much waits already."""

from datetime import datetime

from concord.cases.models import Case
from concord.directory.models import Post
from concord.notifications.models import Kind, Notice
from concord.notifications.once import tell_once
from concord.rules.dates import day
from concord.rules.naming import role_words
from concord.rules.words import Status, Tier


def tell_cover(cover: Post, at: datetime) -> Notice | None:
    """One notice to whoever covers a post, without a name or a word of a case.

    `at` is an aware datetime. None where nobody covers it, or was told already.
    """
    if cover.user is None or cover.until is None:
        return None
    return tell_once(
        f"cover:{cover.pk}", Kind.COVER, cover.user, at, post=cover.role,
        instead=(
            f"The post ({role_words(cover.role)}) is yours from {day(cover.since)} to "
            f"{day(cover.until)}, both days included. {_waits(waiting(cover))}"
        ),
    )  # fmt: skip


def waiting(cover: Post) -> int:
    """In how many cases something waits for the post that is covered, whoever has it now."""
    cases = Case.objects.filter(
        partnership=cover.partnership, summary__status=Status.OPEN
    ).select_related("summary")
    if cover.agency is not None:
        cases = cases.filter(parties__agency=cover.agency)
    if cover.role == Tier.PRACTITIONER:
        away = cover.follows.user_id if cover.follows is not None else None
        cases = cases.filter(brought__user=away)
    agency = cover.agency.slug if cover.agency is not None else ""
    return sum(
        any((duty["role"], duty["agency"]) == (cover.role, agency) for duty in case.summary.duties)
        for case in cases.distinct()
    )


def _waits(count: int) -> str:
    if not count:
        return "Nothing waits for it now."
    return f"{count} case{' waits' if count == 1 else 's wait'} for it already."

"""Gives the digest of the last checkpoint to witnesses, once a week: one in each partner agency.

A witness does nothing but keep it. Whoever changed the ledger, its checkpoints and its key could
not change what lies in the mail of a dozen agencies.
"""

from collections.abc import Iterator
from datetime import datetime

from concord.cases.models import Checkpoint
from concord.directory.models import Post
from concord.notifications.models import Kind
from concord.notifications.once import tell_once
from concord.rules.clock import LONDON
from concord.rules.words import Tier

WITNESSES = ("board_rep", "slo", str(Tier.EXECUTIVE))
"""Who is asked in an agency: the first of these posts that somebody holds."""


def tell_witnesses(at: datetime) -> int:
    """Give this week's digest to whoever has not had it. `at` is aware. Returns to how many."""
    last = Checkpoint.objects.order_by("number").last()
    if last is None:
        return 0
    year, week, _ = at.astimezone(LONDON).isocalendar()
    told = (
        tell_once(
            f"witness:{year}-{week}:{post.user_id}", Kind.WITNESS, post.user, at, post=post.role,
            instead=f"Checkpoint {last.number}: {last.digest}. You need do nothing but keep it.",
        )
        for post in _witnesses(at)
    )  # fmt: skip
    return sum(notice is not None for notice in told)


def _witnesses(at: datetime) -> Iterator[Post]:
    """One post of each agency that is on Concord, and each person once."""
    held = (
        Post.objects.held(at.astimezone(LONDON).date())
        .filter(role__in=WITNESSES, covers=False, agency__memberships__on_concord=True)
        .select_related("user")
    )
    people: set[int | None] = set()
    agencies: set[int | None] = set()
    for post in sorted(held.distinct(), key=lambda post: (WITNESSES.index(post.role), post.pk)):
        if post.agency_id not in agencies and post.user_id not in people:
            agencies.add(post.agency_id)
            people.add(post.user_id)
            yield post

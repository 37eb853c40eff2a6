"""Who has what somebody left behind in an agency, and whose cases somebody has with a post.

A post that changes hands is followed by another row of the same post; cover follows the row that
it covers. Whoever holds the last of them has what the first was named for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from concord.directory.models import Agency, Partnership, Post, User
from concord.rules.clock import LONDON


@dataclass(frozen=True, slots=True)
class Before:
    """Somebody in whose place another stands, in one agency of one partnership (slugs)."""

    person: int
    agency: str
    partnership: str


def those_there(agency: Agency, partnership: Partnership, at: datetime) -> frozenset[int]:
    """The people (numbers) who hold or cover any post of an agency at a moment (aware)."""
    held = Post.objects.held(_day(at)).filter(agency=agency, partnership=partnership)
    return frozenset(number for number in held.values_list("user", flat=True) if number)


def was_there(person: int, agency: Agency, partnership: Partnership) -> bool:
    """Whether somebody ever held a post of an agency."""
    return Post.objects.filter(user=person, agency=agency, partnership=partnership).exists()


def followers(
    person: int, agency: Agency, partnership: Partnership, at: datetime
) -> tuple[Post, ...]:
    """The posts by which others have, at a moment, what somebody had there: who covers them, and
    who holds their post since.
    """
    day = _day(at)
    own = Post.objects.filter(user=person, agency=agency, partnership=partnership, covers=False)
    wave, seen, found = list(own.values_list("pk", flat=True)), set[int](), list[Post]()
    while wave:
        seen |= set(wave)
        rows = Post.objects.filter(follows__in=wave).exclude(pk__in=seen).select_related("user")
        wave = []
        for row in rows.order_by("-covers", "id"):
            if _is_held(row, day):
                found.append(row)
            elif not row.covers:
                wave.append(row.pk)
    return tuple(found)


def before(user: User, posts: tuple[Post, ...], at: datetime) -> frozenset[Before]:
    """In whose place somebody stands by the posts that they hold at a moment (aware).

    Of whoever is away and covered; of whoever held the post before and holds none there now.
    """
    found: set[Before] = set()
    for post in posts:
        for earlier, covered in _earlier(post):
            if earlier.user_id is None or earlier.user_id == user.pk or earlier.agency is None:
                continue
            if covered or not _is_there(earlier, at):
                found.add(
                    Before(earlier.user_id, earlier.agency.slug, earlier.partnership.slug)
                )  # fmt: skip
    return frozenset(found)


def _earlier(post: Post) -> Iterator[tuple[Post, bool]]:
    """The rows that a post follows, the latest first, and whether it covers that one."""
    covers, seen = post.covers, {post.pk}
    while post.follows_id is not None and post.follows_id not in seen:
        seen.add(post.follows_id)
        post = Post.objects.select_related("agency", "partnership").get(pk=post.follows_id)
        yield post, covers
        covers = False


def _is_there(post: Post, at: datetime) -> bool:
    same = Post.objects.held(_day(at)).filter(agency=post.agency, partnership=post.partnership)
    return same.filter(user=post.user_id).exists()


def _is_held(post: Post, day: date) -> bool:
    if post.user is None or not post.user.is_active:
        return False
    return post.since <= day and (post.until is None or post.until >= day)


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()

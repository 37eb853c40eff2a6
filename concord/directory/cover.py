"""Who covers a post while its holder is away, and who holds it next. Each change is kept.

Duties belong to posts: whoever holds or covers one from a day on has, from that day, all that it
owes, and sees the cases that it sees. Nothing has to be handed over.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from concord.directory.models import Agency, Partnership, Post, PostChange, User
from concord.directory.questions import posts_of, served
from concord.rules.clock import LONDON
from concord.rules.dates import day
from concord.rules.words import TIER_RANK, Tier

LEADS = frozenset({Tier.SERVICE_LEAD, Tier.EXECUTIVE, "slo", "safeguarding_lead"})
"""Who sets cover for any post of their agency; a manager for posts below their own."""
UNIT = "business_manager"


class CannotChange(Exception):
    """Why a change to a post is not made, as a person can act on it; `field` names what to fix."""

    def __init__(self, field: str, says: str) -> None:
        self.field = field
        super().__init__(says)


@dataclass(frozen=True, slots=True)
class Newly:
    """Somebody who is not in the directory yet: their name, work address and telephone."""

    name: str
    email: str
    telephone: str = ""


def may_set_cover(user: User, post: Post, at: datetime) -> bool:
    """Whether somebody may set cover for a post: their own, one they lead, or as business unit.

    Their own is one that they still hold: whoever has left it has no say in who covers it.
    """
    if post.user_id == user.pk and (post.until is None or post.until >= _today(at)):
        return True
    return any(_leads(mine, post) for mine in posts_of(user, at))


def may_end_cover(user: User, cover: Post, at: datetime) -> bool:
    """Whether somebody may end this cover: who may set it for the post that is covered."""
    return cover.covers and any(may_set_cover(user, each, at) for each in covered_by(cover))


def covered_by(cover: Post) -> QuerySet[Post]:
    """The post that somebody covers, as it was held from time to time, the latest first."""
    return Post.objects.filter(
        role=cover.role, agency=cover.agency, partnership=cover.partnership, covers=False
    ).order_by("-since")


def may_change_holder(user: User, post: Post, at: datetime) -> bool:
    """Whether somebody keeps the directory that a post stands in: the business manager."""
    return any(_runs(mine, post) for mine in posts_of(user, at))


def _runs(mine: Post, post: Post) -> bool:
    return (
        mine.role == UNIT and mine.agency_id is None and mine.partnership_id == post.partnership_id
    )


def _leads(mine: Post, post: Post) -> bool:
    if _runs(mine, post):
        return True
    if mine.agency_id is None or mine.agency_id != post.agency_id:
        return False
    if mine.role in LEADS:
        return True
    return TIER_RANK.get(mine.role, 0) > TIER_RANK.get(post.role, len(TIER_RANK))


def could_cover(post: Post, at: datetime) -> list[Post]:
    """Who could cover a post: each person of its agency, or with an office of the partnership.

    One post of each is given, by which they are known.
    """
    held = Post.objects.held(_today(at)).filter(partnership=post.partnership, agency=post.agency)
    found: dict[int | None, Post] = {}
    for each in held.exclude(user=post.user).exclude(covers=True).order_by("user__name", "id"):
        found.setdefault(each.user_id, each)
    return list(found.values())


def covers_of(post: Post, at: datetime) -> QuerySet[Post]:
    """The cover set for a post's seat, now or to come, the soonest first."""
    same = Post.objects.filter(
        role=post.role, agency=post.agency, partnership=post.partnership, covers=True
    )
    return same.filter(until__gte=_today(at)).select_related("user").order_by("since", "id")


LONGEST_COVER = timedelta(days=366)
"""From today: whoever is away for longer no longer holds the post, or the year is a slip."""


def set_cover(post: Post, cover: User, since: date, until: date, by: User, at: datetime) -> Post:
    """Have somebody cover a post from a day to a day, both included. Raises CannotChange."""
    if until < since:
        raise CannotChange("until", "The last day is not before the first.")
    if until < _today(at):
        raise CannotChange("until", "Enter a last day that has not passed.")
    if until > _today(at) + LONGEST_COVER:
        raise CannotChange(
            "until",
            "Enter a last day within a year. Set cover anew then, or give the post to somebody.",
        )
    if cover.pk not in {each.user_id for each in could_cover(post, at)}:
        raise CannotChange("person", "Choose somebody of the same agency who holds a post there.")
    overlapping = covers_of(post, at).filter(user=cover, since__lte=until, until__gte=since)
    if overlapping.exists():
        raise CannotChange("since", "This person covers the post in that time already.")
    with transaction.atomic():
        made = Post.objects.create(
            role=post.role, title=post.title, agency=post.agency, partnership=post.partnership,
            user=cover, since=since, until=until, covers=True, clause=post.clause,
            follows=post,
        )  # fmt: skip
        _log(made, by, at, f"{cover.name} covers from {day(since)} to {day(until)}.")
    return made


def end_cover(cover: Post, by: User, at: datetime) -> None:
    """End cover with yesterday: from now on the post's own holder has it again."""
    with transaction.atomic():
        changed = Post.objects.filter(pk=cover.pk, covers=True).update(
            until=_today(at) - timedelta(days=1)
        )
        if changed and cover.user is not None:
            _log(cover, by, at, f"Cover by {cover.user.name} has ended.")


def change_holder(
    post: Post, holder: User | Newly | None, since: date, by: User, at: datetime
) -> Post:
    """Give a post to somebody from a day on, or leave it vacant. Raises CannotChange.

    The earlier holder keeps it to the day before. Nothing that the post owes is dropped.
    """
    if since <= post.since and post.user_id is not None:
        raise CannotChange("since", f"Enter a day after {day(post.since)}, when it was filled.")
    with transaction.atomic():
        user = _found(holder) if isinstance(holder, Newly) else holder
        if user is not None and user.pk == post.user_id:
            raise CannotChange("person", f"{user.name} holds this post already.")
        Post.objects.filter(pk=post.pk).update(until=since - timedelta(days=1))
        made = Post.objects.create(
            role=post.role, title=post.title, agency=post.agency, partnership=post.partnership,
            user=user, since=since, clause=post.clause, deputy=post.deputy, follows=post,
        )  # fmt: skip
        before = f", after {post.user.name}" if post.user else ""
        says = f"{user.name} holds it" if user else "Nobody holds it"
        _log(made, by, at, f"{says} from {day(since)}{before}.")
    return made


def _found(new: Newly) -> User:
    email = new.email.strip().lower()
    user = User.objects.filter(email=email).first()
    if user is None:
        return User.objects.create_user(email, new.name, telephone=new.telephone)
    if not user.is_active:
        raise CannotChange("email", "The account of this address is closed. Ask an administrator.")
    if " ".join(user.name.casefold().split()) != " ".join(new.name.casefold().split()):
        raise CannotChange("email", f"This address belongs to {user.name}. Check it.")
    return user


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A post that nobody holds: of an agency, or (None) of the partnership."""

    agency: Agency | None
    role: str
    title: str


def vacancies(
    partnership: Partnership, at: datetime, agency: Agency | None = None
) -> list[Vacancy]:
    """The posts that nobody holds now: tiers that an agency says it has, and listed posts.

    Of one agency, where it is named; of none that is not on Concord, which has no posts here.
    """
    today = _today(at)
    held = set(
        Post.objects.held(today).filter(partnership=partnership).values_list("agency", "role")
    )
    absent = served(partnership)
    agencies = [agency] if agency else list(partnership.agencies.exclude(slug__in=absent))
    found = [
        Vacancy(each, tier, each.title(tier))
        for each in agencies
        for tier in TIER_RANK
        if each.has_tier(tier) and (each.pk, tier) not in held
    ]
    listed = Post.objects.filter(partnership=partnership).select_related("agency")
    listed = listed.filter(agency=agency) if agency else listed
    known = {(each.agency.pk if each.agency else None, each.role) for each in found}
    for post in listed.filter(since__lte=today).order_by("agency__name", "role", "-since"):
        key = (post.agency_id, post.role)
        if key not in held and key not in known:
            known.add(key)
            found.append(Vacancy(post.agency, post.role, post.title or post.role.replace("_", " ")))
    return found


def changes(partnership: Partnership, agency: Agency | None = None) -> QuerySet[PostChange]:
    """What was changed in a partnership's posts, the latest first; of one agency, if named."""
    found = PostChange.objects.filter(post__partnership=partnership)
    found = found.filter(post__agency=agency) if agency else found
    return found.select_related("post__agency", "by").order_by("-at", "-id")


def current(partnership: Partnership, at: datetime) -> QuerySet[Post]:
    """The posts of a partnership as they stand now, vacant ones among them."""
    today = _today(at)
    now = Post.objects.filter(Q(until=None) | Q(until__gte=today), partnership=partnership)
    return now.select_related("user", "agency").order_by("agency__name", "role", "since", "id")


def _today(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _log(post: Post, by: User, at: datetime, says: str) -> None:
    PostChange.objects.create(post=post, by=by, at=at, says=says)

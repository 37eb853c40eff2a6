"""People who come for the first time: by a work address of a known agency, until it knows them.

A concern is never held back for it: whoever proves an address acts at once, as a practitioner,
and sees only what they raised. Their agency then says whether it knows them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from concord.directory.models import (
    Agency,
    MailDomain,
    Newcomer,
    Partnership,
    Post,
    PostChange,
    User,
)
from concord.directory.questions import holders
from concord.rules.clock import LONDON
from concord.rules.words import TIER_RANK, Tier

OFFICE = "safeguarding_lead"
UNIT = "business_manager"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person who proved an address, and what is still to be confirmed of them."""

    user: User
    newcomer: Newcomer | None
    """None where they hold a post of the agency already."""


class Closed(Exception):
    """The address belongs to an account that was closed. The business unit helps."""


def agencies_by_address(email: str) -> tuple[Agency, ...]:
    """The agencies whose work addresses end like this one."""
    domain = email.strip().lower().rpartition("@")[2]
    rows = MailDomain.objects.filter(name=domain).select_related("agency")
    return tuple(row.agency for row in rows.order_by("agency__name"))


def is_closed(email: str) -> bool:
    """Whether the address belongs to an account that was closed."""
    return User.objects.filter(email=email.strip().lower(), is_active=False).exists()


def arrive(
    email: str,
    name: str,
    job: str,
    agency: Agency,
    partnership: Partnership,
    at: datetime,
    telephone: str = "",
) -> Arrival:
    """Whoever has proved this address, as somebody of this agency. Raises Closed.

    Somebody new gets a practitioner's post, to be confirmed; whoever holds a post there keeps it.
    `at` is an aware datetime.
    """
    day = at.astimezone(LONDON).date()
    with transaction.atomic():
        user = User.objects.filter(email=email).first()
        if user is not None and not user.is_active:
            raise Closed
        if user is None:
            user = User.objects.create_user(email, name, job_title=job, telephone=telephone)
        held = Post.objects.held(day).filter(user=user, agency=agency, partnership=partnership)
        post = held.order_by("id").first()
        if post is not None:
            return Arrival(user, Newcomer.objects.filter(post=post, known=None).first())
        post = Post.objects.create(
            partnership=partnership, agency=agency, role=Tier.PRACTITIONER, user=user,
            title=job or agency.title(Tier.PRACTITIONER), since=day,
        )  # fmt: skip
        return Arrival(user, Newcomer.objects.create(post=post, came=at))


def signs_in_by_code(email: str) -> User | None:
    """Who may sign in by a code to this address: people who came this way and have no password."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None or user.has_usable_password():
        return None
    came = Newcomer.objects.filter(post__user=user).exclude(known=False)
    return user if came.exists() else None


def unconfirmed() -> Q:
    """Posts whose holder the agency has not said that it knows."""
    return Q(newcomer__isnull=False) & ~Q(newcomer__known=True)


def is_confirmed(user: User, agency: str, partnership: str, at: datetime) -> bool:
    """Whether somebody holds a post of this agency (slug) that is not still to be confirmed.

    Of whoever holds none there nothing is to be confirmed. `at` is an aware datetime.
    """
    day = at.astimezone(LONDON).date()
    there = Post.objects.held(day).filter(
        user=user, agency__slug=agency, partnership__slug=partnership
    )
    return there.exclude(unconfirmed()).exists() or not there.exists()


def unconfirmed_in(posts: Sequence[Post]) -> frozenset[tuple[str, str]]:
    """Of one person's posts: the agencies, each with its partnership (slugs), that have confirmed
    none of them yet.
    """
    new = set(
        Newcomer.objects.filter(post__in=[post.pk for post in posts])
        .exclude(known=True)
        .values_list("post", flat=True)
    )
    if not new:
        return frozenset()
    known: dict[tuple[str, str], bool] = {}
    for post in posts:
        if post.agency is not None:
            place = (post.agency.slug, post.partnership.slug)
            known[place] = known.get(place, False) or post.pk not in new
    return frozenset(place for place, is_known in known.items() if not is_known)


def who_confirms(newcomer: Newcomer, at: datetime) -> tuple[Post, ...]:
    """Who owes the answer about this newcomer, at a moment (aware)."""
    post = newcomer.post
    assert post.agency is not None
    return confirmers(post.agency, post.partnership, at, post.user)


def confirmers(
    agency: Agency, partnership: Partnership, at: datetime, newcomer: User | None = None
) -> tuple[Post, ...]:
    """Who says of an agency whether it knows somebody: the safeguarding lead, else the managers,
    else the business manager. Nobody says so of themselves.
    """
    manager = agency.nearest_tier(Tier.MANAGER)
    for role, where in ((OFFICE, agency), (manager, agency), (UNIT, None)):
        found = holders(role, partnership, at, where)
        known = tuple(
            each
            for each in found
            if not _is_unsure(each) and (newcomer is None or each.user != newcomer)
        )
        if known:
            return known
    return ()


def post_that_confirms(posts: Sequence[Post], agency: Agency, partnership: Partnership) -> str:
    """Which post `confirmers` found, in words: "the safeguarding lead of Meadow School"."""
    if not posts:
        return agency.name
    role = posts[0].role
    if role == UNIT:
        return f"the business manager of {partnership.name}"
    words = "safeguarding lead" if role == OFFICE else agency.title(role)
    return f"the {words} of {agency.name}"


def _is_unsure(post: Post) -> bool:
    found = Newcomer.objects.filter(post=post).first()
    return found is not None and not found.known


def to_confirm(user: User, at: datetime) -> list[Newcomer]:
    """The newcomers whom this person owes an answer about, the longest waiting first."""
    waiting = _waiting().filter(_reach(user, at))
    return [
        each for each in waiting if user.pk in {post.user_id for post in who_confirms(each, at)}
    ]


def may_confirm(user: User, number: int, at: datetime) -> Newcomer | None:
    """A newcomer whom this person may answer for: of their own line, or as the business unit."""
    found = Newcomer.objects.select_related("post__user", "post__agency", "post__partnership")
    return found.filter(_reach(user, at), pk=number).exclude(post__user=user).first()


def _waiting() -> "QuerySet[Newcomer]":
    found = Newcomer.objects.filter(known=None).order_by("came", "id")
    return found.select_related("post__user", "post__agency", "post__partnership")


def _reach(user: User, at: datetime) -> Q:
    """Newcomers of the agencies that the person leads, and of the partnerships they run."""
    day = at.astimezone(LONDON).date()
    posts = Post.objects.held(day).filter(user=user).exclude(unconfirmed())
    wanted = Q(pk__in=())
    for post in posts:
        leads = TIER_RANK.get(post.role, 0) > 0 or post.role == OFFICE
        if post.agency_id and leads:
            wanted |= Q(post__agency=post.agency_id, post__partnership=post.partnership_id)
        elif post.role == UNIT and not post.agency_id:
            wanted |= Q(post__partnership=post.partnership_id)
    return wanted


def say(newcomer: Newcomer, known: bool, by: User, at: datetime, note: str = "") -> bool:
    """Say whether the agency knows a newcomer. False if somebody has said so already.

    One who is not known loses the post from today; what they raised stays, and is flagged.
    """
    with transaction.atomic():
        changed = Newcomer.objects.filter(pk=newcomer.pk, known=None).update(
            known=known, said_by=by, said=at, note=note
        )
        if changed and not known:
            yesterday: date = at.astimezone(LONDON).date() - timedelta(days=1)
            Post.objects.filter(pk=newcomer.post_id).update(until=yesterday)
            says = f"Their agency does not know {newcomer.post.user}: the post has ended."
            PostChange.objects.create(post=newcomer.post, by=by, at=at, says=says)
    return bool(changed)


def newcomers_among(people: Iterable[int], agencies: Sequence[str]) -> list[Newcomer]:
    """Those of these people (numbers) whom these agencies (slugs) have not said they know."""
    found = Newcomer.objects.filter(post__user__in=list(people), post__agency__slug__in=agencies)
    return list(
        found.exclude(known=True)
        .select_related("post__user", "post__agency", "post__partnership")
        .order_by("id")
    )

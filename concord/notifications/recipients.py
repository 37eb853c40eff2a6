"""Who is told: a seat's duty reaches whoever holds the post on the day it is told.

Duties belong to posts, not to people. The person whom the records name comes first, while they
still hold the post, and else whoever has held theirs since; then who covers it, who holds it, a
deputy. Where it is vacant, the next tier up, the agency's Senior Liaison Officer, the business
manager: and the notice says so. Pages and lists ask here too, so that they say what notices say.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from concord.access.table import APPOINTED_ONLY, EVERYBODY
from concord.cases.called_back import every_called_back
from concord.cases.models import Case
from concord.cases.summaries import PARTY_OFFICES
from concord.directory.models import Agency, Partnership, Post, User
from concord.directory.questions import holders, served
from concord.directory.succession import followers, those_there, was_there
from concord.rules.naming import role_words
from concord.rules.policy import Policy
from concord.rules.record import Record
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import TIER_RANK, Act, Side, Tier

OUTSIDE = frozenset({"mash"})
"""Not on Concord: what goes to them goes by their own door, and is only recorded here."""

LAST = "business_manager"


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody to be told; nobody where every post that could be is vacant."""

    user: User | None
    instead: str = ""
    """Why it comes to them, where the post is not their own."""
    vacated: bool = False
    """Whether it is theirs because a post stands vacant, or whoever had it has left."""


@dataclass(slots=True)
class Directory:
    """The directory as the loop asks it at one moment (aware), each question once."""

    at: datetime
    _known: dict[tuple[str, int, int | None], tuple[Post, ...]] = field(default_factory=dict)
    _agencies: dict[str, Agency | None] = field(default_factory=dict)
    _served: dict[int, frozenset[str]] = field(default_factory=dict)
    _there: dict[tuple[int, int], frozenset[int]] = field(default_factory=dict)
    _since: dict[tuple[int, int, int], tuple[int, ...]] = field(default_factory=dict)
    _left: dict[tuple[int, int, int], bool] = field(default_factory=dict)
    _gone: dict[int, frozenset[str]] | None = None

    def holders(
        self, role: str, partnership: Partnership, agency: Agency | None
    ) -> tuple[Post, ...]:
        """Who holds a post."""
        key = (role, partnership.pk, agency.pk if agency else None)
        if key not in self._known:
            self._known[key] = holders(role, partnership, self.at, agency)
        return self._known[key]

    def is_served(self, agency: Agency, partnership: Partnership) -> bool:
        """Whether an agency is not on Concord, so that the business manager acts for it."""
        if partnership.pk not in self._served:
            self._served[partnership.pk] = served(partnership)
        return agency.slug in self._served[partnership.pk]

    def those_there(self, agency: Agency, partnership: Partnership) -> frozenset[int]:
        """The people who hold any post of an agency."""
        key = (agency.pk, partnership.pk)
        if key not in self._there:
            self._there[key] = those_there(agency, partnership, self.at)
        return self._there[key]

    def now(
        self, named: Sequence[int], agency: Agency, partnership: Partnership
    ) -> tuple[int, ...]:
        """Of these people those of an agency; in place of who has left it, who has their post."""
        there = self.those_there(agency, partnership)
        found: list[int] = []
        for each in named:
            found += [each] if each in there else self._followers(each, agency, partnership)
        return tuple(dict.fromkeys(found))

    def _followers(self, person: int, agency: Agency, partnership: Partnership) -> tuple[int, ...]:
        key = (person, agency.pk, partnership.pk)
        if key not in self._since:
            posts = followers(person, agency, partnership, self.at)
            self._since[key] = tuple(post.user_id for post in posts if post.user_id)
        return self._since[key]

    def has_left(self, person: int, agency: Agency, partnership: Partnership) -> bool:
        """Whether somebody held a post of an agency, and holds none there now."""
        if person in self.those_there(agency, partnership):
            return False
        key = (person, agency.pk, partnership.pk)
        if key not in self._left:
            self._left[key] = was_there(person, agency, partnership)
        return self._left[key]

    def called_back(self, case: int) -> frozenset[str]:
        """From whom a case (its key) was called back, by label."""
        if self._gone is None:
            self._gone = every_called_back()
        return self._gone.get(case, frozenset())

    def agency(self, slug: str) -> Agency | None:
        """An agency by its slug; None for an empty one."""
        if slug and slug not in self._agencies:
            self._agencies[slug] = Agency.objects.filter(slug=slug).first()
        return self._agencies.get(slug)


def named_in(state: CaseState, seat: Who) -> list[int]:
    """The people whom the records name for a seat's agency, the latest first, each once.

    Whoever it was passed on to comes before whoever acted, and whoever acted before the
    counterpart named when it was raised. Who of them holds the post is asked when they are told.
    """
    found: list[str] = []
    for record in reversed(state.records):
        if _same_agency(record, seat):
            found.append(record.text.get("passed_to", ""))
            if record.by.role == seat.role or _is_raising(record, seat):
                found.append(record.text.get("user", ""))
    found += [record.text.get("counterpart", "") for record in state.records]
    return [int(each) for each in dict.fromkeys(found) if each.isdecimal()]


def _is_raising(record: Record, seat: Who) -> bool:
    """Whether a record is the raising that put its writer in this seat, whatever their post."""
    return record.act is Act.RAISE and seat.role == Tier.PRACTITIONER


def _same_agency(record: Record, seat: Who) -> bool:
    return record.by.agency == seat.agency


def people(
    directory: Directory, case: Case, policy: Policy, seat: Who, named: Sequence[int]
) -> tuple[Told, ...]:
    """Who is told of what concerns a seat. Never nobody: `Told(None)` where all is vacant.

    `case` comes with its partnership and its summary.
    """
    if seat.role in OUTSIDE:
        return ()
    gone = directory.called_back(case.pk)
    if not gone:
        return _people(directory, case, policy, seat, named)
    if EVERYBODY in gone:
        raises = seat.role == Tier.PRACTITIONER and seat.side is Side.RAISING
        if seat.role != LAST and not raises:
            return ()
    home = _home(policy, seat)
    if {f"agency:{home}", f"office:{seat.role}", f"office:{seat.role}@{home}"} & gone:
        return tuple(_instead_of_whom_it_was_called_back_from(directory, case.partnership))
    found = _people(directory, case, policy, seat, named)
    kept = tuple(t for t in found if t.user is None or f"person:{t.user.pk}" not in gone)
    return kept or tuple(_instead_of_whom_it_was_called_back_from(directory, case.partnership))


def _instead_of_whom_it_was_called_back_from(
    directory: Directory, partnership: Partnership
) -> Iterator[Told]:
    """Who is told in place of somebody who got the case wrongly: the business manager."""
    says = "The case was called back from whom this would go to: it comes to you."
    unit = _choose(LAST, directory.holders(LAST, partnership, None), ())
    yield from (Told(user, says) for user in unit or (None,))


def _people(
    directory: Directory, case: Case, policy: Policy, seat: Who, named: Sequence[int]
) -> tuple[Told, ...]:
    partnership = case.partnership
    appointed = [user for office, user in case.summary.appointed if office == _office(seat.role)]
    if appointed:
        found = User.objects.filter(pk__in=appointed, is_active=True)
        if found:
            return tuple(Told(user) for user in found)
    home = directory.agency(_home(policy, seat))
    if home is not None and directory.is_served(home, partnership):
        return tuple(_of_a_served(directory, home, partnership, named))
    here, since = named, named
    if home is not None:
        since = directory.now(named, home, partnership)
        here = (*named, *since)
    vacant, vacated = "", False
    for role, agency in _line(directory, policy, seat):
        posts = directory.holders(role, partnership, agency)
        chosen = _choose(role, posts, here)
        if not chosen and not vacant and home is not None and _raises(seat):
            chosen = _whatever_their_post(since)
        if chosen:
            return tuple(
                Told(user, *(("", False) if user.pk in here else (vacant, vacated)))
                for user in chosen
            )
        if not vacant:
            left = home is not None and any(
                directory.has_left(each, home, partnership) for each in named
            )
            vacant = _vacant(role, agency, partnership, left)
            vacated = role not in APPOINTED_ONLY and (role != Tier.PRACTITIONER or left)
    return (Told(None, vacant, vacated),)


def _raises(seat: Who) -> bool:
    return seat.role == Tier.PRACTITIONER and seat.side is Side.RAISING


def _whatever_their_post(named: Sequence[int]) -> list[User]:
    """Who raised the concern is told of what they owe by any post: a manager who raised it, too."""
    found = User.objects.filter(pk__in=named[:1], is_active=True)
    return list(found) if named else []


def _of_a_served(
    directory: Directory, agency: Agency, partnership: Partnership, named: Sequence[int]
) -> Iterator[Told]:
    """Who is told for an agency that is not on Concord: the business manager, who tells it.

    Somebody of it who proved an address and is in the case hears it themselves, too.
    """
    own = directory.holders(Tier.PRACTITIONER, partnership, agency)
    yield from (Told(post.user) for post in own if post.user_id in named)
    says = f"{agency.name} is not on Concord: tell it, and write down what it says."
    unit = _choose(LAST, directory.holders(LAST, partnership, None), ())
    yield from (Told(user, says) for user in unit or (None,))


def _office(role: str) -> str:
    """The office by which somebody is appointed: a panel sits by its members."""
    return "panel_member" if role == "panel" else role


def _line(directory: Directory, policy: Policy, seat: Who) -> Iterator[tuple[str, Agency | None]]:
    """The posts to ask, in order: the seat's own, then those who stand in for a vacant one."""
    agency = directory.agency(_home(policy, seat))
    if agency is not None:
        tiers = [each.value for each in Tier]
        if seat.role in TIER_RANK:
            start = TIER_RANK[agency.nearest_tier(seat.role)]
            yield from ((tier, agency) for tier in tiers[start:] if agency.has_tier(tier))
        else:
            yield seat.role, agency
        if seat.role != "slo":
            yield "slo", agency
        if seat.role not in TIER_RANK:
            yield from ((tier, agency) for tier in reversed(tiers[1:]) if agency.has_tier(tier))
    else:
        yield seat.role, None
    if seat.role != LAST:
        yield LAST, None


def _home(policy: Policy, seat: Who) -> str:
    """The agency whose post a seat is; empty for an office of the partnership."""
    office = next((each for each in policy.offices if each.id == seat.role), None)
    if office is not None and office.agency:
        return office.agency
    return seat.agency or "" if is_partys(policy, seat.role) else ""


def is_partys(policy: Policy, role: str) -> bool:
    """Whether a post is each party's own: a tier, or an office as a Senior Liaison Officer's."""
    return role in (*TIER_RANK, *PARTY_OFFICES) or any(
        office.id == role and office.of == "party" for office in policy.offices
    )


def _choose(role: str, posts: Iterable[Post], named: Sequence[int]) -> list[User]:
    """Whom of a post's holders to tell."""
    posts = [post for post in posts if post.user is not None]
    covers = [
        post
        for post in posts
        if post.covers and (role != Tier.PRACTITIONER or _covers_one_of(post, named))
    ]
    own = [post for post in posts if not post.covers and not post.deputy]
    by_person = {post.user_id: post for post in [*own, *posts]}
    name = next((each for each in named if each in by_person), None)
    if name is not None and covers and len(own) == 1:
        name = None  # the one holder is away, and covered
    if name is not None:
        chosen = [by_person[name], *(post for post in covers if post.user_id != name)]
    elif role == Tier.PRACTITIONER:
        chosen = covers  # a practitioner who is not in the case is not brought in by a notice
    else:
        chosen = covers or own or posts
    users = [post.user for post in chosen if post.user is not None]
    return list(dict.fromkeys(users))


def _covers_one_of(cover: Post, named: Sequence[int]) -> bool:
    """Whether cover of a practitioner is of one in the case: a colleague's says nothing of it."""
    return cover.follows is None or cover.follows.user_id in named


def _vacant(role: str, agency: Agency | None, partnership: Partnership, left: bool) -> str:
    if role == Tier.PRACTITIONER and left and agency is not None:
        return (
            f"Whoever had this at {agency.name} holds no post there now, and nobody has held "
            "theirs since: so it comes to you."
        )
    if role == Tier.PRACTITIONER:
        return "No practitioner of this agency is in the case yet. Pass it on to the right one."
    if role in APPOINTED_ONLY:
        office = role_words(role)
        return f"Nobody is appointed as {office} yet, so this comes to you."
    where = agency.name if agency else partnership.name
    title = agency.title(role) if agency else role_words(role)
    return f"The post of {title} at {where} is vacant, so this comes to you."

"""Who answers on each side of a case at a stage, and how to reach them: those told of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from concord.cases.doorway import Look, Viewer
from concord.directory.models import Post, User
from concord.directory.questions import served
from concord.notifications.recipients import Directory, Told, is_partys, named_in, people
from concord.rules.clock import LONDON
from concord.rules.who import Who
from concord.rules.words import Side, Tier
from concord.web.presenting import Names


@dataclass(frozen=True, slots=True)
class Reached:
    """One person who answers for a post: name, title, and the ways to reach them."""

    name: str
    title: str
    telephone: str
    email: str
    covers: bool = False


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for one agency, or for the partnership, at a stage."""

    where: str
    side: str
    post: str
    people: tuple[Reached, ...]
    note: str = ""
    """Why it is not the post's own holder, where it is not; or that nobody could be found."""
    is_own: bool = False


def answering(look: Look, who: Viewer, names: Names, stage: str = "") -> list[Answering]:
    """Who answers on each side at a stage, the present one unless named; the viewer's own last."""
    state = look.state
    acts = state.policy.stage(stage or state.stage).acts
    directory = Directory(who.at)
    own = {post.agency for post in who.held if post.agency}
    off = served(look.case.partnership)
    found = []
    for seat in _seats(look, acts):
        if seat.agency in off:
            told: Sequence[Told] = people(
                directory, look.case, state.policy, Who("business_manager"), ()
            )
            note = "This agency is not on Concord. The business manager tells it and writes for it."
        else:
            told = people(directory, look.case, state.policy, seat, named_in(state, seat))
            note = _note(told, names.role(seat))
        found.append(
            Answering(
                where=names.agencies.get(seat.agency or "", "") or look.case.partnership.name,
                side=_side(seat),
                post=names.role(seat),
                people=tuple(_reached(told, look, who)),
                note=note,
                is_own=seat.agency in own,
            )
        )
    return sorted(found, key=lambda each: each.is_own)


def reached(look: Look, who: Viewer, seat: Who) -> tuple[Reached, ...]:
    """Who has what comes to one seat of a case now, and how to reach them."""
    state = look.state
    told = people(Directory(who.at), look.case, state.policy, seat, named_in(state, seat))
    return tuple(_reached(told, look, who))


def _seats(look: Look, acts: str) -> Iterator[Who]:
    """The tier that acts there, of each side; or the body that does, and each executive."""
    state = look.state
    if not is_partys(state.policy, acts):
        yield Who(acts)
        acts = Tier.EXECUTIVE
    for side, agency in state.parties.sides:
        yield Who(acts, side, agency)


def _side(seat: Who) -> str:
    if seat.side is None:
        return "the partnership"
    return "raised it" if seat.side is Side.RAISING else "is challenged"


def _note(told: Sequence[Told], post: str) -> str:
    if not any(each.user for each in told):
        return "Nobody holds this post, nor one that could stand in for it."
    if any(each.instead for each in told):
        return f"Nobody is named here as {post}, so it goes to the next who can act."
    return ""


def _reached(told: Sequence[Told], look: Look, who: Viewer) -> Iterator[Reached]:
    users = [each.user for each in told if each.user is not None]
    day = who.at.astimezone(LONDON).date()
    posts = Post.objects.held(day).filter(user__in=users, partnership=look.case.partnership)
    held: dict[int | None, Post] = {}
    for post in posts.order_by("-covers", "deputy", "id"):
        held.setdefault(post.user_id, post)
    for user in users:
        yield _one(user, held.get(user.pk))


def _one(user: User, post: Post | None) -> Reached:
    title = (post.title if post else "") or user.job_title
    return Reached(user.name, title, user.telephone, user.email, bool(post and post.covers))

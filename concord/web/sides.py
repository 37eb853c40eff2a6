"""Who answers on each side of a case at a stage, and how to reach them: those told of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from concord.cases.doorway import Look, Viewer
from concord.directory.models import Post, User
from concord.directory.questions import served
from concord.notifications.recipients import Directory, Told, is_partys, named_in, people
from concord.rules.clock import LONDON, is_late
from concord.rules.dates import due_words
from concord.rules.duties import Owed
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act, Side, Status, Tier
from concord.web.leading import nearest_limit
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
            note = _note(told, seat, names.role(seat))
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


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An agency that has yet to answer the concern, though no clause gives it a duty with a date.

    `who` is the agency with the people who answer for it; `when` a sentence, by when; `clause` that
    of the present stage.
    """

    where: str
    who: str
    when: str
    clause: str


def unanswered(
    look: Look, names: Names, sides: Sequence[Answering], entries: Sequence[Owed], at: datetime
) -> list[Unanswered]:
    """The agencies challenged that did nothing yet but pass it on, as the case's pages name them.

    In an informal stage a policy may ask only whoever raised the concern to act (SA-09): then a
    page that named duties alone would be silent about those for whom it waits. An agency that owes
    something in the case is named by that; so is one that is to confirm an outcome. And what keeps
    a child safe stands there alone, until it is done. `at` is aware.
    """
    state = look.state
    if state.status is not Status.OPEN or state.proposed is not None:
        return []
    if any(each.is_open and each.urgent for each in entries):
        return []
    when = _when(nearest_limit(state, at), at)
    owing = {each.owner.agency for each in entries if each.is_open and each.owner is not None}
    return [
        Unanswered(
            names.agencies.get(agency, agency),
            by_name(names.agencies.get(agency, agency), sides),
            when,
            str(state.policy.stage(state.stage).clause),
        )
        for agency in state.parties.responding
        if agency not in owing and has_done_nothing(state, agency)
    ]


def _when(limit: Owed | None, at: datetime) -> str:
    """By when an answer is wanted for which the policy gives no date."""
    if limit is None or limit.due is None:
        return "as soon as possible. The policy gives no date for this answer."
    if is_late(limit.due, at):
        return "at once. The time for this stage has passed."
    return f"as soon as possible. This stage has to be settled {due_words(limit.due)}."


def has_done_nothing(state: CaseState, agency: str) -> bool:
    """Whether an agency (slug) recorded nothing in a case but that it was passed on."""
    return not any(
        record.by.agency == agency and record.act is not Act.PASS_ON for record in state.records
    )


def by_name(where: str, sides: Sequence[Answering]) -> str:
    """An agency, with the people who answer for it."""
    found = [each for side in sides if side.where == where for each in side.people]
    people = ", ".join(f"{each.name} ({each.title})" if each.title else each.name for each in found)
    return f"{where}: {people}" if people else where


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


def _note(told: Sequence[Told], seat: Who, post: str) -> str:
    if not any(each.user for each in told):
        return "Nobody holds this post, nor one that could stand in for it."
    if any(each.instead for each in told) and seat.role == Tier.PRACTITIONER:
        # the agency may have many: a notice brings in none of them
        return (
            f"No {post} of this agency is in the case now, so it goes to the next who can act, "
            "who passes it on to the right person."
        )
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

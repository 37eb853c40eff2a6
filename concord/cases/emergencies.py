"""Opening a case in an emergency, and saying afterwards whether that was proper.

The opening is written with the look at the case: nobody is shown anything before it stands there.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from concord.access.table import Relation, may_open_in_emergency, relation, reviews_looks
from concord.cases import glass
from concord.cases.doorway import NotFound, Viewer
from concord.cases.glass import Opened, openings
from concord.cases.ledger import facts_for_access, state_of
from concord.cases.models import Case, Registered, as_kept
from concord.cases.register import write
from concord.directory.arrivals import unconfirmed
from concord.directory.models import Partnership, Post
from concord.rules.clock import LONDON
from concord.rules.naming import role_words
from concord.rules.state import CaseState


class NotReviewed(Exception):
    """It cannot be reviewed by this person, or not again; says why, and what instead."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A case that somebody may read now. `line` is None where it was open to them already."""

    case: Case
    state: CaseState
    line: Registered | None


def where_open(who: Viewer) -> list[Partnership]:
    """The partnerships of which the viewer may open a case in an emergency."""
    return list(dict.fromkeys(post.partnership for post in _known(who)))


def _known(who: Viewer) -> list[Post]:
    """The posts by which the viewer may: not one that their agency has not confirmed yet."""
    day = who.at.astimezone(LONDON).date()
    sure = Post.objects.held(day).filter(user=who.user).exclude(unconfirmed())
    there = {
        slug
        for slug in {post.partnership for post in who.held}
        if may_open_in_emergency(who.held, slug, who.user.is_administrator)
    }
    return [post for post in sure if post.partnership.slug in there]


def open_in_emergency(who: Viewer, reference: str, why: str) -> Broken:
    """Open one case to the viewer, to be read for an hour. Raises NotFound.

    One of another partnership is not found, just as one that is not there. Where the case is open
    to them anyhow, or they opened it so a moment ago, nothing is written.
    """
    known = _known(who)
    case = (
        Case.objects.select_related("partnership", "summary")
        .filter(
            reference=as_kept(reference),
            disposed=None,
            partnership__in=[post.partnership_id for post in known],
        )
        .first()
    )
    if case is None:
        who.looks.refuse(None)
        raise NotFound(reference)
    state = state_of(case)
    if relation(who.person, who.held, facts_for_access(case, state)) is not Relation.NONE:
        return Broken(case, state, None)
    with transaction.atomic():
        Partnership.objects.select_for_update(no_key=True).get(pk=case.partnership_id)
        if glass.open_until(case.pk, who.person, who.at) is not None:
            return Broken(case, state, None)
        post = next(post for post in known if post.partnership_id == case.partnership_id)
        line = write(
            Registered.Kind.OPENED, case, who.user, who.at,
            {"who": described(who.user.name, post), "why": why},
        )  # fmt: skip
    who.looks.open_in_emergency(case.pk)
    return Broken(case, state, line)


def described(name: str, post: Post) -> str:
    """A person by name, post and agency: "Ada Invented, Head teacher, Meadow School"."""
    where = post.agency.name if post.agency else post.partnership.name
    return f"{name}, {post.title or role_words(post.role)}, {where}"


def reviewed_by(who: Viewer) -> list[Partnership]:
    """The partnerships whose openings in an emergency the viewer reviews."""
    return list(Partnership.objects.filter(slug__in=reviews_looks(who.held)))


def to_review(who: Viewer) -> list[Opened]:
    """What waits for a review by the viewer, the longest waiting first."""
    found = openings(partnership__in=reviewed_by(who))
    return [each for each in reversed(found) if each.review is None and each.person != who.person]


def of_number(who: Viewer, number: int) -> Opened:
    """One opening in a partnership whose openings the viewer reviews. Raises NotFound."""
    found = openings(pk=number, partnership__in=reviewed_by(who))
    if not found:
        raise NotFound(str(number))
    return found[0]


def review(who: Viewer, number: int, proper: bool, words: str) -> None:
    """Say whether an opening was proper, and why. Raises NotFound, NotReviewed."""
    found = of_number(who, number)
    if found.person == who.person:
        raise NotReviewed(
            "You opened this case yourself, so somebody else reviews it: the business manager, or "
            "the data protection officer."
        )
    line = Registered.objects.select_related("case__partnership").get(pk=number)
    post = Post.objects.filter(
        user=who.user, partnership=line.case.partnership_id, agency=None
    ).select_related("agency", "partnership").first()  # fmt: skip
    name = described(who.user.name, post) if post else who.user.name
    try:
        write(
            Registered.Kind.REVIEWED, line.case, who.user, who.at,
            {"who": name, "proper": "yes" if proper else "no", "words": words},
            about=line, once=f"reviewed:{line.pk}",
        )  # fmt: skip
    except IntegrityError as error:
        raise NotReviewed("Somebody has reviewed it meanwhile. What they said stands.") from error

"""What is opened by a post that somebody holds, whatever the case: a plain question each."""

from collections.abc import Iterable
from enum import StrEnum

from concord.access.table import LINE, Held, answers_subjects, oversees_integrity, reviews_looks

UNIT = "business_manager"


class Standing(StrEnum):
    """By which posts a page is opened. The words are those of the reference."""

    AGENCY_LINE = "a post in the line of that agency"
    UNIT = "business manager of that partnership"
    ANY_UNIT = "business manager of a partnership"
    RAISES = "a post in an agency"
    SERVES = "business manager of a partnership with an agency that is not on Concord"
    ANSWERS_SUBJECTS = "data protection officer or business manager of that partnership"
    ANSWERS_REQUEST = "data protection officer or business manager of the request's partnership"
    REVIEWS_LOOKS = "data protection officer or business manager of a partnership"
    INTEGRITY = "whoever answers for a partnership's records, or the administrator"
    SETS_COVER = "the post's holder, whoever leads it, or the business manager"
    ENDS_COVER = "whoever may set cover for the post that is covered"
    KEEPS_POST = "business manager of the post's partnership"
    PROFESSIONAL = "a post that reviews no openings, of an agency that knows the holder"
    CONFIRMS = "who leads the newcomer's agency, or the business manager"


FROM_POSTS = frozenset({
    Standing.AGENCY_LINE, Standing.UNIT, Standing.ANY_UNIT, Standing.REVIEWS_LOOKS,
    Standing.INTEGRITY, Standing.ANSWERS_SUBJECTS, Standing.RAISES,
})  # fmt: skip
"""Those that follow from the posts held and the address alone; the rest ask the directory."""


def stands(standing: Standing, held: Iterable[Held], slug: str = "") -> bool:
    """Whether these posts open it, for the agency or partnership of this slug.

    Of `FROM_POSTS` alone: any other is False, for the directory has to be asked.
    """
    held = tuple(held)
    match standing:
        case Standing.AGENCY_LINE:
            return any(post.role in LINE and post.agency == slug for post in held if post.agency)
        case Standing.UNIT:
            return slug in units(held)
        case Standing.RAISES:
            return raises(held)
        case Standing.ANY_UNIT:
            return bool(units(held))
        case Standing.ANSWERS_SUBJECTS:
            return slug in answers_subjects(held)
        case Standing.REVIEWS_LOOKS:
            return bool(reviews_looks(held))
        case Standing.INTEGRITY:
            return bool(oversees_integrity(held))
        case _:
            return False


def raises(held: Iterable[Held]) -> bool:
    """Whether somebody with these posts belongs to an agency, in whose name a concern is raised."""
    return any(post.agency for post in held)


def units(held: Iterable[Held]) -> frozenset[str]:
    """The partnerships (slugs) whose business manager somebody with these posts is."""
    return frozenset(post.partnership for post in held if post.role == UNIT and not post.agency)

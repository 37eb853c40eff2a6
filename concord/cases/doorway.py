"""The one doorway to a case and the one to a list of cases; both ask who is looking.

"Not there" and "not yours" give the same answer. What is shown is gathered here with who is
looking, and written down before the answer is given.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from concord.access.table import (
    LINE,
    Doing,
    Held,
    Relation,
    acts_as,
    can,
    relation,
)
from concord.cases.ledger import facts_for_access, state_of
from concord.cases.looks import Looks
from concord.cases.models import Case, Child
from concord.directory.models import User
from concord.directory.questions import posts_of, served
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Tier


class NotFound(LookupError):
    """There is no such case, or none that is open to whoever asks."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, with the posts held at that moment."""

    user: User
    held: tuple[Held, ...]
    at: datetime
    titles: Mapping[Held, str] = field(default_factory=dict)
    """The directory's own words for each post held."""
    looks: Looks = field(default_factory=Looks, compare=False)
    """What the answer that is being made shows of cases, or refuses."""

    @property
    def person(self) -> int:
        """The person's number."""
        return int(self.user.pk)

    def post(self, seat: Who) -> str:
        """The title under which somebody acts in a seat: "" where the directory gives none.

        That of the seat's own post, else of another that they hold in the same agency: a
        safeguarding lead who raises a concern is no class teacher.
        """
        agency = seat.agency or ""
        there = [(post, title) for post, title in self.titles.items() if post.agency == agency]
        own = [title for post, title in there if post.role == seat.role]
        return next(iter([*own, *(title for _, title in there if agency)]), "")


@dataclass(frozen=True, slots=True)
class Look:
    """A case as one viewer may see it: its state, how they stand to it, in which seats they act."""

    case: Case
    state: CaseState
    relation: Relation
    seats: tuple[Who, ...]
    writes_for: tuple[str, ...] = ()
    """The parties (slugs) that are not on Concord, on whose behalf this viewer writes."""

    def seats_of(self, agency: str) -> tuple[Who, ...]:
        """The seats of a party on whose behalf the viewer writes; none of any other agency."""
        return tuple(
            Who(tier, side, each)
            for side, each in self.state.parties.sides
            if each == agency and each in self.writes_for
            for tier in Tier
        )

    def can(self, doing: Doing) -> bool:
        """Whether the table of access lets this viewer do this."""
        return can(self.relation, doing)


def viewer(user: User, at: datetime) -> Viewer:
    """Somebody who looks, at a moment (aware), with the posts held then."""
    titles = {
        Held(post.role, post.agency.slug if post.agency else "", post.partnership.slug): post.title
        for post in posts_of(user, at)
    }
    return Viewer(user, tuple(titles), at, {held: title for held, title in titles.items() if title})


def find(who: Viewer, reference: str, doing: Doing = Doing.SEE_RECORDS) -> Look:
    """A case by its reference, for this viewer. Raises NotFound.

    `doing`: what the caller shows of it; unless it says less, every record.
    """
    with transaction.atomic():
        case = (
            Case.objects.select_related("partnership")
            .filter(reference=reference.strip().upper())
            .first()
        )
        if case is None:
            who.looks.refuse(None)
            raise NotFound(reference)
        state = state_of(case)
        facts = facts_for_access(case, state)
        stands = relation(who.person, who.held, facts)
        if not can(stands, doing):
            who.looks.refuse(case.pk)
            raise NotFound(reference)
        who.looks.open(case.pk)
        return Look(
            case, state, stands, acts_as(who.person, who.held, facts),
            _writes_for(case, state, stands),
        )  # fmt: skip


def _writes_for(case: Case, state: CaseState, stands: Relation) -> tuple[str, ...]:
    if not can(stands, Doing.WRITE_FOR_OTHERS):
        return ()
    absent = served(case.partnership)
    return tuple(agency for agency in state.parties.agencies if agency in absent)


def cases_for(who: Viewer) -> QuerySet[Case]:
    """The cases that this viewer may find in a list, by the same relations as `find`."""
    partnerships = {post.partnership for post in who.held}
    wanted = Q(brought__user=who.user)
    for post in who.held:
        same = Q(partnership__slug=post.partnership)
        if post.agency:
            if post.role in LINE:
                wanted |= same & Q(parties__agency__slug=post.agency)
            wanted |= same & Q(brought__role=post.role, brought__agency=post.agency)
        elif post.role == "business_manager":
            wanted |= same
        else:
            wanted |= same & Q(brought__role=post.role, brought__agency="")
    return (
        Case.objects.filter(wanted, partnership__slug__in=partnerships)
        .select_related("summary", "partnership")
        .prefetch_related("children", "parties__agency")
        .distinct()
    )


@dataclass(frozen=True, slots=True)
class Same:
    """Open cases that an agency has about a child already."""

    shown: tuple[Case, ...]
    """Those open to the viewer."""
    others: bool
    """Whether there are more, which only their agency's safeguarding lead can open to them."""

    def __bool__(self) -> bool:
        return bool(self.shown) or self.others


def listed(who: Viewer, cases: Iterable[Case]) -> list[Case]:
    """Cases as a list shows them to this viewer: noted as shown. From `cases_for`."""
    found = list(cases)
    who.looks.list(case.pk for case in found)
    return found


def same_child(who: Viewer, agency: str, children: Sequence[tuple[str, date | None]]) -> Same:
    """What the viewer's own agency already has open about any of these children.

    Names agree, and dates of birth do not contradict. A colleague's case is told of too, or the
    warning would miss most: not its reference, and not to people of another agency.
    """
    own = any(post.agency == agency for post in who.held)
    wanted = Q(pk__in=())
    for name, born in children:
        same = Q(name__iexact=name.strip())
        wanted |= same & (Q(born=born) | Q(born=None)) if born is not None else same
    matching = Child.objects.filter(wanted, case__parties__agency__slug=agency)
    found = set(matching.filter(case__summary__status="open").values_list("case", flat=True))
    shown = tuple(listed(who, cases_for(who).filter(pk__in=found).order_by("-opened", "id")[:10]))
    return Same(shown, own and len(found) > len(shown) and len(shown) < 10)


def about_child(who: Viewer, name: str, born: date) -> list[Case]:
    """The cases open to the viewer about a child of this name and date of birth, 50 at most.

    What was searched for is noted, whatever was found.
    """
    who.looks.search = f"{name.strip()}, born {born.isoformat()}"
    wanted = cases_for(who).filter(children__name__iexact=name.strip(), children__born=born)
    return listed(who, wanted.order_by("-opened", "id").distinct()[:50])

"""What an agency has open already about a child, told to those who belong to it.

It is no search: whoever asks has named the child in a concern of their own, or answers for
somebody who has.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from concord.cases.doorway import (
    Viewer,
    called_back_from,
    cases_for,
    having,
    listed,
    named,
)
from concord.cases.models import Case, Child
from concord.vault.index import sought_of_date

Children = Sequence[tuple[str, date | None]]
"""Each child's name and date of birth."""


@dataclass(frozen=True, slots=True)
class Same:
    """Open cases that an agency has about a child already."""

    shown: tuple[Case, ...]
    """Those open to the viewer."""
    others: bool
    """Whether there are more, which only their agency's safeguarding lead can open to them."""

    def __bool__(self) -> bool:
        return bool(self.shown) or self.others


def same_child(who: Viewer, agency: str, children: Children, besides: Collection[int] = ()) -> Same:
    """What the viewer's own agency already has open about any of these children.

    Every word of a name agrees, and dates of birth do not contradict. A colleague's case is told
    of too, or the warning would miss most: not its reference, and not to people of another agency.
    Nor to anybody whom the agency has not confirmed yet: the table of access opens nothing to them
    but what they raised, and that there is a case is told already by a warning. Nor is a case told
    of that was called back from the viewer. `besides`: cases (their keys) that are left out.
    """
    wanted = Q(pk__in=())
    for name, born in children:
        same = Q(pk__in=named(name).values("pk"))
        if born is not None:
            same &= Q(born=None) | Q(pk__in=having(sought_of_date(born)).values("pk"))
        wanted |= same
    matching = Child.objects.filter(wanted, case__parties__agency__slug=agency)
    found = set(matching.filter(case__summary__status="open").values_list("case", flat=True))
    found -= {*besides, *called_back_from(who)}
    shown = tuple(listed(who, cases_for(who).filter(pk__in=found).order_by("-opened", "id")[:10]))
    own = is_confirmed_in(who, agency)
    return Same(shown, own and len(found) > len(shown) and len(shown) < 10)


def is_confirmed_in(who: Viewer, agency: str) -> bool:
    """Whether the viewer holds a post of an agency (slug), and it has said that it knows them."""
    return any(
        post.agency == agency and (agency, post.partnership) not in who.unconfirmed
        for post in who.held
    )

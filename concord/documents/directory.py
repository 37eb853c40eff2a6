"""What the directory adds to a case's records: the names of its seats, and of the people in them.

The pure part takes `CaseNames`; `names_of` reads it from the directory.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from concord.cases.models import Case
from concord.directory.models import Agency, Post, User
from concord.rules.clock import LONDON
from concord.rules.naming import Names
from concord.rules.state import CaseState
from concord.rules.who import Who


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as forms name them."""

    name: str
    email: str = ""
    job: str = ""


@dataclass(frozen=True, slots=True)
class CaseNames:
    """What the directory says of a case: its reference, its seats' titles, who people are."""

    reference: str
    partnership: str
    seats: Names
    people: Mapping[str, Person]
    """People by their number, as records name them."""
    holders: Mapping[Who, tuple[Person, ...]]
    """Who holds each seat that the records name."""

    def person(self, number: str) -> Person | None:
        """Somebody by their number, as records name them."""
        return self.people.get(number)

    def holding(self, who: Who) -> str:
        """A seat with who holds it: "Ada Appleyard, Team manager, Northbridge Trust"."""
        names = " or ".join(person.name for person in self.holders.get(who, ()))
        return f"{names}, {self.seats.seat(who)}" if names else self.seats.seat(who)


def names_of(case: Case, state: CaseState, at: datetime, also: Iterable[Who] = ()) -> CaseNames:
    """What the directory says of a case at a moment (aware); `also` are seats to name besides."""
    agencies = list(Agency.objects.filter(cases__case=case).distinct())
    numbers = {
        number for record in state.records if (number := record.text.get("user", "")).isdecimal()
    }
    users = User.objects.filter(pk__in=[int(number) for number in numbers])
    wanted = {who for record in state.records for who in (*record.people, *record.to)} | set(also)
    return CaseNames(
        reference=case.reference,
        partnership=case.partnership.name,
        seats=Names(
            policy=state.policy,
            agencies={agency.slug: agency.name for agency in agencies},
            titles={agency.slug: agency.titles for agency in agencies},
            raisers_post=state.records[0].text.get("post", "") if state.records else "",
        ),
        people={str(user.pk): person_of(user) for user in users},
        holders=_holders(case, wanted, at),
    )


def person_of(user: User) -> Person:
    """Somebody, as forms name them."""
    return Person(user.name, user.email, user.job_title)


def _holders(case: Case, wanted: set[Who], at: datetime) -> dict[Who, tuple[Person, ...]]:
    posts = Post.objects.held(at.astimezone(LONDON).date()).filter(
        partnership=case.partnership, role__in={who.role for who in wanted}
    )
    found: dict[Who, tuple[Person, ...]] = {}
    for post in posts.order_by("deputy", "id"):
        for who in wanted:
            agency = post.agency.slug if post.agency else None
            if post.user and post.role == who.role and (who.agency in (agency, None)):
                found[who] = (*found.get(who, ()), person_of(post.user))
    return found

"""Whose a duty is now, as pages and lists say it: the same answer by which notices are told."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from concord.access.table import LINE
from concord.cases.doorway import Look, Viewer
from concord.cases.summaries import raiser
from concord.directory.models import Agency, Partnership, Post
from concord.notifications.recipients import Directory, Told, named_in, people
from concord.policies.library import load_version
from concord.rules.clock import LONDON
from concord.rules.duties import Owed
from concord.rules.naming import Names
from concord.rules.who import Who
from concord.rules.words import Side, Tier

UNIT = "business_manager"


@dataclass(slots=True)
class Whose:
    """Who has what the seats of one case owe, at one moment (aware); each asked once."""

    look: Look
    names: Names
    at: datetime
    _directory: Directory | None = None
    _told: dict[Who, tuple[Told, ...]] = field(default_factory=dict)

    def told(self, seat: Who) -> tuple[Told, ...]:
        """Whoever is told of what a seat owes."""
        if seat not in self._told:
            if self._directory is None:
                self._directory = Directory(self.at)
            state = self.look.state
            self._told[seat] = people(
                self._directory, self.look.case, state.policy, seat, named_in(state, seat)
            )
        return self._told[seat]

    def words(self, seat: Who) -> str:
        """Who has what a seat owes, where its own holder has left or is away; else ""."""
        told = [each for each in self.told(seat) if each.user is not None]
        if told and all(each.vacated for each in told):
            return f"{self._people(told)}, because {self._gone(seat)}"
        raised = seat.role == Tier.PRACTITIONER and seat.side is Side.RAISING
        if raised and raiser(self.look.state) not in (
            None, *(each.user.pk for each in told if each.user)
        ):  # fmt: skip
            names = " or ".join(each.user.name for each in told if each.user)
            return f"{names}, in place of {self.names.owner(seat)}" if names else ""
        return ""

    def _people(self, told: Iterable[Told]) -> str:
        return " or ".join(
            each.user.name + _title(each.user.pk, self.look.case.partnership, self.at)
            for each in told
            if each.user is not None
        )

    def _gone(self, seat: Who) -> str:
        if seat.role == Tier.PRACTITIONER and seat.side is Side.RAISING and self.names.raiser:
            return f"{self.names.raiser}, who raised it, holds no post there now"
        if seat.role == Tier.PRACTITIONER:
            return f"whoever had it holds no post there now ({self.names.seat(seat)})"
        return f"nobody holds the post now ({self.names.seat(seat)})"

    def left_to(self, who: Viewer, entries: Iterable[Owed]) -> tuple[Who, ...]:
        """The seats whose open duties have come to the viewer, whose own seats these are not."""
        owners = {entry.owner for entry in entries if entry.is_open and entry.owner is not None}
        return tuple(
            seat
            for seat in sorted(owners - set(self.look.seats), key=str)
            if any(
                each.vacated and each.user is not None and each.user.pk == who.person
                for each in self.told(seat)
            )
        )


def names_of(look: Look, at: datetime) -> Names:
    """The names that a case's seats go by at a moment (aware): who has left is named no longer."""
    return replace(_own_names(look), now=whose(look, at).words)


def whose(look: Look, at: datetime) -> Whose:
    """Who has what the case's seats owe now."""
    return Whose(look, _own_names(look), at)


def _own_names(look: Look) -> Names:
    agencies = Agency.objects.filter(cases__case=look.case)
    return Names(
        policy=look.state.policy,
        agencies={agency.slug: agency.name for agency in agencies},
        titles={agency.slug: agency.titles for agency in agencies},
        raiser=look.state.records[0].text.get("by_name", ""),
        raisers_post=look.state.records[0].text.get("post", ""),
    )


def _title(person: int, partnership: Partnership, at: datetime) -> str:
    day = at.astimezone(LONDON).date()
    post = Post.objects.held(day).filter(user=person, partnership=partnership).first()
    if post is None or not post.title:
        return ""
    where = f", {post.agency.name}" if post.agency else ""
    return f" ({post.title}{where})"


@dataclass(slots=True)
class Left:
    """What has come to one viewer in the cases of a list, because its own holder has left."""

    who: Viewer
    _directory: Directory | None = None
    _filled: dict[str, tuple[set[tuple[str, str]], set[tuple[str, int]]]] = field(
        default_factory=dict
    )

    def has(self, case: Any, duty: dict[str, Any]) -> bool:
        """Whether a listed case's duty is the viewer's in place of somebody who has left.

        `case` comes with its parties, whoever is named in it, and `raiser_id`.
        """
        if not duty["role"] or not self._could(case, duty):
            return False
        side = next(
            (row.side for row in case.parties.all() if row.agency.slug == duty["agency"]), None
        )
        seat = Who(duty["role"], Side(side) if side else None, duty["agency"] or None)
        raises = seat.role == Tier.PRACTITIONER and seat.side is Side.RAISING
        attached = [row.user_id for row in case.brought.all() if row.user_id]
        named = [case.raiser_id] if raises and case.raiser_id else attached
        if self._is_filled(case, seat, named):
            return False
        if self._directory is None:
            self._directory = Directory(self.who.at)
        policy = load_version(case.policy_id, case.policy_version).policy
        return any(
            told.vacated and told.user is not None and told.user.pk == self.who.person
            for told in people(self._directory, case, policy, seat, named)
        )

    def _could(self, case: Any, duty: dict[str, Any]) -> bool:
        """Whether the viewer is of those to whom it could come: its agency's line, or the unit."""
        return any(
            post.partnership == case.partnership.slug
            and (
                (post.role in LINE and post.agency == duty["agency"])
                or (post.role == UNIT and not post.agency)
            )
            for post in self.who.held
        )

    def _is_filled(self, case: Any, seat: Who, named: Iterable[int]) -> bool:
        posts, people = self._held(case.partnership.slug)
        agency = seat.agency or ""
        if seat.role != Tier.PRACTITIONER:
            return (agency, seat.role) in posts
        return any((agency, each) in people for each in named)

    def _held(self, partnership: str) -> tuple[set[tuple[str, str]], set[tuple[str, int]]]:
        """A partnership's posts that are held now, and who holds any in which agency."""
        if partnership not in self._filled:
            day = self.who.at.astimezone(LONDON).date()
            held = Post.objects.held(day).filter(partnership__slug=partnership)
            rows = list(held.values_list("agency__slug", "role", "user"))
            self._filled[partnership] = (
                {(agency or "", role) for agency, role, _ in rows},
                {(agency or "", user) for agency, _, user in rows if user},
            )
        return self._filled[partnership]

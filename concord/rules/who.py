"""Who acts: a tier of a party, or an office; and the seats that a policy speaks of.

A `Who` is one actor of one case ("manager@raising"). A `Seat` is a policy's pattern for actors
("manager@other", "iro|cp_chair"), read against the parties of a case.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache

from concord.rules.words import TIER_RANK, Side


class UnknownParty(ValueError):
    """The agency named is no party to the case."""


@dataclass(frozen=True, slots=True)
class Who:
    """One actor: a tier or an office, with the side and agency where it has one."""

    role: str
    side: Side | None = None
    agency: str | None = None

    @property
    def is_tier(self) -> bool:
        """Whether the role is a tier of an agency rather than an office."""
        return self.role in TIER_RANK


OUTSIDER = Who("outsider")
"""A professional who is invited to one case for one thing: a doctor, a nursery."""


@dataclass(frozen=True, slots=True)
class Parties:
    """The agencies in dispute: one raises, one or more respond (ids of agencies)."""

    raising: str
    responding: tuple[str, ...]
    agencies: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """Every party once, the raising one first."""
    sides: tuple[tuple[Side, str], ...] = field(init=False, repr=False, compare=False)
    """Every party with its side, the raising one first."""

    def __post_init__(self) -> None:
        everyone = (self.raising, *self.responding)
        sides = (Side.RAISING, *(Side.RESPONDING for _ in self.responding))
        object.__setattr__(self, "agencies", tuple(dict.fromkeys(everyone)))
        object.__setattr__(self, "sides", tuple(zip(sides, everyone, strict=True)))

    def resolve(self, text: str) -> tuple[Who, ...]:
        """Read "manager@raising", "manager@some-agency" or "chair".

        "@responding" stands for every responding agency. Raises UnknownParty for an agency
        that is not in the case.
        """
        role, _, place = text.strip().partition("@")
        if not role:
            raise UnknownParty(f"'{text}' names nobody: write a tier or an office.")
        if not place:
            return (Who(role),)
        if place == Side.RAISING:
            return (Who(role, Side.RAISING, self.raising),)
        if place == Side.RESPONDING:
            return tuple(Who(role, Side.RESPONDING, agency) for agency in self.responding)
        for side, agency in self.sides:
            if agency == place:
                return (Who(role, side, agency),)
        raise UnknownParty(
            f"'{place}' is not a party to this case: the parties are {', '.join(self.agencies)}."
        )

    def label(self, who: Who) -> str:
        """The short name of an actor, as scenarios and answers write it."""
        if who.side is None:
            return who.role
        if who.side is Side.RAISING:
            return f"{who.role}@{Side.RAISING}"
        place = Side.RESPONDING.value if len(self.responding) == 1 else who.agency
        return f"{who.role}@{place}"


ANYONE = "anyone"
EITHER_SIDE = "either_side"


@dataclass(frozen=True, slots=True)
class Seat:
    """A policy's pattern for actors.

    `roles` are tiers or offices, any of which fits. `place` is raising, responding, each
    (every party), own or other (seen from the party that owes), or None (no matter where).
    """

    roles: tuple[str, ...]
    place: str | None = None

    PLACES = ("raising", "responding", "each", "own", "other")

    def __str__(self) -> str:
        roles = "|".join(self.roles)
        return f"{roles}@{self.place}" if self.place else roles


@cache
def parse_seat(text: str) -> Seat:
    """Read "manager@raising", "iro|cp_chair" or "anyone@own". Raises ValueError."""
    roles, _, place = text.strip().partition("@")
    names = tuple(part.strip() for part in roles.split("|"))
    if not all(names):
        raise ValueError(f"'{text}' names nobody: write a tier or an office, as 'manager@raising'.")
    if place and place not in Seat.PLACES:
        raise ValueError(
            f"'{text}': after @ stands one of {', '.join(Seat.PLACES)}, not '{place}'."
        )
    return Seat(names, place or None)


def expand(seat: Seat, parties: Parties, own: str | None) -> tuple[tuple[Seat, str | None], ...]:
    """A seat as the separate people it asks for: one for each agency that it covers.

    "manager@other" with three responding agencies asks for three managers: none goes unheard.
    """
    match seat.place:
        case "raising":
            return ((seat, parties.raising),)
        case "responding":
            return tuple((seat, agency) for agency in parties.responding)
        case "each":
            return tuple((seat, agency) for agency in parties.agencies)
        case "own" if own is not None:
            return ((seat, own),)
        case "other" if own is not None:
            if own == parties.raising:
                return tuple((seat, agency) for agency in parties.responding)
            return ((seat, parties.raising),)
        case _:
            return ((seat, None),)


@lru_cache(maxsize=4096)
def actors_of(seat: Seat, parties: Parties) -> tuple[Who, ...]:
    """The actors who are asked by a seat, by its first role: one for each party that it covers."""
    sides = {agency: side for side, agency in reversed(parties.sides)}
    return tuple(
        Who(seat.roles[0], sides[agency], agency) if agency is not None else Who(seat.roles[0])
        for _, agency in expand(seat, parties, None)
    )


def sits(who: Who, seat: Seat, agency: str | None, stands_for: dict[str, frozenset[str]]) -> bool:
    """Whether an actor may be counted in a seat.

    A higher tier of the same agency counts for a lower one, and whoever the policy lets stand
    for a tier (a named professional for a line manager) counts for it and for lower ones.
    """
    if agency is not None and who.agency != agency:
        return False
    rank = TIER_RANK.get(who.role)
    for role in seat.roles:
        if role in (who.role, ANYONE):
            return True
        wanted = TIER_RANK.get(role)
        if wanted is None:
            continue
        if rank is not None and rank >= wanted:
            return True
        if any(
            who.role in stands_for.get(tier, ()) for tier in TIER_RANK if TIER_RANK[tier] >= wanted
        ):
            return True
    return False


def anybody(whos: Iterable[Who], seats: Iterable[Seat]) -> bool:
    """Whether any of these actors holds one of these roles, wherever."""
    wanted = {role for seat in seats for role in seat.roles}
    return any(who.role in wanted for who in whos)

"""What the directory answers: who holds a post, who is my counterpart, whom to call now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from concord.directory.models import Adoption, Agency, Membership, Partnership, Place, Post, User
from concord.rules.clock import LONDON, Calendar
from concord.rules.words import TIER_RANK, Tier


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Who answers at a tier: the tier found, who holds it, and in words why them."""

    agency: Agency
    role: str
    holders: tuple[Post, ...]
    why: str
    is_served: bool = False
    """The agency is not on Concord: the business manager tells it, and writes for it."""

    @property
    def is_vacant(self) -> bool:
        """Whether nobody holds the post now."""
        return not self.holders


def posts_of(user: User, at: datetime) -> tuple[Post, ...]:
    """The posts that somebody holds or covers at a moment (aware)."""
    return tuple(Post.objects.held(at.astimezone(LONDON).date()).filter(user=user))


def holders(
    role: str, partnership: Partnership, at: datetime, agency: Agency | None = None
) -> tuple[Post, ...]:
    """Who holds a tier or office of an agency, or of the partnership; deputies last."""
    day = at.astimezone(LONDON).date()
    found = Post.objects.held(day).filter(role=role, partnership=partnership, agency=agency)
    return tuple(found.select_related("follows").order_by("deputy", "-covers", "id"))


def counterpart(agency: Agency, role: str, partnership: Partnership, at: datetime) -> Counterpart:
    """Who in this agency answers at a tier or office; the next tier up where one is missing."""
    if agency.slug in served(partnership):
        unit = holders("business_manager", partnership, at)
        why = f"{agency.name} is not on Concord. The business manager tells it, and writes for it."
        return Counterpart(agency, role, unit, why, is_served=True)
    if role not in TIER_RANK:
        return Counterpart(agency, role, holders(role, partnership, at, agency), "")
    nearest = agency.nearest_tier(role)
    why = ""
    if nearest != role:
        why = f"{agency.name} has no {role.replace('_', ' ')}; the {agency.title(nearest)} answers."
    return Counterpart(agency, nearest, holders(nearest, partnership, at, agency), why)


def receives(agency: Agency, role: str, partnership: Partnership, at: datetime) -> Counterpart:
    """Who in this agency is told first of what comes to a tier.

    A practitioner who is not in the case yet is not brought into it by a notice: the next tier
    is told, and answers or passes it on.
    """
    first = counterpart(agency, role, partnership, at)
    if first.is_served or first.role != Tier.PRACTITIONER:
        return first
    above = [tier for tier in Tier if TIER_RANK[tier] > 0 and agency.has_tier(tier)]
    if not above:
        return first
    found = counterpart(agency, above[0], partnership, at)
    why = f"They answer, or pass it to the right {agency.title(first.role)}."
    return replace(found, why=why)


def served(partnership: Partnership) -> frozenset[str]:
    """The agencies (slugs) that are not on Concord: the business manager acts on their behalf."""
    rows = Membership.objects.filter(partnership=partnership, on_concord=False)
    return frozenset(rows.values_list("agency__slug", flat=True))


def unsure_whom(agency: Agency, partnership: Partnership, at: datetime) -> str:
    """Whom to ask who is unsure whom to approach: the liaison officer, or the business unit."""
    officers = holders("slo", partnership, at, agency)
    if officers:
        return f"Ask your Senior Liaison Officer: {_named(officers)}."
    unit = partnership.business_unit or f"the business unit of {partnership.name}"
    contact = partnership.business_unit_telephone or partnership.business_unit_email
    return f"Ask {unit}" + (f", {contact}." if contact else ".")


def _named(posts: Sequence[Post]) -> str:
    return " or ".join(f"{post.user.name} ({post.title})" for post in posts if post.user)


def area_for(text: str) -> tuple[Partnership, ...]:
    """The partnerships whose area holds a place or postcode: where the child lives."""
    wanted = " ".join(text.lower().split())
    if not wanted:
        return ()
    names = {wanted, wanted.split(" ")[0]}
    if len(wanted) > 3 and any(letter.isdigit() for letter in wanted):
        names.add(wanted.replace(" ", "")[:-3])
    places = Place.objects.filter(name__in=names).select_related("partnership")
    return tuple(dict.fromkeys(place.partnership for place in places))


@dataclass(frozen=True, slots=True)
class Adopted:
    """An agency's own adoption of the policy, with its own dates (LI-18)."""

    agency: str
    version: str
    approved: date
    review_due: date
    is_overdue: bool


def adoptions(partnership: Partnership, day: date) -> tuple[Adopted, ...]:
    """Each agency's latest adoption of its partnership's policy, by the agency's name."""
    rows = Adoption.objects.filter(
        partnership=partnership, policy_id=partnership.policy_id, approved__lte=day
    ).select_related("agency")
    latest = {row.agency_id: row for row in rows.order_by("approved", "id")}
    return tuple(
        Adopted(
            row.agency.name, row.policy_version, row.approved, row.review_due, row.is_overdue(day)
        )
        for row in sorted(latest.values(), key=lambda row: row.agency.name)
    )


@dataclass(frozen=True, slots=True)
class Emergency:
    """Whom to call about a child at immediate risk, the one that answers now first."""

    name: str
    telephone: str
    hours: str
    answers_now: bool


def emergency_contacts(
    partnership: Partnership, at: datetime, calendar: Calendar
) -> tuple[Emergency, ...]:
    """The area's MASH and out-of-hours team; the one that answers now comes first."""
    local = at.astimezone(LONDON)
    opens, closes = partnership.mash_opens, partnership.mash_closes
    in_hours = (
        opens is not None
        and closes is not None
        and calendar.is_working_day(local.date())
        and opens <= local.time() < closes
    )
    hours = (
        f"Monday to Friday, {opens:%H:%M} to {closes:%H:%M}, except bank holidays"
        if opens and closes
        else "hours not given"
    )
    mash = Emergency(
        partnership.mash_name or "Multi-Agency Safeguarding Hub (MASH)",
        partnership.mash_telephone,
        hours,
        in_hours,
    )
    night = Emergency(
        partnership.out_of_hours_name or "Out-of-hours team",
        partnership.out_of_hours_telephone,
        "Evenings, nights, weekends and bank holidays",
        not in_hours,
    )
    return (mash, night) if in_hours else (night, mash)

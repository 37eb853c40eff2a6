"""How the seats of a case are called, the same on pages, in messages and on forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from concord.rules.policy import Policy
from concord.rules.who import Who
from concord.rules.words import TIER_RANK, Side, Tier

ROLES = {
    Tier.PRACTITIONER: "practitioner",
    Tier.MANAGER: "manager",
    Tier.SERVICE_LEAD: "service lead",
    Tier.EXECUTIVE: "executive",
    "slo": "Senior Liaison Officer",
    "board_rep": "board representative",
    "iro": "Independent Reviewing Officer",
    "cp_chair": "Child Protection Chair",
    "mash": "MASH (Multi-Agency Safeguarding Hub)",
    "chair": "Chair",
    "business_manager": "business manager",
    "panel": "Resolution Panel",
    "reviewer": "member named by the Chair",
    "outsider": "invited professional",
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a case's seats go by: of its agencies, tiers and offices."""

    policy: Policy
    agencies: Mapping[str, str]
    titles: Mapping[str, Mapping[str, str]]
    raiser: str = ""
    """Who raised it, by name: the professional of the raising side, whatever their post."""
    raisers_post: str = ""
    """The title of the post that they hold: a safeguarding lead who raised is no class teacher."""
    now: Callable[[Who], str] | None = None
    """Who has what a seat owes, in words, where its own holder has left or is away; or ""."""

    def owner(self, who: Who | None) -> str:
        """Whoever owes something: by name where it is the person who raised the concern."""
        instead = self.now(who) if self.now is not None and who is not None else ""
        return instead or self.first_owner(who)

    def first_owner(self, who: Who | None) -> str:
        """Whoever owed something to begin with, whoever has what they left since."""
        if self.raiser and who and who.role == Tier.PRACTITIONER and who.side is Side.RAISING:
            agency = self.agencies.get(who.agency or "", who.agency or "")
            return f"{self.raiser}, who raised it, {agency}"
        return self.seat(who)

    def role(self, who: Who) -> str:
        """The title of a seat."""
        if self.raisers_post and who.role == Tier.PRACTITIONER and who.side is Side.RAISING:
            return self.raisers_post
        own = self.titles.get(who.agency or "", {}).get(who.role)
        if own:
            return own
        if who.role in TIER_RANK:
            return ROLES[Tier(who.role)]
        for office in self.policy.offices:
            if office.id == who.role:
                return office.title
        return str(ROLES.get(who.role, who.role.replace("_", " ")))

    def office(self, role: str) -> str:
        """The title of an office of the partnership."""
        return self.role(Who(role))

    def seat(self, who: Who | None) -> str:
        """A seat with its agency: "manager, Northbridge School"."""
        if who is None:
            return "either side"
        agency = self.agencies.get(who.agency or "", who.agency or "")
        return f"{self.role(who)}, {agency}" if agency else self.role(who)

    def side(self, side: Side) -> str:
        """What a side is called."""
        return "the agency that raised it" if side is Side.RAISING else "the agency challenged"


def role_words(role: str) -> str:
    """A tier or office in words."""
    return str(ROLES.get(role, role.replace("_", " "))) if role else "either side"

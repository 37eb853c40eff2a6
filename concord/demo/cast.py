"""The demonstration's partnerships, agencies and people: plainly invented."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

from concord.directory.models import (
    Adoption,
    Agency,
    Kind,
    MailDomain,
    Membership,
    Partnership,
    Place,
    Post,
    User,
)
from concord.policies.library import load
from concord.policies.schema import PolicyFile
from concord.rules.words import Tier

FIRST = (
    "Ada", "Basil", "Cora", "Dev", "Edie", "Femi", "Greta", "Hari", "Iris", "Jonah", "Kit", "Leila",
    "Milo", "Nadia", "Otis", "Priya", "Quinn", "Rosa", "Sol", "Tess", "Umar", "Vera", "Wren", "Xanthe",
    "Yusuf", "Zara",
)  # fmt: skip
LAST = (
    "Appleyard", "Bluebell", "Cloverdale", "Driftwood", "Elderflower", "Foxglove", "Goldcrest",
    "Hollyhock", "Ivywood", "Juniper", "Kingcup", "Larkspur", "Marigold", "Nightjar", "Oakapple",
    "Pimpernel", "Quickthorn", "Rosehip", "Snowberry", "Thistledown", "Umberleaf", "Violetta",
    "Willowherb", "Yarrow",
)  # fmt: skip
CHILDREN = (
    "Amber Invented", "Blue Invented", "Coral Invented", "Denim Invented", "Ebony Invented",
    "Fern Invented", "Ginger Invented", "Hazel Invented", "Indigo Invented", "Jade Invented",
    "Khaki Invented", "Lilac Invented", "Mauve Invented", "Navy Invented", "Ochre Invented",
    "Pearl Invented", "Rose Invented", "Sienna Invented", "Teal Invented", "Umber Invented",
)  # fmt: skip


def people() -> Iterator[str]:
    """Invented names, each once."""
    for turn in range(len(LAST)):
        for index, first in enumerate(FIRST):
            yield f"{first} {LAST[(index + turn) % len(LAST)]}"


TITLES = {
    Kind.SCHOOL: ("Class teacher", "Designated safeguarding lead", "Head teacher", "Chief executive of the trust"),
    Kind.CHILDRENS_SOCIAL_CARE: ("Social worker", "Team manager", "Head of service", "Director"),
    Kind.POLICE: ("Police constable", "Detective sergeant", "Detective inspector", "Superintendent"),
    Kind.HEALTH_TRUST: ("Health visitor", "Named nurse", "Head of safeguarding", "Chief nurse"),
    Kind.CHARITY: ("Family worker", "Service manager", "Head of services", "Chief executive"),
    Kind.EARLY_YEARS: ("Key worker", "Nursery manager", "", "Owner"),
    Kind.GENERAL_PRACTICE: ("Practice nurse", "Practice manager", "", "General practitioner, partner"),
    Kind.INTEGRATED_CARE_BOARD: ("Safeguarding nurse", "Designated nurse", "Head of safeguarding", "Chief nursing officer"),
    Kind.COUNCIL_SERVICE: ("Early help worker", "Team manager", "Service manager", "Assistant director"),
}  # fmt: skip

KINDS = {
    "school": Kind.SCHOOL,
    "police": Kind.POLICE,
    "childrens_social_care": Kind.CHILDRENS_SOCIAL_CARE,
    "integrated_care_board": Kind.INTEGRATED_CARE_BOARD,
    "council_service": Kind.COUNCIL_SERVICE,
}

INVENTED = (
    ("school", "{0} Meadow School (invented)", Kind.SCHOOL),
    ("health", "{0} Community Health (invented)", Kind.HEALTH_TRUST),
    ("social-care", "{0} Children's Social Care (demonstration)", Kind.CHILDRENS_SOCIAL_CARE),
    ("police", "{0} Police (demonstration)", Kind.POLICE),
    ("charity", "{0} Families Charity (invented)", Kind.CHARITY),
    ("nursery", "{0} Acorns Nursery (invented)", Kind.EARLY_YEARS),
)
PLACES = {
    "cumbria": ("Cumbria", ("carlisle", "kendal", "barrow", "ca1", "la9")),
    "sandwell": ("Sandwell", ("west bromwich", "oldbury", "smethwick", "b70", "b69")),
    "lincolnshire": ("Lincolnshire", ("lincoln", "boston", "welton", "ln1", "pe21")),
    "st_helens": ("St Helens", ("st helens", "newton-le-willows", "wa10", "wa12")),
    "bromley": ("Bromley", ("bromley", "orpington", "beckenham", "br1", "br6")),
}


@dataclass(slots=True)
class Casting:
    """Hands out invented names as posts are filled."""

    names: Iterator[str]
    count: int = 0

    def person(self, job: str) -> User:
        """Somebody new."""
        self.count += 1
        name = next(self.names)
        address = f"{name.lower().replace(' ', '.')}@example.org"
        return User.objects.create_user(
            address, name, job_title=job, telephone=f"01632 960{self.count % 1000:03}"
        )


def build_cast() -> list[Partnership]:
    """Five partnerships, their agencies, and people for every role."""
    casting = Casting(people())
    made = [_partnership(policy_id, casting) for policy_id in PLACES]
    for partnership in made:
        _post(partnership, casting, "data_protection_officer", "Data protection officer", None)
    return made


def _partnership(policy_id: str, casting: Casting) -> Partnership:
    file = load(policy_id).file
    area, places = PLACES[policy_id]
    partnership = Partnership.objects.create(
        slug=policy_id.replace("_", "-"),
        name=f"{file.partnership} (demonstration)",
        policy_id=policy_id,
        is_demonstration=True,
        business_unit=f"{file.short_name} business unit (demonstration)",
        business_unit_email=f"business.unit.{policy_id.replace('_', '.')}@example.org",
        business_unit_telephone="01632 960001",
        mash_name=f"{area} MASH, the Multi-Agency Safeguarding Hub (demonstration)",
        mash_telephone="01632 960999",
        mash_opens=time(9),
        mash_closes=time(17),
        out_of_hours_name=f"{area} out-of-hours team (demonstration)",
        out_of_hours_telephone="01632 960998",
    )
    Place.objects.bulk_create(Place(partnership=partnership, name=name) for name in places)
    named = {each.kind for each in file.agencies}
    for each in file.agencies:
        agency = _agency(each.id, f"{each.name} (demonstration)", KINDS[each.kind], partnership)
        _staff(agency, partnership, casting, each.titles)
    for slug, name, kind in INVENTED:
        if kind in named and kind is not Kind.SCHOOL:
            continue
        agency = _agency(f"{partnership.slug}-{slug}", name.format(area), kind, partnership)
        _staff(agency, partnership, casting, {})
    surgery = _agency(
        f"{partnership.slug}-surgery", f"{area} Orchard Surgery (invented)",
        Kind.GENERAL_PRACTICE, partnership,
    )  # fmt: skip
    surgery.memberships.update(on_concord=False)
    _offices(file, partnership, casting)
    return partnership


def _agency(slug: str, name: str, kind: Kind, partnership: Partnership) -> Agency:
    titles = dict(zip(Tier, TITLES[kind], strict=True))
    agency = Agency.objects.create(
        slug=slug,
        name=name,
        kind=kind,
        titles={tier: title for tier, title in titles.items() if title},
        missing_tiers=[tier for tier, title in titles.items() if not title],
    )
    MailDomain.objects.create(agency=agency, name=f"{slug}.example.org")
    key = kind in (Kind.POLICE, Kind.CHILDRENS_SOCIAL_CARE, Kind.HEALTH_TRUST)
    # BR-17: in the demonstration a school sits on Bromley's Executive, so that there is a panel
    schools = kind is Kind.SCHOOL and partnership.policy_id == "bromley"
    Membership.objects.create(
        agency=agency,
        partnership=partnership,
        executive_member=key or schools,
        key_partner=key,
    )
    return agency


def _staff(agency: Agency, partnership: Partnership, casting: Casting, own: dict[str, str]) -> None:
    agency.titles = {**agency.titles, **own}
    agency.save(update_fields=["titles"])
    for tier in Tier:
        if agency.has_tier(tier):
            _post(partnership, casting, tier, agency.title(tier), agency)
    office = {"slo": "Senior Liaison Officer", "board_rep": "Board representative",
              "safeguarding_lead": "Safeguarding lead"}  # fmt: skip
    wanted = {each.id: each.title for each in load(partnership.policy_id).file.offices}
    for role, title in office.items():
        if role in wanted:
            _post(partnership, casting, role, title, agency)
    if agency.slug == "welton-st-marys":
        Adoption.objects.create(
            agency=agency, partnership=partnership, policy_id=partnership.policy_id,
            policy_version=load(partnership.policy_id).policy.version,
            approved=date(2025, 2, 1), review_due=date(2026, 2, 1),
        )  # fmt: skip


def _offices(file: PolicyFile, partnership: Partnership, casting: Casting) -> None:
    pools = ("panel", "panel_member", "reviewer", "independent_chair", "mediator")
    titles = {office.id: office for office in file.offices}
    for role, office in titles.items():
        if role in pools or office.of == "party":
            continue
        home = Agency.objects.filter(slug=office.agency).first() if office.agency else None
        _post(partnership, casting, role, office.title, home)
    for role, title in (
        ("business_manager", "Business manager"),
        ("chair", "Independent chair of the partnership"),
        ("iro", "Independent Reviewing Officer"),
        ("cp_chair", "Child Protection Chair"),
    ):
        if role not in titles:
            _post(partnership, casting, role, title, None)


def _post(
    partnership: Partnership, casting: Casting, role: str, title: str, agency: Agency | None
) -> None:
    Post.objects.create(
        partnership=partnership,
        agency=agency,
        role=role,
        title=title,
        user=casting.person(title),
    )

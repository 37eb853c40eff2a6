"""Everybody who may stand before a door, and what opens to each: written down by hand.

What is said here of people is said of nobody by the code: so a table that opens wider is seen.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from concord.access.routes import ROUTES, Door, Way
from concord.access.standing import Standing
from concord.access.table import CaseFacts, Relation, relation
from concord.cases.doorway import viewer
from concord.cases.glass import open_until
from concord.cases.ledger import facts_for_access, state_of
from concord.cases.models import Case
from concord.directory.models import Agency, Newcomer, Partnership, Post, User
from concord.rules.clock import LONDON
from tests.pages.addresses import Place
from tests.pages.world import PERSONAS, SCHOOL, World

ELSEWHERE = "bromley"
ALSO = (
    "colleague", "other partnership's manager",
    "other partnership's business manager", "newcomer", "who left",
    "who opened it in an emergency",
)  # fmt: skip
"""People at the doors whom the walks of the pages do not know."""
PEOPLE = (*PERSONAS, *ALSO)
NO_ACCOUNT = frozenset({"outsider", "first time", "signed out"})

RELATIONS: dict[str, dict[str, Relation]] = {
    "live": {
        "practitioner raising": Relation.ATTACHED,
        "counterpart": Relation.ATTACHED,  # it was passed to them
        "line manager": Relation.ATTACHED,  # wrote in it
        "counterpart's manager": Relation.ATTACHED,  # passed it on
        "executive": Relation.PARTY_LINE,
        "head of service": Relation.PARTY_LINE,
        "business manager": Relation.BUSINESS_UNIT,
        "independent reviewing officer": Relation.TOLD,
        "who opened it in an emergency": Relation.EMERGENCY,
    },
    "last stage": {
        "practitioner raising": Relation.ATTACHED,
        "line manager": Relation.ATTACHED,
        "executive": Relation.ATTACHED,
        "counterpart's manager": Relation.PARTY_LINE,
        "head of service": Relation.PARTY_LINE,
        "business manager": Relation.BUSINESS_UNIT,
        "chair": Relation.BROUGHT_IN,
        "who opened it in an emergency": Relation.EMERGENCY,
    },
}
"""How people stand to two cases; whoever is not here has nothing to do with it."""

_IN_LINE = frozenset({"line manager", "executive"})
BY_POST: dict[tuple[Standing, str], frozenset[str]] = {
    (Standing.AGENCY_LINE, SCHOOL): _IN_LINE,
    (Standing.UNIT, "sandwell"): frozenset({"business manager"}),
    (Standing.ANY_UNIT, ""): frozenset(
        {"business manager", "other partnership's business manager"}
    ),
    (Standing.SERVES, ""): frozenset({"business manager", "other partnership's business manager"}),
    (Standing.ANSWERS_SUBJECTS, "sandwell"): frozenset({"business manager", "auditor"}),
    (Standing.ANSWERS_REQUEST, ""): frozenset({"business manager", "auditor"}),
    (Standing.REVIEWS_LOOKS, ""): frozenset(
        {"business manager", "other partnership's business manager", "auditor"}
    ),
    (Standing.INTEGRITY, ""): frozenset(
        {"business manager", "other partnership's business manager", "auditor", "administrator"}
    ),
    (Standing.SETS_COVER, ""): _IN_LINE | {"business manager"},
    (Standing.ENDS_COVER, ""): _IN_LINE | {"business manager"},
    (Standing.KEEPS_POST, ""): frozenset({"business manager"}),
    (Standing.PROFESSIONAL, ""): frozenset(PEOPLE)
    - NO_ACCOUNT
    - {"administrator", "auditor", "newcomer", "who left"},
    (Standing.RAISES, ""): frozenset(PEOPLE)
    - NO_ACCOUNT
    - {
        "administrator",
        "auditor",
        "business manager",
        "other partnership's business manager",
        "chair",
        "independent reviewing officer",
        "who left",
    },
    (Standing.CONFIRMS, ""): _IN_LINE | {"business manager"},
}
"""Who holds the posts by which a page is opened; of an agency or partnership, by its slug."""

BEGAN = {
    "draft": "practitioner raising",
    "first time": "first time",
    "behalf draft": "business manager",
    "long draft": "whose words are long",
}
"""Who began which draft of a concern."""


@dataclass
class Crowd:
    """Everybody, at the doors of the filled instance."""

    world: World
    _facts: dict[int, tuple[str, CaseFacts]] = field(default_factory=dict)

    def client(self, name: str) -> Client:
        """Somebody's browser."""
        return self.world.clients[name]

    def user(self, name: str) -> User | None:
        """Whose account it is; None for whoever has none."""
        number = self.client(name).session.get("_auth_user_id")
        return User.objects.get(pk=number) if number else None

    def opens(self, name: str, place: Place) -> bool:
        """Whether the table opens this address to somebody."""
        row = ROUTES[place.route]
        if row.door in (Door.ANYBODY, Door.LINK):
            return True
        if row.door is Door.OWN:
            tokens = self.world.tokens
            return any(
                f"/{tokens[of]}/" in place.address for of, who in BEGAN.items() if who == name
            )
        if name in NO_ACCOUNT:
            return False
        if row.door is Door.CASE:
            return row.opens_to(self.relation(name, case_in(place)))
        if row.by is None:
            return True
        of_a_slug = (Standing.AGENCY_LINE, Standing.UNIT, Standing.ANSWERS_SUBJECTS)
        slug = place.address.split("/")[2] if row.by in of_a_slug else ""
        return name in BY_POST[row.by, slug]

    def relation(self, name: str, reference: str) -> Relation:
        """How somebody stands to a case: as it is written above, else as the table has it."""
        for what, stand in RELATIONS.items():
            if self.world.cases[what] == reference:
                return stand.get(name, Relation.NONE)
        return self.by_table(name, reference)

    def by_table(self, name: str, reference: str) -> Relation:
        """How the table of relations places somebody."""
        case = Case.objects.select_related("partnership").get(reference=reference)
        return self._placed(name, {case.pk: (reference, facts_for_access(case, state_of(case)))})[
            reference
        ]

    def all_by_table(self, name: str) -> dict[str, Relation]:
        """How it places somebody to every case, by reference; each is judged once."""
        if not self._facts:
            for case in Case.objects.select_related("partnership"):
                facts = facts_for_access(case, state_of(case))
                self._facts[case.pk] = (case.reference, facts)
        return self._placed(name, self._facts)

    def _placed(self, name: str, cases: dict[int, tuple[str, CaseFacts]]) -> dict[str, Relation]:
        user = self.user(name)
        if user is None:
            return {reference: Relation.NONE for reference, _ in cases.values()}
        held, placed = viewer(user, self.world.at).held, {}
        for number, (reference, facts) in cases.items():
            stands = relation(user.pk, held, facts)
            if stands is Relation.NONE and open_until(number, user.pk, timezone.now()):
                stands = Relation.EMERGENCY
            placed[reference] = stands
        return placed


def case_in(place: Place) -> str:
    """The reference of the case that an address belongs to; empty for none."""
    found = re.match(r"/(?:case|raise/sent|api/v1/cases)/([^/?]+)", place.address)
    return found[1] if found else ""


def crowd_of(world: World) -> Crowd:
    """The people of the walks, and those whom they do not know."""
    sandwell = Partnership.objects.get(slug="sandwell")
    school = Agency.objects.get(slug=SCHOOL)
    day = world.at.astimezone(LONDON).date()
    colleague = User.objects.create_user("robin.colleague@example.org", "Robin Colleague")
    left = User.objects.create_user("robin.leaver@example.org", "Robin Leaver")
    for holder, role, until in (
        (colleague, "practitioner", None),
        (left, "manager", day - timedelta(days=1)),
    ):
        Post.objects.create(
            partnership=sandwell, agency=school, role=role, user=holder, until=until,
            since=day - timedelta(days=30),
        )  # fmt: skip
    administrator = world.clients["administrator"].session["_auth_user_id"]
    User.objects.filter(pk=administrator).update(is_administrator=True)
    elsewhere = Post.objects.filter(partnership__slug=ELSEWHERE)
    newcomer = Newcomer.objects.get(pk=world.numbers["newcomer"]).post.user
    people: dict[str, User | None] = {
        "colleague": colleague,
        "other partnership's manager": elsewhere.filter(role="manager").order_by("pk")[0].user,
        "other partnership's business manager": elsewhere.get(role="business_manager").user,
        "newcomer": newcomer,
        "who left": left,
    }
    for name, user in people.items():
        assert user is not None, name
        client = Client(raise_request_exception=False)
        client.force_login(user)
        world.clients[name] = client
    crowd = Crowd(world)
    counterpart = crowd.user("counterpart")
    assert counterpart is not None
    _act(crowd, "counterpart's manager", "pass_on", passed_to=str(counterpart.pk))
    _act(crowd, "practitioner raising", "notify", to=["iro"], note="They are told.")
    return crowd


def _act(crowd: Crowd, name: str, act: str, **data: Any) -> None:
    case = crowd.world.case("live")
    here = f"/case/{case.reference}/{act}"
    answer = crowd.client(name).post(here, {"key": act, "seen": case.last_sequence, **data})
    assert answer.status_code == 302, answer.content.decode()


def takes(place: Place, method: str) -> bool:
    """Whether the table has it asked for in this way."""
    way = Way.OPENED if method == "GET" else Way.SENT
    return way in ROUTES[place.route].ways

"""The page of reference on access: relations, fields, routes; which acts are open at a stage."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from concord.access.fields import OPENED_BY, Field, sees
from concord.access.routes import ROUTES, Way
from concord.access.table import TABLE, Doing
from concord.cli.tables import row, table
from concord.policies.calendars import calendar_for
from concord.policies.library import load, policy_ids
from concord.rules.decide import Refused, perform
from concord.rules.may import acts_for
from concord.rules.policy import Policy
from concord.rules.record import Record
from concord.rules.state import CaseState, begin
from concord.rules.who import Parties, Who
from concord.rules.words import Act, Side, Tier

AT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
"""A working day on which the invented case of the last tables was raised."""
SIDES = Parties("raising", ("responding",))


def access() -> Iterable[str]:
    """The lines of the page."""
    yield "# Who may see and do what"
    yield from ("", "The one table that every page and command asks.", "")
    yield from table("relation to the case", *(str(doing) for doing in Doing))
    for relation, doings in TABLE.items():
        yield row(relation, *("yes" if doing in doings else "" for doing in Doing))
    yield from _fields()
    yield from _routes()
    yield from _acts()


def _fields() -> Iterable[str]:
    yield from (
        "", "## Every field, and who sees it", "",
        "A test puts a canary into each, opens everything as somebody of each relation, and",
        "compares what it hears with this table.", "",
    )  # fmt: skip
    yield from table("field", "opened by", *(str(relation) for relation in TABLE))
    for field in Field:
        seen = ("yes" if sees(relation, field) else "" for relation in TABLE)
        yield row(field, OPENED_BY[field], *seen)


def _routes() -> Iterable[str]:
    yield from (
        "", "## Every route and its door", "",
        "The door is asked before a page does anything. A route without a row opens to nobody.",
        "Of a case, the relation must open all that is shown. The page may refuse more than its",
        "door does: a record that is not there, a meeting that somebody else called.", "",
    )  # fmt: skip
    yield from table("route", "opens to", "opened, sent", "shows of a case", "relations")
    for name, each in ROUTES.items():
        yield row(
            f"`{name}`", each.by or each.door, ", ".join(way for way in Way if way in each.ways),
            ", ".join(doing for doing in Doing if doing in each.shows),
            ", ".join(relation for relation in TABLE if each.opens_to(relation)),
        )  # fmt: skip


def _acts() -> Iterable[str]:
    yield from (
        "", "## Every act, by stage", "",
        "Who may do what in an open case that stands there, as the rules answer when they are",
        "asked with a case just raised: what needs something first (an outcome to confirm, an",
        "action to complete) is not in it. Where only a gate stands before an act, it can be",
        "passed with a reason.",
    )  # fmt: skip
    for policy_id in policy_ids():
        policy = load(policy_id).policy
        yield from ("", f"### {policy.partnership}", "")
        yield from table("act", *(stage.title for stage in policy.stages))
        raised = _raised(policy)
        here = [_may(raised, stage.id) for stage in policy.stages]
        for act in Act:
            cells = [_words(policy, may.get(act, [])) for may in here]
            if any(cells):
                yield row(f"`{act}`", *cells)


def _raised(policy: Policy) -> CaseState:
    """A case of this policy on which nothing is recorded but that it was raised."""
    raiser = Who(Tier.PRACTITIONER, Side.RAISING, "raising")
    record = Record(
        n=1, at=AT, written=AT, by=raiser, act=Act.RAISE, key="raise",
        text={"child.1.name": "A child", "decision_challenged": "A decision."},
    )  # fmt: skip
    begun = begin(policy, calendar_for(policy.calendar), SIDES, {})
    state, answer = perform(begun, record)
    if isinstance(answer, Refused):
        raise ValueError(f"{policy.id}: {answer.first.why}")
    return state


def _may(raised: CaseState, stage: str) -> dict[Act, list[Who]]:
    """Who may do each act while the case stands at a stage."""
    here = raised._replace(visits=(raised.visits[0]._replace(stage=stage),), stage=stage)
    found: dict[Act, list[Who]] = {}
    for who in _seats(raised.policy):
        for act in acts_for(here, who, AT):
            found.setdefault(act, []).append(who)
    return found


def _seats(policy: Policy) -> list[Who]:
    of_sides = [Who(tier, side, agency) for side, agency in SIDES.sides for tier in Tier]
    return of_sides + [Who(office.id) for office in policy.offices if office.of != "party"]


def _words(policy: Policy, may: Sequence[Who]) -> str:
    sides = [words for side in Side if (words := _side(side, may))]
    if len(sides) == 2 and all(" " not in each for each in sides):
        sides = ["both sides"]
    offices = {who.role for who in may if who.side is None}
    known = [office for office in policy.offices if office.of != "party"]
    if len(known) > 1 and len(offices) == len(known):
        return ", ".join([*sides, "every office"])
    return ", ".join([*sides, *(each.title for each in known if each.id in offices)])


def _side(side: Side, may: Sequence[Who]) -> str:
    tiers = [who.role.replace("_", " ") for who in may if who.side is side]
    if not tiers or len(tiers) == len(Tier):
        return str(side) if tiers else ""
    return f"{side} ({', '.join(tiers)})"

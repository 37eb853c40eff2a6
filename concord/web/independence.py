"""Who may sit: whether somebody is independent of a case, and whether a body is made up rightly.

Checked by the very rules that would refuse: nothing is judged twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from concord.access.table import APPOINTED_ONLY
from concord.cases.doorway import Look, Viewer
from concord.directory.models import Membership, Post
from concord.rules.decide import Refused, decide
from concord.rules.gates import make_up_faults
from concord.rules.may import probe
from concord.rules.policy import AppointmentRule, MakeUpRule
from concord.rules.record import Record
from concord.rules.state import CaseState, evolve
from concord.rules.who import Who
from concord.rules.words import Act
from concord.web.forms.room import SAYS
from concord.web.presenting import Names

SENIOR = ("service_lead", "executive", "slo", "board_rep")
DECLARED = "independence"
"""Of a record of advice: the words by which somebody declares whether they are independent."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be appointed: as the form names them, and why not, where they may not."""

    value: str
    label: str
    why_not: str = ""
    clause: str = ""


def candidates(look: Look, seat: Who, who: Viewer) -> list[Candidate]:
    """The senior people of the partnership's agencies, each judged for the policy's office."""
    rule = next(iter(look.state.policy.appointments), None)
    if rule is None:
        return []
    posts = (
        Post.objects.held(who.at.date())
        .filter(partnership=look.case.partnership, agency__isnull=False, role__in=SENIOR)
        .order_by("agency__name", "user__name")
    )
    found: dict[str, Candidate] = {}
    outside = _outside(look, rule)
    for post in posts:
        if post.user and post.agency:
            value = f"{post.user_id}@{post.agency.slug}"
            label = f"{post.user.name}, {post.agency.name}"
            if outside is not None and post.agency.name not in outside[1]:
                why = "The directory does not have their agency as of the partnership's Executive."
                found.setdefault(value, Candidate(value, label, why, outside[0]))
            found.setdefault(value, _judged(look.state, rule, seat, who, value, label))
    return list(found.values())


def _outside(look: Look, rule: AppointmentRule) -> tuple[str, list[str]] | None:
    """The clause by which an office is the Executive's, with the agencies of the Executive."""
    makes = (each for each in look.state.policy.make_ups if each.executive)
    clause = next((each.clause for each in makes if each.members == rule.office), None)
    return (clause, executive_agencies(look)) if clause is not None else None


def _judged(
    state: CaseState, rule: AppointmentRule, seat: Who, who: Viewer, value: str, label: str
) -> Candidate:
    number, _, agency = value.partition("@")
    part = part_in(state, int(number))
    if rule.independent and part:
        return Candidate(value, label, f"Took part in this case: {part[0]}.", rule.clause)
    record = replace(probe(state, seat, Act.APPOINT, who.at, rule.office), agency=agency)
    answer = decide(state, record)
    if isinstance(answer, Refused):
        why = answer.first.why
        for slug in state.parties.agencies:
            why = why.replace(f"{slug} is", "Their agency is")
        return Candidate(value, label, why, answer.first.clause)
    return Candidate(value, label)


def part_in(state: CaseState, person: int) -> list[str]:
    """What somebody did in a case on a side of it: acts, each once, in words."""
    done = (
        record.act
        for record in state.records
        if record.by.side is not None
        and str(person) in (record.text.get("user", ""), record.text.get("counterpart", ""))
    )
    return [act.replace("_", " ") for act in dict.fromkeys(done)]


@dataclass(frozen=True, slots=True)
class MakeUp:
    """A body as it is made up so far, and what it lacks, by its clause; nothing when complete."""

    clause: str
    members: tuple[str, ...]
    lacks: tuple[str, ...]


def make_up(look: Look, names: Names) -> MakeUp | None:
    """How the body of appointed members stands; None where the policy has no such body."""
    state = look.state
    rule = next((each for each in state.policy.make_ups if each.members), None)
    if rule is None:
        return None
    members = [each for each in state.appointments if each.office == rule.members]
    down = _stood_down(state)
    return MakeUp(
        clause=rule.clause,
        members=tuple(each.who or names.agencies.get(each.agency, each.agency) for each in members),
        lacks=(
            *_never(look, rule, names),
            *_lacks(state, rule, names),
            *(
                f"{each.who} declared that somebody else should sit: appoint that person, in their "
                "place."
                for each in members
                if each.n in down
            ),
        ),
    )


def _never(look: Look, rule: MakeUpRule, names: Names) -> Sequence[str]:
    """Why a body can never be made up here: who is in dispute, and not of the Executive."""
    of_it = executive_agencies(look) if rule.executive else []
    parties = [names.agencies.get(each, each) for each in look.state.parties.agencies]
    return [
        f"{name} is in dispute, and the directory does not have it as of the Executive: then the "
        "Chair resolves it directly, without a panel."
        for name in parties
        if rule.executive and name not in of_it
    ]


def _stood_down(state: CaseState) -> set[int]:
    """The appointments, by their records' numbers, of those who said last not to sit."""
    people = {record.n: record.text.get("appointee", "") for record in state.records}
    last = {
        record.text["user"]: record.text[DECLARED]
        for record in state.records
        if record.text.get(DECLARED) and record.text.get("user")
    }
    return {
        each.n
        for each in state.appointments
        if last.get(people.get(each.n, ""), "").startswith(SAYS["no"])
    }


def _lacks(state: CaseState, rule: MakeUpRule, names: Names) -> Sequence[str]:
    members = [each for each in state.appointments if each.office == rule.members]
    agencies = {each.agency for each in members}
    found = [
        f"A member from {names.agencies.get(slug, slug)}, an agency in dispute."
        for slug in state.parties.agencies
        if slug not in agencies
    ]
    missing = rule.agencies - len(agencies | set(state.parties.agencies))
    if missing > 0:
        one = "another agency" if missing == 1 else f"{missing} other agencies"
        found.append(f"A member from {one}.")
    if len(agencies) > rule.agencies:
        found.append(f"It is of {rule.agencies} agencies, and members come from {len(agencies)}.")
    if rule.executive and any(each.executive_member is not True for each in members):
        found.append("Every member must be of the partnership's Executive, and one is not.")
    body = Record(0, state.records[-1].at, state.records[-1].at, Who(rule.body[0]), Act.DECIDE)
    if not found and any(make_up_faults(state, body)):
        found.append(rule.instead)
    return found


def complete_with(state: CaseState, record: Record) -> bool | None:
    """Whether the body is complete once this appointment is made; None without such a body."""
    rule = next((each for each in state.policy.make_ups if each.members), None)
    if rule is None or isinstance(decide(state, record), Refused):
        return None
    body = Record(0, record.at, record.at, Who(rule.body[0]), Act.DECIDE)
    return not any(make_up_faults(evolve(state, record), body))


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether the viewer is independent of the parties: what was found, what they declared."""

    agencies: tuple[str, ...]
    of_a_party: bool
    took_part: tuple[str, ...]
    declared: str
    must_be: bool
    """Whether the policy asks independence of the viewer's office."""

    @property
    def is_clear(self) -> bool:
        """Whether nothing was found that speaks against it."""
        return not (self.of_a_party or self.took_part)


def checked(look: Look, who: Viewer) -> Checked:
    """What is known of the viewer's independence in this case."""
    state = look.state
    posts = Post.objects.held(who.at.date()).filter(user=who.user, agency__isnull=False)
    agencies = {post.agency.slug: post.agency.name for post in posts if post.agency}
    roles = {seat.role for seat in look.seats}
    said = [
        record.text[DECLARED]
        for record in state.records
        if record.text.get(DECLARED) and record.text.get("user") == str(who.person)
    ]
    return Checked(
        agencies=tuple(dict.fromkeys(agencies.values())),
        of_a_party=bool(set(agencies) & set(state.parties.agencies)),
        took_part=tuple(part_in(state, who.person)),
        declared=said[-1] if said else "",
        must_be=any(r.independent and r.office in roles for r in state.policy.appointments),
    )


def executive_agencies(look: Look) -> list[str]:
    """The names of the agencies that the directory has as members of the Executive."""
    rows = Membership.objects.filter(partnership=look.case.partnership, executive_member=True)
    return list(rows.order_by("agency__name").values_list("agency__name", flat=True))


def seat_in_room(look: Look) -> Who | None:
    """The seat by which somebody hears or decides here; None for who does not."""
    bodies = {
        name for stage in look.state.policy.stages for rule in stage.powers for name in rule.who
    }
    bodies |= {"panel", "chair", *APPOINTED_ONLY}
    return next((seat for seat in look.seats if seat.side is None and seat.role in bodies), None)

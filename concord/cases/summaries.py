"""The summary of a case: made from its state, kept as a cache, rebuilt and compared."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import chain
from typing import Any

from concord.access.table import TOLD_OF_THE_CHILD
from concord.cases.models import Brought, Case, Child, ChildWord, Summary
from concord.cases.statements import Insert
from concord.rules.clock import latest_instant
from concord.rules.duties import Owed, asked_for, label, plain_what
from concord.rules.state import CaseState
from concord.rules.who import OUTSIDER, Who
from concord.rules.words import Act, Status
from concord.vault.index import digest_of_date, digests_of_name, sought_of_date, sought_of_name

PARTY_OFFICES = ("slo", "board_rep", "safeguarding_lead")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands, as plain values: exactly what the summary row holds."""

    sequence: int
    stage: str
    status: str
    next_due: datetime | None
    urgent: bool
    flagged: bool
    proposed: bool
    ended: datetime | None
    duties: list[dict[str, Any]]
    brought_in: list[str]
    attached: list[int]
    appointed: list[list[Any]]

    @property
    def open_actions(self) -> int:
        """How many agreed actions are neither done nor explained and replaced."""
        return len({duty["action"] for duty in self.duties if "action" in duty})

    @property
    def open_checks(self) -> int:
        """How many checks of what was reported done are still owed."""
        return sum("check" in duty for duty in self.duties)


def standing(state: CaseState, at: datetime) -> Standing:
    """How a case stands. `at` (aware) decides nothing that is kept: dates are, lateness is not."""
    open_now = [entry for entry in asked_for(state, at) if entry.is_open]
    dated = [latest_instant(entry.due) for entry in open_now if entry.due is not None]
    live = state.status is Status.OPEN
    return Standing(
        sequence=state.records[-1].n if state.records else 0,
        stage=state.stage,
        status=str(state.status),
        next_due=min(dated) if dated and live else None,
        urgent=any(entry.urgent for entry in open_now) or bool(state.facts.get("immediate_risk")),
        flagged=bool(state.flags),
        proposed=state.proposed is not None and live,
        ended=state.ended,
        duties=[_duty(state, entry) for entry in open_now],
        brought_in=brought_in(state),
        attached=attached(state),
        appointed=appointed(state),
    )


def _duty(state: CaseState, entry: Owed) -> dict[str, Any]:
    owner = entry.owner
    about = {} if entry.action is None else {"check" if entry.checks else "action": entry.action}
    return {
        "by": label(state, owner),
        "role": owner.role if owner else "",
        "agency": (owner.agency or "") if owner else "",
        "clause": str(entry.clause),
        "what": plain_what(state, entry),
        "due": entry.due.isoformat() if entry.due is not None else None,
        "first": entry.first,
        **about,
    }


def brought_in(state: CaseState) -> list[str]:
    """The offices brought into a case: by reaching their stage, or by being told or spoken to."""
    found: set[str] = set()
    for visit in state.visits:
        stage = state.policy.stage(visit.stage)
        roles = {*stage.offices, *(role for rule in stage.powers for role in rule.who)}
        found |= {role for role in roles if role not in PARTY_OFFICES}
    for record in state.records:
        for who in (record.by, *record.people, *record.to):
            if not who.is_tier and who.side is None and who != OUTSIDER:
                found.add(_office(state, who))
    return sorted(found)


def _office(state: CaseState, who: Who) -> str:
    """An office that a policy places in an agency is named with it."""
    for office in state.policy.offices:
        if office.id == who.role and office.agency:
            return f"{who.role}@{office.agency}"
    return who.role


def attached(state: CaseState) -> list[int]:
    """The people who raised the case or were named in it, or wrote in it.

    Whoever adds a view from an office beside it stays what they are: told of it.
    """
    found: set[int] = set()
    for record in state.records:
        if record.by.role in TOLD_OF_THE_CHILD:
            continue
        for name in ("user", "counterpart", "passed_to"):
            value = record.text.get(name, "")
            if value.isdecimal():
                found.add(int(value))
    return sorted(found)


def raiser(state: CaseState) -> int | None:
    """The number of the person who raised the case; None where it was written on their behalf."""
    number = state.records[0].text.get("user", "") if state.records else ""
    return int(number) if number.isdecimal() else None


def appointed(state: CaseState) -> list[list[Any]]:
    """Offices held in this case by appointment, with the person appointed where known."""
    people = {record.n: record.text.get("appointee", "") for record in state.records}
    return sorted(
        [each.office, int(people[each.n])]
        for each in state.appointments
        if people.get(each.n, "").isdecimal()
    )


def children(state: CaseState) -> list[tuple[str, date | None]]:
    """The children of a case, as the latest record that names them does."""
    found: list[tuple[str, date | None]] = []
    for record in state.records:
        if record.act not in (Act.RAISE, Act.CORRECT) or "child.1.name" not in record.text:
            continue
        found = []
        for number in range(1, 10):
            name = record.text.get(f"child.{number}.name")
            if name:
                born = record.text.get(f"child.{number}.born", "")
                found.append((name, date.fromisoformat(born) if born else None))
    return found


def found_by(name: str, born: date | None) -> list[str]:
    """The digests by which a child of this name and date of birth is found."""
    return digests_of_name(name) + ([digest_of_date(born)] if born is not None else [])


def _is_found(kept: set[str], name: str, born: date | None) -> bool:
    """Whether these are the digests of a child, by whichever key of the index."""
    sought = [*sought_of_name(name), *([sought_of_date(born)] if born is not None else [])]
    return all(kept & set(each) for each in sought) and kept <= {*chain.from_iterable(sought)}


def write_summary(
    case: Case, state: CaseState, at: datetime, before: CaseState | None = None
) -> None:
    """Write the summary and the finding aids of a case anew, in the caller's transaction.

    `before` is the state that the summary was last written from, where the caller knows it: what
    has not changed since is then not read again.
    """
    now = standing(state, at)
    _SUMMARY.many([(case.pk, *(getattr(now, name) for name in _KEPT), False)])
    mine, named = _seekers(now.attached, now.appointed, now.brought_in), children(state)
    if before is None or named != children(before):
        case.children.all().delete()
        made = Child.objects.bulk_create(Child(case=case, name=n, born=b) for n, b in named)
        ChildWord.objects.bulk_create(
            ChildWord(child=child, digest=digest)
            for child in made
            for digest in found_by(child.name, child.born)
        )
    if before is None or mine != _seekers_of(before):
        case.brought.all().delete()
        Brought.objects.bulk_create(
            Brought(case=case, user_id=user, role=role, agency=agency)
            for user, role, agency in sorted(mine, key=str)
        )


_KEPT = (*(each.name for each in fields(Standing)), "open_actions", "open_checks")
_SUMMARY = Insert(Summary, ("case", *_KEPT, "followed_up"), replaces="case")


Seekers = set[tuple[int | None, str, str]]


def _seekers(attached: list[int], appointed: list[list[Any]], brought_in: list[str]) -> Seekers:
    """Who may find the case in a list: people, and offices with their agency."""
    people = {*attached, *(user for _, user in appointed)}
    offices = (role.partition("@") for role in brought_in)
    return {(user, "", "") for user in people} | {(None, role, of) for role, _, of in offices}


def _seekers_of(state: CaseState) -> Seekers:
    return _seekers(attached(state), appointed(state), brought_in(state))


def differs(case: Case, state: CaseState, at: datetime) -> list[str]:
    """The names of what is kept of a case, for lists, otherwise than the records say."""
    kept = Summary.objects.filter(case=case).first()
    if kept is None:
        return ["summary"]
    now = standing(state, at)
    names = [name for name in _KEPT if getattr(kept, name) != getattr(now, name)]
    kept_children = list(case.children.order_by("id").prefetch_related("words"))
    if children(state) != [(each.name, each.born) for each in kept_children] or any(
        not _is_found({word.digest for word in each.words.all()}, each.name, each.born)
        for each in kept_children
    ):
        names.append("children")
    found = case.brought.values_list("user_id", "role", "agency")
    if sorted(found, key=str) != sorted(_seekers_of(state), key=str):
        names.append("brought")
    return names

"""What is left of a case that was disposed of: dates, a class, two names. Nothing of the child."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from concord.cases.models import Registered, as_kept
from concord.cases.register import says
from concord.cases.retaining import Kept
from concord.directory.models import Partnership
from concord.rules.clock import LONDON


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stands for ever of a case. Days in ISO 8601, moments with their offset."""

    reference: str
    policy: str
    """Its id and version."""
    opened: str
    closed: str
    retention_class: str
    source: str
    due: str
    why: str
    """Why it was proposed is disposed of with the case; here is by which authority it fell due."""
    proposed_by: str
    proposed: str
    approved_by: str
    disposed: str
    schedule: str
    """The version of the retention schedule; empty of a case disposed of before it was kept."""

    @property
    def disposed_on(self) -> date:
        """The day of its disposal."""
        return date.fromisoformat(self.disposed[:10])

    def plain(self) -> dict[str, str]:
        """As it is kept."""
        return asdict(self)


def tombstone(found: Kept, approved_by: str, at: datetime) -> Tombstone:
    """The tombstone of a case that is due and was proposed. `at` is aware."""
    longest, proposal = found.verdict.longest, found.proposal
    assert longest is not None and longest.until is not None
    assert found.closed is not None and proposal is not None
    case = found.case
    return Tombstone(
        reference=case.reference, policy=f"{case.policy_id} {case.policy_version}",
        opened=_day(case.opened), closed=found.closed.isoformat(),
        retention_class=longest.title, source=longest.source, due=longest.until.isoformat(),
        why="It was due, and no legal hold stood.",
        proposed_by=proposal.who, proposed=proposal.at.isoformat(), approved_by=approved_by,
        disposed=at.isoformat(), schedule=found.schedule,
    )  # fmt: skip


def tombstone_of(reference: str) -> Tombstone | None:
    """What is left of a case; None where it was not disposed of."""
    line = (
        Registered.objects.filter(kind=Registered.Kind.DISPOSED, case__reference=as_kept(reference))
        .select_related("case", "partnership")
        .first()
    )
    return read(says(line)) if line is not None else None


def tombstones(partnership: Partnership) -> list[Tombstone]:
    """What is left of every case of a partnership that was disposed of, the latest first."""
    lines = Registered.objects.filter(partnership=partnership, kind=Registered.Kind.DISPOSED)
    rows = lines.select_related("case", "partnership").order_by("-sequence")
    return [read(says(line)) for line in rows]


def read(said: Mapping[str, str]) -> Tombstone:
    """A tombstone as it was kept."""
    return Tombstone(**{name: said.get(name, "") for name in Tombstone.__slots__})


def from_text(text: str) -> Tombstone | None:
    """What is kept in place of a destroyed key, where it is that of a case."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return read(said) if isinstance(said, dict) and said.get("reference") else None


def as_text(stone: Tombstone) -> str:
    """A tombstone as it is kept in place of the key."""
    return json.dumps(stone.plain(), ensure_ascii=False)


def days(stone: Tombstone) -> dict[str, date]:
    """The days of a tombstone, as dates."""
    return {name: date.fromisoformat(getattr(stone, name)[:10]) for name in
            ("opened", "closed", "due", "proposed", "disposed")}  # fmt: skip


def _day(moment: datetime) -> str:
    return moment.astimezone(LONDON).date().isoformat()

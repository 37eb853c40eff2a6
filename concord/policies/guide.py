"""A policy's ladder in brief, for a page to print: who acts at each stage, and within what time."""

from collections.abc import Iterator
from dataclasses import dataclass

from concord.policies.schema import PolicyFile, StagePart


@dataclass(frozen=True, slots=True)
class Step:
    """One stage: its title, who acts there, what it says, and its times with their clauses."""

    title: str
    acts: str
    says: str
    clause: str
    times: tuple[tuple[str, str, str], ...]
    """What is to be done, within what time, by which clause."""


def steps(file: PolicyFile) -> list[Step]:
    """The stages of a policy in their order."""
    return [
        Step(each.title, _acts(file, each.acts), each.says, each.clause, tuple(_times(each)))
        for each in file.stages
    ]


def _acts(file: PolicyFile, role: str) -> str:
    """Whoever acts, in the policy's own titles."""
    titles = getattr(file.tiers, role, None) if file.tiers else None
    if titles:
        return ", ".join(titles)
    office = next((each.title for each in file.offices if each.id == role), "")
    return office or role.replace("_", " ").capitalize()


def _times(stage: StagePart) -> Iterator[tuple[str, str, str]]:
    limits = [stage.limit, *stage.limits] if stage.limit else stage.limits
    for limit in limits:
        within = limit.within or f"by working day {limit.by_day} of the formal stages"
        yield limit.what or "Settle it, or go to the next stage.", within, limit.clause
    for duty in stage.duties:
        if duty.within:
            yield duty.what, duty.within, duty.clause

"""How well the ledger is sealed, for those who answer for it: what is anchored, what was found."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Sum

from concord.cases.models import Case, Checkpoint, Verification
from concord.cases.openings import history_of


@dataclass(frozen=True, slots=True)
class Found:
    """Something that the last verification found. `history` is empty where it is not theirs."""

    kind: str
    case: str
    sequence: int
    says: str


@dataclass(frozen=True, slots=True)
class Integrity:
    """What is anchored, and what the last verification came to."""

    last: Checkpoint | None
    waiting: int
    """How many records were written since the last checkpoint."""
    verification: Verification | None
    found: tuple[Found, ...]

    @property
    def is_whole(self) -> bool:
        """Whether the last verification found nothing; False where there was none."""
        return self.verification is not None and not self.verification.findings


def integrity(partnerships: Collection[str] | None, looks: int = 0) -> Integrity:
    """How it stands. Cases are named to whoever oversees their partnership (slugs; None: all).

    `looks` is how many looks at cases are linked: they are anchored with the records.
    """
    last = Checkpoint.objects.order_by("number").last()
    written = looks + (Case.objects.aggregate(Sum("last_sequence"))["last_sequence__sum"] or 0)
    verification = Verification.objects.first()
    rows = verification.findings if verification else []
    named_there = [history.removeprefix("case/") for _, history, *_ in rows]
    cases = Case.objects.filter(reference__in=named_there)
    if partnerships is not None:
        cases = cases.filter(partnership__slug__in=partnerships)
    named = {history_of(each): each for each in cases.values_list("reference", flat=True)}
    found = tuple(
        Found(kind, named.get(history, ""), sequence, says)
        for kind, history, sequence, says in rows
    )
    return Integrity(last, max(written - (last.records if last else 0), 0), verification, found)


def is_alarming() -> bool:
    """Whether the last verification found that something was changed."""
    last = Verification.objects.first()
    return last is not None and bool(last.findings)

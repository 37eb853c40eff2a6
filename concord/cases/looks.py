"""What one answer shows of cases: gathered at the doorway, written down before it is given."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Looks:
    """What is gathered while an answer is made. The numbers are those of the cases' rows.

    An answer shows what it opened or listed; what was refused is noted too, so that trying many
    doors is seen.
    """

    opened: set[int] = field(default_factory=set)
    listed: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    in_emergency: set[int] = field(default_factory=set)
    """Of those opened, the cases that are open only because of an emergency."""
    tried: int = 0
    """How often something was asked for that is not there, or not open to who asks."""
    search: str = ""

    @property
    def shown(self) -> set[int]:
        """Every case of which the answer shows something."""
        return self.opened | self.listed

    def __bool__(self) -> bool:
        return bool(self.opened or self.listed or self.tried or self.search)

    def open(self, case: int) -> None:
        """A case itself is shown."""
        self.opened.add(case)

    def open_in_emergency(self, case: int) -> None:
        """A case is shown that is open only because of an emergency."""
        self.opened.add(case)
        self.in_emergency.add(case)

    def list(self, cases: Iterable[int]) -> None:
        """Cases are shown in a list."""
        self.listed.update(cases)

    def refuse(self, case: int | None) -> None:
        """A case was asked for that is not open to who asks; None: there is none."""
        self.tried += 1
        if case is not None:
            self.refused.add(case)

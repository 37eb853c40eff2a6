"""Supporting documents on an act's page: taken in, shown with what is typed, sent with the act."""

from dataclasses import dataclass, field

from django.http import HttpRequest

from concord.cases import enclosures
from concord.cases.doorway import Look, Viewer
from concord.cases.models import Enclosure
from concord.files.kinds import ENDINGS, LARGEST, TAKEN, too_large
from concord.files.naming import ending_of, shown_name
from concord.files.unfit import Unfit
from concord.rules.record import Enclosed
from concord.rules.words import Act
from concord.web.describing import file_words
from concord.web.receiving import beyond_the_limit

TAKES = frozenset({
    Act.STATE, Act.ANSWER, Act.FILE, Act.SHARE, Act.SUBMIT, Act.ESCALATE, Act.REFER_UP,
    Act.DISCUSS, Act.MEET, Act.ADVISE,
})  # fmt: skip
"""The acts that documents go with: those that put something before the other side or a body."""

FILES = "files"
TICKED = "supporting"
REMOVE = "remove-"


@dataclass(slots=True)
class Tray:
    """The documents that somebody has put with an act so far, on one page."""

    look: Look
    who: Viewer
    act: Act
    errors: list[str] = field(default_factory=list)
    new: list[Enclosure] = field(default_factory=list)
    ticked: frozenset[int] | None = None
    """The numbers ticked on the page; None when it is shown for the first time: all of them."""

    hint = (
        f"{TAKEN}. Up to {LARGEST // 1_000_000} MB each, and {enclosures.MOST} documents. "
        "Everybody who sees the case can open them."
    )
    accept = ",".join(f".{ending}" for ending in ENDINGS)

    def receive(self, request: HttpRequest) -> None:
        """Take in the files that came with a page; each that is not taken becomes an error."""
        ticked = {int(each) for each in request.POST.getlist(TICKED) if _is_number(each)}
        for name in beyond_the_limit(request):
            self._refuse(name, too_large())
        for file in request.FILES.getlist(FILES):
            try:
                row = enclosures.take_in(
                    self.who.user, self.look.case, self.act, file.name or "", file.read(),
                    self.who.at,
                )  # fmt: skip
            except Unfit as unfit:
                self._refuse(file.name or "", unfit)
            else:
                self.new.append(row)
                ticked.add(row.pk)
        self.ticked = frozenset(ticked)

    def remove(self, number: str) -> None:
        """Remove one for good."""
        if _is_number(number):
            enclosures.take_out(self.who.user, self.look.case, self.act, int(number))

    def undo(self) -> None:
        """What came with a page whose act had been recorded already came twice."""
        for row in self.new:
            enclosures.take_out(self.who.user, self.look.case, self.act, row.pk)

    @property
    def rows(self) -> list[tuple[int, str, bool]]:
        """Each that waits: number, words, and whether it is to go."""
        found = enclosures.waiting(self.who.user, self.look.case, self.act)
        return [
            (
                row.pk,
                file_words(enclosures.described(row)),
                self.ticked is None or row.pk in self.ticked,
            )
            for row in found
        ]

    def going(self) -> tuple[Enclosed, ...]:
        """What goes with the act, as its record says it."""
        found = enclosures.waiting(self.who.user, self.look.case, self.act)
        rows = found.filter(pk__in=self.ticked or ())
        return tuple(enclosures.described(row) for row in rows)

    def _refuse(self, name: str, unfit: Unfit) -> None:
        shown = shown_name(name, ending_of(name)[:10] or "file")
        self.errors.append(f"{shown} was not attached. {unfit.why} {unfit.instead}")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19

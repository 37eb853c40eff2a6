"""A request and how it stands: begun, proved, extended, gathered, redacted, read, released."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.db import IntegrityError, transaction

from concord.access.table import answers_subjects
from concord.cases.doorway import NotFound, Viewer
from concord.cases.models import Case
from concord.directory.models import Partnership
from concord.policies.calendars import calendar_for
from concord.policies.library import load
from concord.rules.clock import LONDON
from concord.subject_access.clock import Due, counted
from concord.subject_access.covering import WHOLE, Cover, covered, holds
from concord.subject_access.gathering import cases_about, cut, things_of
from concord.subject_access.models import Piece, Redaction, Release, Request, Said, Step, StepKind
from concord.subject_access.reasons import REASONS, Code
from concord.vault import keys
from concord.vault.closed import Destroyed

STANDINGS = {
    "child": "The child",
    "parent": "Somebody with parental responsibility",
    "solicitor": "A solicitor or other representative, with the authority to ask",
    "other": "Somebody else, with the authority to ask",
}
"""As what somebody may ask."""


class Says(StrEnum):
    """What is said of a redaction."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    TAKEN_BACK = "taken_back"


class CannotDo(Exception):
    """Not now: why, and what to do first."""


@dataclass(frozen=True, slots=True)
class Left:
    """A redaction as it stands."""

    redaction: Redaction
    last: Said | None
    """What was said of it last."""

    @property
    def is_agreed(self) -> bool:
        """Whether a second reader has agreed it."""
        return self.last is not None and self.last.says == Says.AGREES

    @property
    def waits(self) -> bool:
        """Whether no second reader has said anything of it yet."""
        return self.last is None

    @property
    def reason(self) -> str:
        """Its reason in words, with its code."""
        reason = REASONS[Code(self.redaction.code)]
        return f"{reason.title} ({reason.code})"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands, from its rows."""

    request: Request
    steps: tuple[Step, ...]
    due: Due
    gathering: int
    """The number of the last gathering; 0 where nothing was gathered."""
    pieces: tuple[Piece, ...]
    lefts: dict[int, tuple[Left, ...]] = field(default_factory=dict)
    """What is left out of each piece, by the piece's row."""
    release: Release | None = None

    def last(self, kind: StepKind) -> Step | None:
        """The last step of a kind."""
        return next((step for step in reversed(self.steps) if step.kind == kind), None)

    @property
    def is_over(self) -> bool:
        """Whether it was released, or closed without a release."""
        return self.release is not None or self.last(StepKind.CLOSED) is not None

    @property
    def is_proved(self) -> bool:
        """Whether it is proved who asks."""
        return self.last(StepKind.PROVED) is not None

    @property
    def redactions(self) -> tuple[Left, ...]:
        """Everything that is left out."""
        return tuple(left for lefts in self.lefts.values() for left in lefts)

    @property
    def to_agree(self) -> tuple[Left, ...]:
        """What no second reader has agreed yet."""
        return tuple(left for left in self.redactions if not left.is_agreed)

    def given(self, piece: Piece) -> str:
        """A piece as it would be given."""
        lefts = self.lefts.get(piece.pk, ())
        return covered(
            piece.text, (Cover(each.redaction.words, Code(each.redaction.code)) for each in lefts)
        )

    def is_withheld(self, piece: Piece) -> bool:
        """Whether a piece is left out whole."""
        return any(each.redaction.words == WHOLE for each in self.lefts.get(piece.pk, ()))

    def cases(self) -> list[Case]:
        """The cases in what was gathered."""
        return list({piece.case_id: piece.case for piece in self.pieces}.values())


def standing_of(request: Request) -> Standing:
    """How a request stands now."""
    steps = tuple(request.steps.select_related("by"))
    due = due_of(request, steps)
    gathering = max((step.gathering for step in steps if step.kind == StepKind.GATHERED), default=0)
    pieces = tuple(
        request.pieces.filter(gathering=gathering).select_related("case__partnership")
        if gathering else ()
    )  # fmt: skip
    release = Release.objects.filter(request=request).select_related("by").first()
    return Standing(request, steps, due, gathering, pieces, _lefts(pieces), release)


def due_of(request: Request, steps: Sequence[Step]) -> Due:
    """By when a request has to be answered, from the day it came and its steps, in order."""
    proved = next((step.on for step in steps if step.kind == StepKind.PROVED), None)
    extended = any(step.kind == StepKind.EXTENDED for step in steps)
    calendar = calendar_for(load(request.partnership.policy_id).policy.calendar)
    return counted(request.received, proved, extended, calendar)


def _lefts(pieces: Sequence[Piece]) -> dict[int, tuple[Left, ...]]:
    rows = (
        Redaction.objects.filter(piece__in=[piece.pk for piece in pieces])
        .select_related("by", "piece__case")
        .prefetch_related("said__by")
    )
    found: dict[int, tuple[Left, ...]] = {}
    for row in rows:
        last = max(row.said.all(), key=lambda each: each.pk, default=None)
        if last is None or last.says != Says.TAKEN_BACK:
            found[row.piece_id] = (*found.get(row.piece_id, ()), Left(row, last))
    return found


def is_open_to(who: Viewer, reference: str) -> bool:
    """Whether somebody answers this request. Whoever does not has tried a door: it is noted."""
    is_open = _found(who, reference) is not None
    if not is_open:
        who.looks.refuse(None)
    return is_open


def _found(who: Viewer, reference: str) -> Request | None:
    return (
        Request.objects.select_related("partnership", "by")
        .filter(
            reference=reference.strip().upper(), partnership__slug__in=answers_subjects(who.held)
        )
        .first()
    )  # fmt: skip


def request_for(who: Viewer, reference: str) -> Request:
    """A request by its reference, for whoever answers it. Raises NotFound.

    Destroyed where a case that it holds was disposed of. The cases that were gathered for it are
    written down as looked at.
    """
    found = _found(who, reference)
    if found is None:
        raise NotFound(reference)
    if keys.is_destroyed(found.reference):
        raise Destroyed(f"Request {found.reference} went with a case that was disposed of.")
    for case in set(found.pieces.values_list("case", flat=True)):
        who.looks.open(case)
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    child: str
    born: date
    asked_by: str
    standing: str
    received: date
    proved: date | None
    how_proved: str
    note: str


def begin(partnership: Partnership, asked: Asked, who: Viewer) -> Request:
    """Write a request down, and the proof of who asks where it came with it."""
    with transaction.atomic():
        made = Request(
            partnership=partnership, child=asked.child, born=asked.born, asked_by=asked.asked_by,
            standing=asked.standing, received=asked.received, note=asked.note,
            by=who.user, at=who.at,
        )  # fmt: skip
        keys.make(made.reference)
        made.save(force_insert=True)
        if asked.proved is not None:
            _step(made, StepKind.PROVED, who, on=asked.proved, note=asked.how_proved)
    return made


def prove(standing: Standing, on: date, how: str, who: Viewer) -> None:
    """Write down that it is proved who asks. Raises CannotDo."""
    _open(standing)
    if standing.is_proved:
        raise CannotDo("It is written down already that it is proved who asks.")
    _step(standing.request, StepKind.PROVED, who, on=on, note=how)


def extend(standing: Standing, why: str, who: Viewer) -> None:
    """Take two more months. Raises CannotDo, after the first month too."""
    _open(standing)
    if standing.last(StepKind.EXTENDED) is not None:
        raise CannotDo("It was extended already. It cannot be extended again.")
    if who.at.astimezone(LONDON).date() > standing.due.first:
        raise CannotDo(
            "The first month is over. An extension has to be told within it: answer now, and say "
            "why it is late."
        )
    _step(standing.request, StepKind.EXTENDED, who, note=why)


def gather(standing: Standing, who: Viewer) -> int:
    """Take in everything that is held now. Returns the number of pieces; raises CannotDo.

    What was left out of an earlier gathering is not taken over: each piece is read again.
    """
    _open(standing)
    if not standing.is_proved:
        raise CannotDo("First write down how it is proved who asks. Nobody else may be told.")
    request, number = standing.request, standing.gathering + 1
    rows: list[Piece] = []
    items = 0
    with once("Somebody has gathered it at the same moment. Look at what they gathered."):
        for case in cases_about(request.partnership, request.child, request.born):
            who.looks.open(case.pk)
            for thing in map(cut, things_of(case, who.at)):
                if not thing.parts:
                    continue
                items += 1
                rows += [
                    Piece(
                        request=request, gathering=number, number=len(rows) + place, case=case,
                        item=items, kind=thing.kind, title=thing.title, who=thing.who,
                        agency=thing.agency, when=thing.when, clause=thing.clause,
                        label=part.label, text=part.text, document=thing.document,
                    )
                    for place, part in enumerate(thing.parts, start=1)
                ]  # fmt: skip
        Piece.objects.bulk_create(rows)
        _step(request, StepKind.GATHERED, who, gathering=number, note=f"{len(rows)} pieces")
    return len(rows)


@contextmanager
def once(says: str) -> Iterator[None]:
    """All of it, or nothing where somebody does the same at the same moment. Raises CannotDo."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise CannotDo(says) from error


def redact(standing: Standing, piece: Piece, words: str, code: Code, why: str, who: Viewer) -> None:
    """Leave words of a piece out, or the whole of it. Raises CannotDo where it has no such words.

    A whole supporting document goes or stays: Concord does not write into it.
    """
    _open(standing)
    if piece.document is not None and words != WHOLE:
        raise CannotDo("A supporting document is given as it came or left out whole.")
    if not holds(piece.text, words):
        raise CannotDo("This piece does not hold those words. Copy them from it as they stand.")
    Redaction.objects.create(
        piece=piece, words=words, code=code, why=why, by=who.user, at=who.at
    )  # fmt: skip


def say(standing: Standing, left: Left, says: Says, note: str, who: Viewer) -> None:
    """Agree a redaction or not, as a second reader; or take it back. Raises CannotDo.

    Whoever made a redaction does not agree it too.
    """
    _open(standing)
    if says is not Says.TAKEN_BACK and left.redaction.by == who.user:
        raise CannotDo("You made this redaction. Another person reads it a second time.")
    Said.objects.create(redaction=left.redaction, says=says, note=note, by=who.user, at=who.at)


def close(standing: Standing, why: str, who: Viewer) -> None:
    """Close it without a release: nothing is held, or it was withdrawn or refused."""
    _open(standing)
    _step(standing.request, StepKind.CLOSED, who, note=why)


def _open(standing: Standing) -> None:
    if standing.is_over:
        raise CannotDo("This request is closed. Nothing in it is changed any more.")


def _step(
    request: Request, kind: StepKind, who: Viewer, on: date | None = None, gathering: int = 0,
    digest: str = "", note: str = "",
) -> Step:  # fmt: skip
    return Step.objects.create(
        request=request, kind=kind, on=on, gathering=gathering, digest=digest, note=note,
        by=who.user, at=who.at,
    )  # fmt: skip


def read_whole(standing: Standing, digest: str, who: Viewer) -> None:
    """The second reader has read all that is to be given. Raises CannotDo."""
    _open(standing)
    if not standing.pieces:
        raise CannotDo("Nothing was gathered yet. Gather what is held first.")
    if standing.to_agree:
        raise CannotDo("First agree each redaction, or have it taken back.")
    gathered = standing.last(StepKind.GATHERED)
    if gathered is not None and gathered.by == who.user:
        raise CannotDo("You gathered this. The second reader is another person.")
    _step(
        standing.request, StepKind.READ, who, gathering=standing.gathering, digest=digest
    )  # fmt: skip

"""What is given, and the whole of it: composed, frozen at the release, opened and written down."""

import hashlib
from collections.abc import Iterator
from itertools import groupby

from django.db import transaction

from concord.cases.contents import key_of
from concord.cases.doorway import NotFound, Viewer
from concord.cases.enclosures import supporting
from concord.cases.ledger import state_of
from concord.documents.model import (
    Block,
    Document,
    Field,
    Fields,
    Heading,
    Paragraph,
    Table,
    digest_of,
    from_json,
    plain,
)
from concord.documents.opening import Altered, Opened, WrittenAs
from concord.documents.pdf import write_pdf
from concord.documents.word import write_word
from concord.files import store
from concord.files.kinds import KINDS, Kind
from concord.files.naming import ending_of
from concord.rules.clock import LONDON
from concord.rules.dates import day, plain_date
from concord.subject_access.models import Handed, Piece, Release, StepKind
from concord.subject_access.reasons import REASONS, Code
from concord.subject_access.requests import STANDINGS, CannotDo, Standing, once, read_whole
from concord.vault.closed import Damaged

WHOLE, GIVEN = "whole", "given"
TITLES = {WHOLE: "The whole copy, which is not given", GIVEN: "The copy that is given"}
RIGHTS = (
    "This is a copy of what Concord holds about the child in this partnership, with who wrote it, "
    "for which agency, when, and under which clause of the partnership's policy. It is held so "
    "that the agencies round the child can settle a professional disagreement about the child's "
    "safety. It was received by the agencies named in it. You may ask for something that is wrong "
    "to be put right, erased or restricted, and you may object. If you are not content, tell the "
    "partnership, or complain to the Information Commissioner's Office (ico.org.uk)."
)
BESIDE = "It is a file of its own, given beside this copy as it came."


def composed(standing: Standing, what: str) -> Document:
    """The copy as it stands: the same rows give the same document, whenever it is composed.

    `what` is WHOLE or GIVEN.
    """
    request = standing.request
    gathered = standing.last(StepKind.GATHERED)
    when = gathered.at if gathered else request.at
    return Document(
        title=f"Copy of what is held about a child, request {request.reference}",
        reference=request.reference,
        partnership=plain(request.partnership.name),
        made=when.astimezone(LONDON).isoformat(),
        foot=plain(f"Request {request.reference}. {TITLES[what]}."),
        blocks=tuple(_blocks(standing, what)),
    )


def _blocks(standing: Standing, what: str) -> Iterator[Block]:
    request = standing.request
    gathered = standing.last(StepKind.GATHERED)
    yield Heading("This request")
    yield Fields((
        Field("Child", (plain(request.child),)),
        Field("Date of birth", (plain_date(request.born),)),
        Field("Asked for by", (plain(f"{request.asked_by} ({STANDINGS[request.standing]})"),)),
        Field("Received", (day(request.received),)),
        Field("Gathered", (day(gathered.at.astimezone(LONDON).date()) if gathered else "",)),
        Field("Cases about the child", (str(len(standing.cases())),)),
    ))  # fmt: skip
    yield Paragraph(RIGHTS)
    yield from _left_out(standing, what)
    for _, pieces in groupby(standing.pieces, key=lambda piece: piece.item):
        yield from _thing(standing, list(pieces), what)


def _left_out(standing: Standing, what: str) -> Iterator[Block]:
    """The reasons used, with their law: what was left out is said, and nothing of it."""
    used: dict[Code, int] = {}
    for left in standing.redactions:
        code = Code(left.redaction.code)
        used[code] = used.get(code, 0) + 1
    if what == WHOLE:
        yield Paragraph("Nothing is left out of this copy. It is kept by the partnership alone.")
    elif not used:
        yield Paragraph("Nothing was left out.")
    else:
        rows = tuple(
            (str(code), REASONS[code].title, REASONS[code].law, str(count))
            for code, count in sorted(used.items())
        )
        head = ("Code", "Reason", "By which law", "How often")
        yield Table("What was left out, and why", head, rows)


def _thing(standing: Standing, pieces: list[Piece], what: str) -> Iterator[Block]:
    first = pieces[0]
    yield Heading(plain(first.title), level=2)
    origin = (
        ("Written by", first.who), ("For", first.agency), ("When", first.when),
        ("Under", first.clause),
    )  # fmt: skip
    rows = [Field(label, (plain(value),)) for label, value in origin if value]
    for piece in pieces:
        text = piece.text if what == WHOLE else standing.given(piece)
        lines = plain(text).split("\n")
        if piece.document is not None and not (what == GIVEN and standing.is_withheld(piece)):
            lines.append(BESIDE)
        rows.append(Field(plain(piece.label), tuple(lines)))
    yield Fields(tuple(rows))


def second_reading(standing: Standing, who: Viewer) -> None:
    """The second reader has read the copy that is to be given, whole. Raises CannotDo."""
    read_whole(standing, composed(standing, GIVEN).digest(), who)


def is_read(standing: Standing) -> bool:
    """Whether a second reader has read exactly what would be given now."""
    read = standing.last(StepKind.READ)
    if read is None or read.gathering != standing.gathering:
        return False
    return read.digest == composed(standing, GIVEN).digest()


def what_is_missing(standing: Standing) -> list[str]:
    """What has to be done before a release, in the order in which it is done."""
    found = []
    if not standing.is_proved:
        found.append("Write down how it is proved who asks.")
    if not standing.pieces:
        found.append("Gather what is held.")
    if standing.to_agree:
        count = len(standing.to_agree)
        found.append(
            f"A second reader has to agree {count} redaction{'' if count == 1 else 's'}, or they "
            "are taken back."
        )
    elif standing.pieces and not is_read(standing):
        found.append("A second reader has to read the copy to be given, whole.")
    return found


def release(standing: Standing, who: Viewer) -> Release:
    """Freeze both copies: the whole one, and the one that is given. Raises CannotDo."""
    if standing.is_over:
        raise CannotDo("This request is closed already.")
    missing = what_is_missing(standing)
    if missing:
        raise CannotDo(missing[0])
    whole, given = composed(standing, WHOLE), composed(standing, GIVEN)
    with once("Somebody has released it at the same moment."):
        return Release.objects.create(
            request=standing.request, whole=whole.to_json(), whole_digest=whole.digest(),
            given=given.to_json(), given_digest=given.digest(), by=who.user, at=who.at,
        )  # fmt: skip


def open_copy(standing: Standing, what: str, written_as: WrittenAs, who: Viewer) -> Opened:
    """A frozen copy as a file; before the release a draft of it. Written down with it.

    Raises NotFound where nothing was gathered; Altered where it is not what was frozen.
    """
    frozen = standing.release
    if what not in TITLES or not standing.pieces:
        raise NotFound(what)
    if frozen is None:
        document = composed(standing, what)
        digest = document.digest()
    else:
        text, digest = (
            (frozen.whole, frozen.whole_digest) if what == WHOLE
            else (frozen.given, frozen.given_digest)
        )  # fmt: skip
        if digest_of(text) != digest:
            raise Altered(f"{what} copy")
        document = from_json(text)
    with transaction.atomic():
        content = write_word(document) if written_as is WrittenAs.WORD else write_pdf(document)
        _write_down(standing, what, written_as, digest, who)
    draft = "" if frozen else "-draft"
    name = f"{standing.request.reference}-{what}{draft}.{written_as}"
    return Opened(content, KINDS[Kind(written_as)].media, name)


def open_enclosure(standing: Standing, piece: Piece, who: Viewer) -> Opened:
    """A supporting document of what was gathered, as it came; written down with it.

    Raises NotFound where the piece is none; NotKept where its file is missing; Altered where it is
    not the one that came.
    """
    every = supporting(state_of(piece.case)) if piece.document is not None else []
    found = next((each for each in every if each.number == piece.document), None)
    if found is None:
        raise NotFound(piece.number)
    document = found.document
    try:
        content = b"".join(store.open_file(piece.case_id, document.kept, key_of(piece.case)))
    except Damaged as error:
        raise Altered(f"supporting document {found.number}") from error
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise Altered(f"supporting document {found.number}")
    _write_down(standing, f"document {piece.number}", document.kind, document.sha256, who)
    ending = ending_of(document.name)
    name = f"{standing.request.reference}-document-{piece.number}.{ending}"
    return Opened(content, KINDS[Kind(document.kind)].media, name)


def _write_down(standing: Standing, what: str, written_as: str, digest: str, who: Viewer) -> None:
    Handed.objects.create(
        request=standing.request, what=what, written_as=written_as, digest=digest,
        by=who.user, at=who.at,
    )  # fmt: skip

"""The bundle of a referral: what the Chair and the panel read, frozen when the form is sent.

It holds the form that refers, the case record, both sides' positions, every form sent before,
and the supporting documents by their hashes. Later records change nothing in it: a form sent
again freezes the next version.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from concord.documents.composing import compose
from concord.documents.directory import CaseNames
from concord.documents.filling import fill
from concord.documents.forms import form_of
from concord.documents.known.found import Filling
from concord.documents.model import Block, Document, Heading, Paragraph, Table, plain
from concord.files.kinds import KINDS, Kind
from concord.rules.clock import LONDON
from concord.rules.dates import moment
from concord.rules.forms import FormField, FormRule, Known
from concord.rules.record import Enclosed
from concord.rules.state import CaseState
from concord.rules.words import Form

BUNDLE = "panel_bundle"
"""The name that a bundle goes by among a case's documents, and in the record that froze it."""
TITLE = "Panel bundle"
POSITIONS = FormRule(
    form=Form.CASE_RECORD,
    title="Both sides' positions",
    clause="",
    fields=(
        FormField("disagreed", "What is disagreed", (Known.DECISION_CHALLENGED, Known.GROUND)),
        FormField("why", "Why it seems unsafe", (Known.WHY_UNSAFE,)),
        FormField("wanted", "Outcome wanted", (Known.OUTCOME_WANTED,)),
        FormField("positions", "What each side has stated and answered", (Known.POSITIONS,)),
    ),
)


@dataclass(frozen=True, slots=True)
class Referral:
    """What a bundle is made from: the case under its lock, and the form that refers it."""

    state: CaseState
    names: CaseNames
    at: datetime
    by: str
    sent: Document
    before: Sequence[tuple[int, Document]]
    """The forms sent before it, each with its version."""
    enclosed: Sequence[Enclosed]
    """Every supporting document of the case, in their order, those sent with the form included."""


def bundle_of(referral: Referral, version: int) -> Document:
    """The bundle as one document: what it holds with each hash, then part by part."""
    names = referral.names
    parts = list(_parts(referral))
    return Document(
        title=f"{TITLE}, version {version}",
        reference=names.reference,
        partnership=plain(names.partnership),
        made=referral.at.astimezone(LONDON).isoformat(),
        foot=plain(
            f"Case {names.reference}, panel bundle, version {version}. "
            f"Frozen at the referral by {referral.by}, {moment(referral.at)}."
        ),
        blocks=(
            Heading("What this bundle holds"),
            Paragraph(
                "It was frozen when the case was referred. Nothing recorded later changes it. "
                "The code beside each part is its SHA-256 hash: two copies with the same code "
                "hold the same."
            ),
            _contents(parts),
            *_supporting(referral.enclosed),
            *(block for title, part in parts for block in _part(title, part)),
        ),
    )


def _parts(referral: Referral) -> Iterator[tuple[str, Document]]:
    yield referral.sent.title, referral.sent
    yield POSITIONS.title, _filled(referral, POSITIONS)
    record = form_of(referral.state.policy, Form.CASE_RECORD)
    if record is not None:
        yield record.title, _filled(referral, record)
    for version, document in referral.before:
        yield f"{document.title}, version {version}", document


def _filled(referral: Referral, form: FormRule) -> Document:
    names, at = referral.names, referral.at
    return compose(form, names, at, fill(Filling(referral.state, names, at, form)), "")


def _contents(parts: Sequence[tuple[str, Document]]) -> Table:
    rows = tuple(
        (str(number), title, spaced(part.digest()))
        for number, (title, part) in enumerate(parts, start=1)
    )
    return Table("Parts", ("Part", "What it is", "Hash"), rows)


def _supporting(enclosed: Sequence[Enclosed]) -> tuple[Block, ...]:
    if not enclosed:
        return (Paragraph("No supporting document came with this case."),)
    rows = tuple(
        (str(number), plain(each.name), KINDS[Kind(each.kind)].title, spaced(each.sha256))
        for number, each in enumerate(enclosed, start=1)
    )
    return (Table("Supporting documents, opened beside this bundle", _HEAD, rows),)


_HEAD = ("Number", "Name", "Kind", "Hash")


def _part(title: str, part: Document) -> Iterator[Block]:
    """A part under its own heading; its own headings go one level down."""
    yield Heading(title)
    if part.foot:
        yield Paragraph(part.foot)
    for block in part.blocks:
        yield replace(block, level=block.level + 1) if isinstance(block, Heading) else block


def spaced(digest: str) -> str:
    """A hash in groups of eight, which a line can be broken between and an eye can compare."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))

"""What is held about a child: every case about them, each thing in it with where it comes from.

Reads cases, and changes none. A thing is a record, a document that was sent, a supporting document,
or a notice; it has pieces, which are what a reader can leave out one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from concord.cases.doorway import having, named
from concord.cases.enclosures import supporting
from concord.cases.ledger import state_of
from concord.cases.models import Case
from concord.directory.models import Agency, Partnership
from concord.documents.model import Boxes, Document, Fields, Heading, Paragraph, Table, from_json
from concord.documents.models import Bundle, SentVersion
from concord.notifications.models import Kind, Notice
from concord.notifications.wording import headline
from concord.rules.citing import cited
from concord.rules.dates import day, moment
from concord.rules.duties import Owed, owed
from concord.rules.naming import Names
from concord.rules.record import Record
from concord.rules.record_words import record_row, standing_words, writer
from concord.rules.state import CaseState
from concord.vault.index import sought_of_date

RECORD, SENT, ENCLOSED, NOTICE, CASE = "record", "document", "enclosure", "notice", "case"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a thing: what it says of what."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that is held: who wrote it, for which agency, when, under which clause."""

    kind: str
    title: str
    parts: tuple[Part, ...]
    who: str = ""
    agency: str = ""
    when: str = ""
    clause: str = ""
    document: int | None = None


def cases_about(partnership: Partnership, child: str, born: date) -> list[Case]:
    """Every case of the partnership about this child, the oldest first: by name, and by a date of
    birth that agrees or was never given.
    """
    those = named(child).filter(case__partnership=partnership)
    found = those.filter(Q(born=None) | Q(pk__in=having(sought_of_date(born)).values("pk")))
    return list(
        Case.objects.filter(pk__in=found.values("case"))
        .select_related("partnership", "summary")
        .order_by("opened", "id")
    )


def things_of(case: Case, at: datetime) -> Iterator[Thing]:
    """Everything that a case holds, at a moment (aware)."""
    state = state_of(case)
    names = _names(case, state)
    yield _case(case, state, names)
    entries = owed(state, at)
    yield from (_record(case, record, state, names, entries) for record in state.records)
    yield from _sent(case)
    yield from _enclosed(case, state, names)
    yield from _notices(case, names)


def _names(case: Case, state: CaseState) -> Names:
    agencies = list(Agency.objects.filter(cases__case=case))
    first = state.records[0].text
    return Names(
        policy=state.policy,
        agencies={agency.slug: agency.name for agency in agencies},
        titles={agency.slug: agency.titles for agency in agencies},
        raiser=first.get("by_name", ""),
        raisers_post=first.get("post", ""),
    )


def _case(case: Case, state: CaseState, names: Names) -> Thing:
    text = state.records[0].text
    children = [
        Part(
            f"Child {number}",
            ", born ".join(
                each for each in (text[f"child.{number}.name"], _born(text, number)) if each
            ),
        )
        for number in range(1, 10)
        if text.get(f"child.{number}.name")
    ]
    facts = [
        Part(name.replace("_", " ").capitalize(), _fact(value))
        for name, value in sorted(state.facts.items())
    ]
    agencies = ", ".join(names.agencies.get(each, each) for each in state.parties.agencies)
    return Thing(
        CASE, f"Case {case.reference}",
        (
            *children,
            *([Part("Address", text["address"])] if text.get("address") else []),
            Part("Agencies", agencies),
            Part("How it stands", standing_words(state.status, len(state.open_actions))),
            *facts,
        ),
        who=writer(state.records[0], names), when=moment(state.raised),
        agency=names.agencies.get(state.parties.raising, ""),
        clause=f"{state.policy.title}, version {state.policy.version}",
    )  # fmt: skip


def _born(text: Mapping[str, str], number: int) -> str:
    found = text.get(f"child.{number}.born", "")
    return day(date.fromisoformat(found)) if found else ""


def _fact(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, tuple | list):
        return ", ".join(str(each).replace("_", " ") for each in value) or "None"
    return str(value)


def _record(
    case: Case, record: Record, state: CaseState, names: Names, entries: Sequence[Owed]
) -> Thing:
    row = record_row(record, names, state)
    met = [str(each.clause) for each in entries if each.met_by == record.n]
    clauses = dict.fromkeys((*met, *(each for each in (record.clause, *record.passed) if each)))
    parts = [Part(label, value) for label, value in row.details]
    parts += [
        Part("What the other side said of it", f"{each.by}, {each.at}: {each.words or 'agreed'}")
        for each in row.said
    ]
    parts += [
        Part(f"Corrected by record {each.n}", each.words or "See that record")
        for each in row.corrected
    ]
    extra = record.text.get("challenged_person", "")
    if extra:
        parts.append(Part("The professional whose decision is challenged", extra))
    written = f" (written down {row.written})" if row.written else ""
    return Thing(
        RECORD, f"Case {case.reference}, record {record.n}: {row.headline}",
        tuple(parts) or (Part("What was done", row.headline),),
        who=row.by, agency=names.agencies.get(record.by.agency or "", case.partnership.name),
        when=f"{row.at}{written}", clause=", ".join(cited(each) for each in clauses),
    )  # fmt: skip


def _sent(case: Case) -> Iterator[Thing]:
    kept: list[SentVersion | Bundle] = [
        *SentVersion.objects.filter(case=case).select_related("entry__written_by"),
        *Bundle.objects.filter(case=case).select_related("entry__written_by"),
    ]
    for each in sorted(kept, key=lambda one: (one.entry.sequence, isinstance(one, Bundle))):
        document = from_json(each.document)
        received = "; ".join(each.received_by) if isinstance(each, SentVersion) else ""
        parts = list(_parts(document))
        if received:
            parts.insert(0, Part("Sent to", received))
        by = each.entry.written_by
        version = "" if isinstance(each, Bundle) else f", version {each.version}"
        yield Thing(
            SENT, f"Case {case.reference}, document: {document.title}{version}", tuple(parts),
            who=by.name if by else "", when=moment(each.entry.at),
            clause=f"Sent with record {each.entry.sequence}",
        )  # fmt: skip


def _parts(document: Document) -> Iterator[Part]:
    under = ""
    for block in document.blocks:
        match block:
            case Heading():
                under = block.text
            case Paragraph():
                yield Part(under or "Text", block.text)
            case Fields():
                yield from (Part(row.label, "\n".join(row.lines)) for row in block.rows)
            case Boxes():
                ticked = ", ".join(text for text, is_ticked in block.boxes if is_ticked)
                yield Part(block.label, ticked or "None chosen")
            case Table():
                for cells in block.rows:
                    pairs = zip(block.head, cells, strict=False)
                    yield Part(block.label, "\n".join(f"{head}: {cell}" for head, cell in pairs))


def _enclosed(case: Case, state: CaseState, names: Names) -> Iterator[Thing]:
    for each in supporting(state):
        yield Thing(
            ENCLOSED, f"Case {case.reference}, supporting document {each.number}",
            (Part("The document, given beside this copy as it came", each.document.name),),
            who=writer(each.record, names), when=moment(each.record.at),
            agency=names.agencies.get(each.record.by.agency or "", ""),
            clause=f"Came with record {each.record.n}; SHA-256 {each.document.sha256}",
            document=each.number,
        )  # fmt: skip


def _notices(case: Case, names: Names) -> Iterator[Thing]:
    kept = Notice.objects.filter(case=case).exclude(kind=Kind.WITNESS).select_related("recipient")
    for each in kept.order_by("told", "id"):
        to = each.recipient.name if each.recipient else "nobody: the post is vacant"
        owes = "; ".join(str(one.get("what", "")) for one in each.owes)
        text = f"{headline(each.kind, each.act, each.rung)}. {owes}".strip()
        yield Thing(
            NOTICE, f"Case {case.reference}, notice of {moment(each.told)}",
            (Part("To", to), Part("What it says", text)),
            who="Concord, by the policy", when=moment(each.told),
            clause=cited(each.clause),
        )  # fmt: skip


def cut(thing: Thing) -> Thing:
    """The thing with its parts that say nothing left away, and long names of it cut to fit."""
    parts = tuple(replace(p, label=p.label[:300]) for p in thing.parts if p.text.strip())
    return replace(
        thing, title=thing.title[:400], who=thing.who[:400], agency=thing.agency[:200],
        when=thing.when[:120], clause=thing.clause[:200], parts=parts,
    )  # fmt: skip

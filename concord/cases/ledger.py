"""One act, one transaction: lock, replay, may this actor, decide, append, summary, outbox.

A repeated act with the same key is one act. Of two people acting at once one wins; the other is
told what happened meanwhile, and loses no text. What a record says is encrypted with its case's
own key, which is on the disk before the case is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, connection, transaction

from concord.access.table import TOLD_OF_THE_CHILD, CaseFacts
from concord.cases.called_back import called_back
from concord.cases.codec import encode
from concord.cases.contents import key_of, locked
from concord.cases.enclosing import enclose
from concord.cases.kept import keep, parties_of, records_of, state_of
from concord.cases.models import Case, CaseParty, Entry, Outbox
from concord.cases.openings import genesis, history_of
from concord.cases.statements import Insert, Locked
from concord.cases.summaries import (
    PARTY_OFFICES,
    appointed,
    attached,
    brought_in,
    raiser,
    write_summary,
)
from concord.directory.arrivals import is_confirmed
from concord.directory.models import Agency, Partnership, User
from concord.policies.calendars import calendar_for
from concord.policies.library import load_version
from concord.rules.actors import not_confirmed
from concord.rules.decide import Accepted, Refused, perform
from concord.rules.doing import recipients
from concord.rules.gates import Refusal
from concord.rules.record import Facts, Record
from concord.rules.state import CaseState, begin
from concord.rules.who import OUTSIDER, Parties, Who
from concord.rules.words import TIER_RANK, Act, Side, Tier
from concord.seals.chain import new_salt, seal
from concord.vault import keys

__all__ = [
    "act",
    "facts_for_access",
    "open_case",
    "opened_as",
    "parties_of",
    "records_of",
    "state_of",
]


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was recorded, or that had been already (`repeated`)."""

    case: Case
    state: CaseState
    answer: Accepted
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else acted since the actor last looked. Nothing was recorded."""

    case: Case
    state: CaseState
    since: tuple[Record, ...]


_OF_WHERE_IT_STANDS = frozenset({Act.ACKNOWLEDGE, Act.ANSWER, Act.PASS_ON, Act.ESCALATE,
    Act.MOVE, Act.RESOLVE, Act.CONFIRM, Act.DECIDE, Act.WITHDRAW, Act.REOPEN})  # fmt: skip

Answer = Done | Overtaken | Refused

_CASE = Locked(Case, by="reference")
_ENTRY = Insert(Entry, (
    "case", "sequence", "at", "written", "written_by", "act", "key", "content",
    "commitment", "previous", "link",
))  # fmt: skip
_NEXT = "UPDATE cases_case SET last_sequence = %s, head = %s WHERE id = %s AND head = %s"
_OUTBOX = Insert(Outbox, ("case", "entry", "to", "created", "told"))


def open_case(
    partnership: Partnership,
    raising: Agency,
    responding: Sequence[Agency],
    facts: Facts,
    record: Record,
    written_by: User | None,
) -> Done | Refused:
    """Open a case with its first record, a raise. Refused: no case record is made.

    `record.n` is given here; its key makes a second sending of the same form the same case.
    """
    loaded = load_version(partnership.policy_id)
    calendar = calendar_for(loaded.policy.calendar)
    parties = Parties(raising.slug, tuple(agency.slug for agency in responding))
    start = begin(loaded.policy, calendar, parties, facts)
    with transaction.atomic():
        earlier = (
            Entry.objects.filter(key=record.key, act=record.act, sequence=1)
            .select_related("case")
            .first()
            if record.key
            else None
        )
        if earlier is not None:
            state = state_of(earlier.case)
            return Done(earlier.case, state, Accepted(state.records[0], repeats=1), repeated=True)
        state, answer = perform(start, replace(record, n=1, key=record.key or "n1"))
        if isinstance(answer, Refused):
            return answer
        case = Case(
            partnership=partnership,
            policy_id=loaded.policy.id,
            policy_version=loaded.policy.version,
            calendar_version=calendar.version,
            opened=record.at,
            facts={k: list(v) if isinstance(v, tuple) else v for k, v in facts.items()},
            salt=new_salt(),
        )
        sides = [("raising", raising), *(("responding", each) for each in responding)]
        case.genesis = case.head = genesis(
            case.reference, case.salt, partnership.slug,
            (case.policy_id, case.policy_version, case.calendar_version), case.opened, case.facts,
            [(side, agency.slug, place) for place, (side, agency) in enumerate(sides)],
        )  # fmt: skip
        keys.make(case.reference)
        case.save()
        CaseParty.objects.bulk_create(
            CaseParty(case=case, side=side, agency=agency, place=place)
            for place, (side, agency) in enumerate(sides)
        )
        _append(case, None, state, answer.record, written_by)
        return Done(case, state, answer)


def opened_as(key: str, person: int) -> Case | None:
    """The case that somebody (their number) opened with this key; None if they opened none."""
    entry = (
        Entry.objects.filter(key=key, act="raise", sequence=1, written_by=person)
        .select_related("case")
        .first()
    )
    return entry.case if entry else None


def act(
    reference: str,
    record: Record,
    written_by: User | None,
    seen: int | None = None,
    also: Sequence[Record] = (),
) -> Answer:
    """Perform one act on a case. `record.n` is given here.

    `seen` is the number of the last record that the actor had before them; records written
    since by others come back as `Overtaken`. What comes of the act (`also`: a meeting's agreed
    actions) is recorded with it, all or nothing. Raises Case.DoesNotExist.
    """
    answer: Answer
    with transaction.atomic():
        answer = _act(reference, record, written_by, seen)
        for following in also:
            if isinstance(answer, Done):
                answer = _act(reference, following, written_by, None)
                if not isinstance(answer, Done):
                    transaction.set_rollback(True)
    return answer


def _act(reference: str, record: Record, written_by: User | None, seen: int | None) -> Answer:
    """One act, in the caller's transaction."""
    case = _CASE.one(reference)
    before = state_of(case)
    n = case.last_sequence + 1
    record = replace(record, n=n, key=record.key or f"n{n}")
    if record.key in before.keys:
        _, answer = perform(before, record)
        assert isinstance(answer, Accepted)
        return Done(case, before, answer, repeated=True)
    if seen is not None and seen < case.last_sequence:
        return Overtaken(case, before, tuple(r for r in before.records if r.n > seen))
    held_back = _held_back(case, record, written_by)
    if held_back is not None:
        return Refused((held_back,))
    state, answer = perform(before, record)
    if isinstance(answer, Refused):
        return answer
    _append(case, before, state, answer.record, written_by)
    return Done(case, state, answer)


def _held_back(case: Case, record: Record, written_by: User | None) -> Refusal | None:
    """Why this person may not do this for their agency before it has confirmed them."""
    refusal, agency = not_confirmed(record.act), record.by.agency
    if refusal and written_by and agency:
        slug = case.partnership.slug
        return None if is_confirmed(written_by, agency, slug, record.written) else refusal
    return None


def _append(
    case: Case, before: CaseState | None, state: CaseState, record: Record, written_by: User | None
) -> None:
    content = encode(record)
    writer = written_by.pk if written_by else None
    sealed = seal(
        history_of(case.reference), record.n, case.head, record.at, record.written,
        str(record.act), record.key, writer, content,
    )  # fmt: skip
    stored = locked(key_of(case), case.reference, sealed, content)
    entry = _ENTRY.one((
        case.pk, record.n, record.at, record.written, writer, record.act, record.key, stored,
        sealed.commitment, sealed.previous, sealed.link,
    ))  # fmt: skip
    enclose(case.pk, entry, record)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [record.n, sealed.link, case.pk, case.head])
        if cursor.rowcount != 1:
            raise IntegrityError("the case has moved on while this act was being written")
    case.last_sequence, case.head = record.n, sealed.link
    write_summary(case, state, record.written, before)
    told = dict.fromkeys(state.parties.label(who) for who in _to_be_told(state, record))
    _OUTBOX.many((case.pk, entry, label, record.written, False) for label in told)
    keep(case, state, stored)


def _to_be_told(state: CaseState, record: Record) -> Iterable[Who]:
    """Whom a record concerns: those it went to, the tier that acts on each other side, the body
    that acts at the stage; whoever made the record that it is about; and of where the case
    stands, whoever raised it; of its end, whoever looks after the child's plan beside it.
    """
    yield from (who for who in recipients(state, record) if who != OUTSIDER)
    about = state.record(record.of) if record.of is not None else None
    if about is not None and about.by not in (record.by, OUTSIDER):
        yield about.by
    acts = state.policy.stage(state.stage).acts
    if acts not in (*TIER_RANK, *PARTY_OFFICES):
        if record.by.role != acts:
            yield Who(acts)
        acts = Tier.EXECUTIVE
    for side, agency in state.parties.sides:
        if agency != record.by.agency:
            yield Who(acts, side, agency)
    raiser = Who(Tier.PRACTITIONER, Side.RAISING, state.parties.raising)
    if record.act in _OF_WHERE_IT_STANDS and record.by != raiser:
        yield raiser
    if state.ended == record.at or record.act is Act.REOPEN:
        yield from (Who(role) for role in brought_in(state) if role in TOLD_OF_THE_CHILD)


def facts_for_access(case: Case, state: CaseState) -> CaseFacts:
    """What the table of access needs to know of a case."""
    return CaseFacts(
        partnership=case.partnership.slug,
        parties=state.parties,
        brought_in=frozenset(brought_in(state)),
        attached=frozenset(attached(state)),
        appointed=frozenset((office, user) for office, user in appointed(state)),
        raiser=raiser(state),
        called_back=called_back(case.pk),
    )

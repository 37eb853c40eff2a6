"""What was done: whether records are of a kind that a rule describes, and whom they cover."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from concord.rules.policy import Doing
from concord.rules.record import Record
from concord.rules.state import CaseState, happened
from concord.rules.who import OUTSIDER, Seat, Who, expand, sits
from concord.rules.words import Act

Need = tuple[Seat, str | None]
"""A seat to be filled, and the agency that it is of, where it is of one."""


class Done:
    """What was done in a case, in the order in which it happened, found by its acts."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._by_act: dict[Act, list[Record]] = {}
        records = tuple(records)
        off = {record.of for record in records if record.calls_off}
        for record in records:
            if record.act is Act.CONVENE and not off.isdisjoint((record.n, record.of)):
                continue  # a meeting that was called off was not arranged
            self._by_act.setdefault(record.act, []).append(record)

    def of(self, acts: frozenset[Act]) -> Sequence[Record]:
        """The records of these acts, in time order."""
        found = [self._by_act[act] for act in acts if act in self._by_act]
        if len(found) > 1:
            return sorted((record for each in found for record in each), key=happened)
        return found[0] if found else ()


def recipients(state: CaseState, record: Record) -> tuple[Who, ...]:
    """To whom a record went: as it says, or, where it does not say, as its kind implies."""
    if record.to:
        return (*record.to, *record.people)
    match record.act:
        case Act.REFER:
            return (Who("mash"),)
        case Act.SUBMIT:
            roles = (
                role
                for form in state.policy.forms
                if form.form is record.form
                for seat in form.to
                for role in seat.roles[:1]
                if seat.place is None
            )
            return (*(Who(role) for role in roles), *record.people)
        case Act.FEED_BACK:
            return (*state.parties.resolve("practitioner@raising"), *record.people)
        case Act.SHARE:
            others = (
                Who("executive", side, agency)
                for side, agency in state.parties.sides
                if agency != record.by.agency
            )
            return (*others, *record.people)
        case _:
            return record.people


def fits_doing(
    state: CaseState, doing: Doing, record: Record, owner: Who | None, own: str | None
) -> bool:
    """Whether a record is of the kind described, leaving aside whom it must cover.

    That an earlier record is right confirms no outcome; whom an invitation alone went to is
    nobody whom a policy wants told.
    """
    if record.act not in doing.acts or record.only_proposes:
        return False
    if (record.of is not None and record.act is Act.CONFIRM) or record.to == (OUTSIDER,):
        return False
    if doing.form is not None and record.form is not doing.form:
        return False
    if doing.outcomes and record.outcome not in doing.outcomes:
        return False
    if doing.given and not all(record.text.get(name) for name in doing.given):
        return False
    stands_for = state.policy.stands_for
    if doing.by:
        return any(
            sits(record.by, seat, agency, stands_for)
            for wanted in doing.by
            for seat, agency in expand(wanted, state.parties, own)
        )
    if doing.present or owner is None:
        return True
    if owner.agency is not None:
        return record.by.agency == owner.agency
    return record.by.role == owner.role


def done_at(
    state: CaseState,
    doing: Doing,
    records: Iterable[Record],
    owner: Who | None,
    since: datetime | None,
) -> tuple[datetime, int] | None:
    """When, and by which record, all that a pattern asks for was done; records in time order.

    Several records together may do it: one's opposite numbers are reached one after another. But
    each of them is with whoever the talk is of, one's own side or the office: what two others
    said to each other is no talk with them.
    """
    own = owner.agency if owner is not None else None
    every = [need for seat in doing.present for need in expand(seat, state.parties, own)]
    anchors = [need for need in every if need[0].place in (None, "own")]
    present = [need for need in every if need not in anchors] or anchors
    to = [need for seat in doing.to for need in expand(seat, state.parties, own)]
    stands_for = state.policy.stands_for
    for record in records:
        if record.act not in doing.acts or (since is not None and record.at < since):
            continue
        if not fits_doing(state, doing, record, owner, own):
            continue
        there = record.participants
        if not all(_filled(need, there, stands_for) for need in anchors):
            continue
        present = [need for need in present if not _filled(need, there, stands_for)]
        if to:
            told = recipients(state, record)
            to = [need for need in to if not _filled(need, told, stands_for)]
        if not present and not to:
            return record.at, record.n
    return None


def first_done(
    state: CaseState,
    doings: tuple[Doing, ...],
    done: Done,
    owner: Who | None,
    since: datetime | None,
    besides: frozenset[int] = frozenset(),
) -> tuple[datetime, int] | None:
    """When, and by which record, the first of these was done, leaving aside these records."""
    found = None
    for doing in doings:
        records = done.of(doing.acts)
        if not records:
            continue
        if besides:
            records = [record for record in records if record.n not in besides]
        when = done_at(state, doing, records, owner, since)
        if when is not None and (found is None or when < found):
            found = when
    return found


def _filled(need: Need, whos: Iterable[Who], stands_for: dict[str, frozenset[str]]) -> bool:
    seat, agency = need
    return any(sits(who, seat, agency, stands_for) for who in whos)

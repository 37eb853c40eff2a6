"""Cases and duties in the shapes of the API; who sees which field is asked of the table."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from concord.access.fields import OF_THE_RAISE, Field
from concord.access.table import Doing
from concord.api import schemas
from concord.api.schemas import instant
from concord.cases.beside import ending, names_office
from concord.cases.doorway import Look, Viewer
from concord.cases.models import Case
from concord.cases.still_owed import Duty, by_press, lasting, policy_of, urgent_of
from concord.notifications.whose import names_of, whose
from concord.rules import clock
from concord.rules.dates import read_due
from concord.rules.duties import Owed, asked_for, plain_what
from concord.rules.naming import Names
from concord.rules.overtaken import to_do
from concord.rules.policy import Policy
from concord.rules.record import Record
from concord.rules.record_words import RecordRow, record_row
from concord.rules.who import Who
from concord.rules.words import Side

CONCERN = (
    "decision_challenged", "aim", "why", "basis", "level_now", "level_seen", "family",
)  # fmt: skip
"""The raiser's words that the case's page shows; what stands on forms alone is not among them."""


def line_of(case: Case, who: Viewer) -> schemas.CaseLine:
    """A case from `cases_for` as a list shows it."""
    policy = policy_of(case)
    raising, responding = _sides(case)
    return schemas.CaseLine(
        reference=case.reference, page=_page(case), partnership=_partnership(case),
        raising=raising, responding=responding, stage=_stage(policy, case.summary.stage),
        status=case.summary.status, opened=instant(case.opened),
        ended=instant(case.summary.ended) if case.summary.ended else None,
        owed=[_listed(case, each, who.at) for each in by_press(case, lasting(case), who.at)],
    )  # fmt: skip


def mine_of(case: Case, duties: list[Duty], at: datetime) -> list[schemas.MyDuty]:
    """The duties of a listed case that fall to the viewer, what presses most first."""
    return [
        schemas.MyDuty(
            reference=case.reference, page=_page(case), partnership=_partnership(case),
            stage=_stage(policy_of(case), case.summary.stage), status=case.summary.status,
            owed=_listed(case, each, at),
        )
        for each in by_press(case, duties, at)
    ]  # fmt: skip


def case_of(look: Look, who: Viewer) -> schemas.CaseDetail:
    """A case as far as its viewer sees it: each field by the table of fields."""
    case, state, names = look.case, look.state, names_of(look, who.at)
    raising, responding = _sides(case)
    text = state.records[0].text
    ended = ending(state, names) if look.sees(Field.OUTCOME) else None
    return schemas.CaseDetail(
        reference=case.reference, page=_page(case), partnership=_partnership(case),
        policy=f"{case.policy_id} {case.policy_version}", raising=raising,
        responding=responding, stage=_stage(state.policy, state.stage), status=str(state.status),
        opened=instant(case.opened), ended=instant(state.ended) if state.ended else None,
        children=_children(look),
        at_risk=bool(state.facts.get("immediate_risk")) if look.sees(Field.AT_RISK) else None,
        concern={
            name: text[name]
            for name in CONCERN
            if text.get(name) and look.sees(OF_THE_RAISE[name])
        },
        duties=_duties(look, who, names),
        records=[
            _record(look, names, each) for each in state.records if _is_open(look, each)
        ],
        ending=_of_row(look, ended) if ended else None,
    )  # fmt: skip


def _is_open(look: Look, record: Record) -> bool:
    """Whether the viewer's page of the case, or its timeline, shows a record."""
    if look.can(Doing.SEE_RECORDS):
        return True
    return look.sees(Field.TO_ONESELF) and (names_office(look, record) or record.by in look.seats)


def _children(look: Look) -> list[schemas.Child] | None:
    if not look.sees(Field.CHILD_NAME):
        return None
    sees_born = look.sees(Field.CHILD_BORN)
    return [
        schemas.Child(name=each.name, born=each.born if sees_born else None)
        for each in look.case.children.all()
    ]


def _duties(look: Look, who: Viewer, names: Names) -> list[schemas.DutyOfCase]:
    state, sees_all = look.state, look.can(Doing.SEE_RECORDS)
    absent = tuple(seat for agency in look.writes_for for seat in look.seats_of(agency))
    left = whose(look, who.at).left_to(who, asked_for(state, who.at)) if sees_all else ()
    seats = (*look.seats, *absent, *left)
    return [
        _duty(look, each, names, seats, who.at,
              each.what if sees_all else plain_what(state, each))
        for each in to_do(state, who.at)
    ]  # fmt: skip


def _duty(
    look: Look, entry: Owed, names: Names, seats: tuple[Who, ...], at: datetime, what: str
) -> schemas.DutyOfCase:
    owner = entry.owner
    falls = owner in seats if owner else any(seat.side is not None for seat in seats)
    return schemas.DutyOfCase(
        what=what, by=names.owner(owner) if entry.is_open else names.first_owner(owner),
        role=owner.role if owner else "", agency=(owner.agency or "") if owner else "",
        clause=str(entry.clause), due=_due(entry.due, at, entry.is_open), urgent=entry.urgent,
        state=str(entry.state),  # type: ignore[arg-type]
        stage=_stage(look.state.policy, entry.stage) if entry.stage else None,
        since=instant(entry.since), met=instant(entry.met) if entry.met else None,
        shortened=entry.shortened, action=entry.action, mine=entry.is_open and falls,
    )  # fmt: skip


def _record(look: Look, names: Names, record: Record) -> schemas.RecordOfCase:
    return _of_row(look, record_row(record, names, look.state))


def _of_row(look: Look, row: RecordRow) -> schemas.RecordOfCase:
    record = look.state.record(row.n)
    assert record is not None
    later = [
        *((f"Record {each.n}, {each.by}", each.words or ("It is right" if each.agrees else ""))
          for each in row.said),
        *((f"Corrected by record {each.n}, {each.by}", each.words) for each in row.corrected),
        *((("Not settled", row.unsettled),) if row.unsettled else ()),
    ]  # fmt: skip
    sees_names = look.sees(Field.DOCUMENT_NAMES)
    return schemas.RecordOfCase(
        number=row.n, act=row.act, headline=row.headline, by=row.by, at=instant(record.at),
        written=instant(record.written), clauses=list(row.clauses),
        details=[_detail(*each) for each in row.details],
        since=[_detail(*each) for each in later],
        documents=[document.name for _, document in row.documents] if sees_names else [],
    )  # fmt: skip


def _detail(label: str, value: str) -> schemas.Detail:
    return schemas.Detail(label=label, value=str(value))


def _listed(case: Case, duty: Duty, at: datetime) -> schemas.Owed:
    """A duty as the summary of a case keeps it."""
    return schemas.Owed(
        what=duty["what"], by=_names(case).seat(_seat(case, duty)), role=duty["role"],
        agency=duty["agency"], clause=duty["clause"], due=_due(read_due(duty["due"]), at, True),
        urgent=bool(urgent_of(case, [duty])),
    )  # fmt: skip


def _seat(case: Case, duty: Duty) -> Who | None:
    if not duty["role"]:
        return None
    sides = {row.agency.slug: Side(row.side) for row in case.parties.all()}
    return Who(duty["role"], sides.get(duty["agency"]), duty["agency"] or None)


def _names(case: Case) -> Names:
    agencies = [row.agency for row in case.parties.all()]
    return Names(
        policy=policy_of(case), agencies={each.slug: each.name for each in agencies},
        titles={each.slug: each.titles for each in agencies},
    )  # fmt: skip


def _due(due: clock.Due | None, at: datetime, is_open: bool) -> schemas.Due | None:
    if due is None:
        return None
    return schemas.Due(
        at=clock.latest_instant(due).replace(microsecond=0),
        by_end_of_day=not isinstance(due, datetime), late=is_open and clock.is_late(due, at),
    )  # fmt: skip


def _stage(policy: Policy, stage: str) -> schemas.Stage:
    return schemas.Stage(id=stage, title=policy.stage(stage).title)


def _partnership(case: Case) -> schemas.Named:
    return schemas.Named(slug=case.partnership.slug, name=case.partnership.name)


def _sides(case: Case) -> tuple[schemas.Named, list[schemas.Named]]:
    def on(side: Side) -> Iterable[schemas.Named]:
        rows: Any = case.parties.all()
        return (
            schemas.Named(slug=row.agency.slug, name=row.agency.name)
            for row in rows
            if row.side == side
        )

    return next(iter(on(Side.RAISING))), list(on(Side.RESPONDING))


def _page(case: Case) -> str:
    return f"{settings.CONCORD_ADDRESS}{reverse('case', args=[case.reference])}"

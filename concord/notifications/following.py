"""Following a case: after each act, whose reminders stand, and who is told of it. One transaction.

The reminders are made anew from the records each time: what is no longer owed lapses, what is
owed is watched, and what was told stays told.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.db import transaction

from concord.cases.ledger import state_of
from concord.cases.models import Case, Summary
from concord.notifications.models import Kind, MailState, Notice, Reminder, Standing, Watch
from concord.notifications.recipients import Directory, named_in
from concord.notifications.telling import Subject, tell
from concord.policies.reminders import reminders_for
from concord.rules.clock import LONDON
from concord.rules.duties import Owed, label, plain_what
from concord.rules.overtaken import to_do
from concord.rules.rungs import rungs
from concord.rules.state import CaseState
from concord.rules.who import Who

Key = tuple[str, str, int, str, str]


def lock(cases: Sequence[int]) -> list[int]:
    """Take the watch of these cases for this transaction: those that no other loop is at."""
    there = set(Watch.objects.filter(case_id__in=cases).values_list("case_id", flat=True))
    missing = [case for case in cases if case not in there]
    if missing:
        Watch.objects.bulk_create((Watch(case_id=case) for case in missing), ignore_conflicts=True)
    free = Watch.objects.select_for_update(skip_locked=True).filter(case_id__in=cases)
    return list(free.values_list("case_id", flat=True))


def follow(case_number: int, directory: Directory, mails: bool) -> bool:
    """Take up what the last acts on a case changed; False if another loop is at it.

    `mails`: whether mail is sent at all.
    """
    at = directory.at
    with transaction.atomic():
        if not lock([case_number]):
            return False
        case = Case.objects.select_related("partnership", "summary").get(pk=case_number)
        state = state_of(case)
        _arm(case, state, at)
        tell([Subject(case, state.policy, state.parties, state)], directory, mails)
        Summary.objects.filter(case=case, sequence=state.records[-1].n).update(followed_up=True)
    return True


def key_of(reminder: Reminder) -> Key:
    """What a reminder is unique by, within its case."""
    return (reminder.rule, reminder.owner, reminder.action, reminder.rung, reminder.due)


def _arm(case: Case, state: CaseState, at: datetime) -> None:
    wanted = {key_of(each): each for each in _wanted(case, state, at)}
    there = {key_of(each): each for each in case.reminders.all()}
    Reminder.objects.bulk_create(
        (each for key, each in wanted.items() if key not in there), ignore_conflicts=True
    )
    for key, row in there.items():
        new = wanted.get(key)
        if new is None:
            if row.standing == Standing.WAITING:
                row.standing = Standing.LAPSED
                row.save(update_fields=["standing"])
        elif row.standing in (Standing.WAITING, Standing.LAPSED):
            changed = _bring(row, new)
            if row.standing == Standing.LAPSED:
                row.standing, row.known = Standing.WAITING, new.known
                changed += ["standing", "known"]
            if changed:
                row.save(update_fields=changed)
    _spare(case, {(key[0], key[1], key[2]) for key in wanted})


def _bring(row: Reminder, new: Reminder) -> list[str]:
    names = ("falls", "named", "urgent", "what", "clause", "stage")
    differing = [name for name in names if getattr(row, name) != getattr(new, name)]
    for name in differing:
        setattr(row, name, getattr(new, name))
    return differing


def _spare(case: Case, open_duties: set[tuple[str, str, int]]) -> None:
    """Mail that waits to say what is no longer owed is not sent."""
    waiting = Notice.objects.filter(
        case=case, kind__in=(Kind.REMINDER, Kind.DUTY), state=MailState.WAITING
    )
    for notice in waiting.prefetch_related("reminders"):
        duties = {(each.rule, each.owner, each.action) for each in notice.reminders.all()}
        if not duties & open_duties:
            Notice.objects.filter(pk=notice.pk, state=MailState.WAITING).update(
                state=MailState.SPARED
            )


def _wanted(case: Case, state: CaseState, at: datetime) -> Iterator[Reminder]:
    scheme = reminders_for(case.policy_id, case.policy_version)
    known = state.records[-1].written
    names: dict[Who | None, list[int]] = {}
    for entry in to_do(state, at):
        if not entry.is_open:
            continue
        if entry.owner not in names:
            names[entry.owner] = named_in(state, entry.owner) if entry.owner else []
        urgent = is_urgent(entry, state)
        for rung in rungs(scheme, entry.since, entry.due, state.calendar, urgent):
            yield Reminder(
                case=case, rule=entry.rule, owner=label(state, entry.owner),
                action=entry.action or 0, rung=rung.id,
                due=entry.due.isoformat() if entry.due else "", stage=entry.stage,
                clause=str(entry.clause), what=plain_what(state, entry), urgent=urgent,
                named=names[entry.owner], falls=rung.at, known=known.astimezone(UTC),
            )  # fmt: skip


def is_urgent(entry: Owed, state: CaseState) -> bool:
    """Whether a duty is told at any hour: immediate risk, a limit in hours, or the same day."""
    if entry.first or state.facts.get("immediate_risk") or isinstance(entry.due, datetime):
        return True
    return entry.due is not None and entry.due <= entry.since.astimezone(LONDON).date()

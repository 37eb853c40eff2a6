"""What becomes of agreed actions: planned, reported done or replaced, looked at by a side. Pure."""

from dataclasses import replace

from concord.rules.parts import AgreedAction, Check
from concord.rules.record import PlannedAction, Record

Actions = tuple[AgreedAction, ...]


def agreed(actions: Actions, record: Record) -> Actions:
    """The actions with those that a record agrees, numbered on."""
    return _with(actions, record, record.actions)


def reported(actions: Actions, record: Record) -> Actions:
    """The actions after a report on one: done, or not done, why, and what takes its place (LI-02).

    Not done without both says nothing that counts: the action stays open.
    """
    done = record.done is not False
    if not done and not (record.why and record.replaced_by):
        return actions
    action = _numbered(actions, record.action)
    if action is not None and action.is_open:
        closed = replace(
            action, closed=record.at, closed_by=record.n, done=done, why=record.why,
            evidence=record.text.get("evidence", "") if done else "", reported_by=record.by,
            replaced_by=None if done else len(actions) + 1,
        )  # fmt: skip
        actions = _put(actions, closed)
    if done or record.replaced_by is None:
        return actions
    return _with(actions, record, (record.replaced_by,))


def looked_at(actions: Actions, record: Record) -> Actions:
    """The actions after one side's look at what the other reported done (SA-16).

    Found not carried out: the action is open again.
    """
    action = _numbered(actions, record.action)
    if action is None or not action.done:
        return actions
    done = record.done is not False
    check = Check(record.by, record.at, record.n, done, record.why)
    action = replace(action, checks=(*action.checks, check))
    if not done:
        action = replace(
            action, closed=None, closed_by=None, done=False, evidence="", reported_by=None
        )
    return _put(actions, action)


def _with(actions: Actions, record: Record, more: tuple[PlannedAction, ...]) -> Actions:
    numbered = enumerate(more, start=len(actions) + 1)
    return (*actions, *(AgreedAction(n, plan, record.at, record.n) for n, plan in numbered))


def _numbered(actions: Actions, number: int | None) -> AgreedAction | None:
    return next((action for action in actions if action.number == number), None)


def _put(actions: Actions, action: AgreedAction) -> Actions:
    return tuple(action if each.number == action.number else each for each in actions)

"""Which duties the case has gone past: the talks and reviews of a stage that was left, or that the
end has settled.

They stand on record as not done, and nobody is asked for them any more: going up, or the decision,
took their place. What puts a case on record, tells somebody or teaches outlives both.
"""

from datetime import datetime

from concord.rules.duties import Owed, asked_for
from concord.rules.policy import DutyRule, Policy, Start
from concord.rules.state import CaseState
from concord.rules.words import Act, Status

OF_THE_RECORD = frozenset({
    Act.FILE, Act.SHARE, Act.FEED_BACK, Act.SUBMIT, Act.DISSEMINATE, Act.LEARN, Act.DEBRIEF,
    Act.REFER, Act.COMPLETE,
})  # fmt: skip
"""Acts by which what came of a case is kept, told and learned from: owed however it went on."""
SETTLING = frozenset({
    Act.ACKNOWLEDGE, Act.STATE, Act.ANSWER, Act.PASS_ON, Act.DISCUSS, Act.ADVISE, Act.CONVENE,
    Act.MEET, Act.HEAR, Act.REVIEW, Act.SHORTEN, Act.APPOINT, Act.DECIDE, Act.ESCALATE,
    Act.REFER_UP, Act.RESOLVE,
})  # fmt: skip
"""Acts by which a disagreement is looked into, settled or taken further."""


def is_behind(rule: DutyRule, stage: str, *, is_open: bool) -> bool:
    """Whether a duty belongs to a stage that a case, now or last at `stage`, has left."""
    return rule.starts in (Start.STAGE, Start.UNRESOLVED) and not (is_open and rule.stage == stage)


def is_overtaken(rule: DutyRule, stage: str, *, is_open: bool) -> bool:
    """Whether nobody is asked for a duty any more in a case that is now, or was last, at `stage`.

    What a policy asks for though its stage is passed over is asked for until the case ends.
    """
    if not rule.stage or rule.starts not in (Start.STAGE, Start.UNRESOLVED, Start.DONE):
        return False
    if is_open and (rule.stage == stage or rule.if_skipped):
        return False
    acts = {act for doing in rule.done for act in doing.acts}
    return bool(acts & SETTLING) and not acts & OF_THE_RECORD


def overtaken(policy: Policy, stage: str, *, is_open: bool) -> frozenset[str]:
    """The ids of a policy's duties that such a case has gone past."""
    return frozenset(
        rule.id for rule in policy.duties if is_overtaken(rule, stage, is_open=is_open)
    )


def behind(policy: Policy, stage: str, *, is_open: bool) -> frozenset[str]:
    """The ids of a policy's duties that belong to a stage that such a case has left."""
    return frozenset(rule.id for rule in policy.duties if is_behind(rule, stage, is_open=is_open))


def words_overtaken(policy: Policy, stage: str, *, is_open: bool) -> frozenset[tuple[str, str]]:
    """The same by clause and words, as a list keeps a duty; not what is asked for elsewhere too."""
    gone = overtaken(policy, stage, is_open=is_open)
    said = {(rule.id in gone, str(rule.clause), rule.what) for rule in policy.duties}
    return frozenset(
        (clause, what) for is_gone, clause, what in said if is_gone
    ) - frozenset((clause, what) for is_gone, clause, what in said if not is_gone)  # fmt: skip


def to_do(state: CaseState, at: datetime) -> tuple[Owed, ...]:
    """What people are asked for at `at` (aware), and what was done: all but what was overtaken."""
    gone = overtaken(state.policy, state.stage, is_open=state.status is Status.OPEN)
    return tuple(
        entry
        for entry in asked_for(state, at)
        if not (entry.is_open and entry.rule.partition("#")[0] in gone)
    )


def left_undone(state: CaseState, at: datetime) -> tuple[Owed, ...]:
    """What was not done before the case went on without it, at `at` (aware)."""
    gone = overtaken(state.policy, state.stage, is_open=state.status is Status.OPEN)
    return tuple(
        entry
        for entry in asked_for(state, at)
        if entry.is_open and entry.rule.partition("#")[0] in gone
    )

"""Which acts an actor may take next; asked of the same rules that refuse, never of a copy.

An act before which only a gate stands is among them: a gate can be passed with a reason.
"""

from datetime import datetime

from concord.rules.agreement import may_correct
from concord.rules.decide import Refused, decide
from concord.rules.endings import waits_for
from concord.rules.record import Record
from concord.rules.state import SPOKEN, CaseState
from concord.rules.who import Who
from concord.rules.words import TIER_RANK, Act, Outcome, Tier

_OF_A_PARTY: tuple[Act, ...] = (
    Act.ACKNOWLEDGE, Act.STATE, Act.ANSWER, Act.PASS_ON, Act.DISCUSS, Act.ADVISE, Act.CONVENE,
    Act.MEET, Act.AGREE, Act.CONFIRM, Act.FILE, Act.SHARE, Act.SUBMIT, Act.NOTIFY, Act.REVIEW,
    Act.REFER, Act.SHORTEN, Act.APPOINT, Act.ESCALATE, Act.REFER_UP, Act.RESOLVE, Act.COMPLETE,
    Act.EXPLAIN, Act.FEED_BACK, Act.LEARN, Act.DEBRIEF, Act.WITHDRAW, Act.REOPEN, Act.CORRECT,
)  # fmt: skip
_OF_AN_OFFICE: tuple[Act, ...] = (
    Act.DISCUSS, Act.ADVISE, Act.CONVENE, Act.MEET, Act.HEAR, Act.AGREE, Act.FILE, Act.SHARE,
    Act.SUBMIT, Act.NOTIFY, Act.REVIEW, Act.REFER, Act.APPOINT, Act.DECIDE, Act.RESOLVE,
    Act.COMPLETE, Act.EXPLAIN, Act.FEED_BACK, Act.LEARN, Act.DISSEMINATE, Act.DEBRIEF,
    Act.REOPEN, Act.CORRECT,
)  # fmt: skip
_SPOKEN = SPOKEN | {Act.CONVENE}


def acts_for(state: CaseState, who: Who, at: datetime) -> tuple[Act, ...]:
    """The acts that this actor may take now (`at`, aware), in the order of the vocabulary."""
    candidates = _OF_A_PARTY if who.side is not None else _OF_AN_OFFICE
    if not state.is_raised:
        candidates = (Act.RAISE,)
    return tuple(act for act in candidates if _asked(state, who, act, at))


def _asked(state: CaseState, who: Who, act: Act, at: datetime) -> bool:
    if act is Act.CONFIRM and not waits_for(state, who) and not state.to_check(who):
        return False
    if act is Act.APPOINT:
        return any(
            _probe(state, who, act, at, office=rule.office) for rule in state.policy.appointments
        )
    return _probe(state, who, act, at)


def probe(state: CaseState, who: Who, act: Act, at: datetime, office: str = "") -> Record:
    """The plainest record of an act, to ask whether it may be done now.

    An appointment is to the first office to which the policy has somebody appointed, unless
    `office` names another: no page offers one to any other office.
    """
    others = tuple(
        Who(Tier.MANAGER, side, agency)
        for side, agency in state.parties.sides
        if agency != who.agency
    )
    needs = tuple(
        Who(role)
        for rule in state.policy.make_ups
        for seat in rule.needs
        if seat.place is None
        for role in seat.roles[:1]
    )
    return Record(
        n=state.records[-1].n + 1 if state.records else 1,
        at=at,
        written=at,
        by=who,
        act=act,
        people=(*others, *needs) if act in _SPOKEN else (),
        outcome=Outcome.JUSTIFIED if act is Act.REVIEW else None,
        due=at if act is Act.SHORTEN else None,
        office=office or _first_office(state, act),
        agency="(independent)" if act is Act.APPOINT else "",
        action=_actions_number(state, who, act),
        of=_to_correct(state, who) if act is Act.CORRECT else None,
    )


def _first_office(state: CaseState, act: Act) -> str:
    rules = state.policy.appointments if act is Act.APPOINT else ()
    return rules[0].office if rules else ""


def _actions_number(state: CaseState, who: Who, act: Act) -> int | None:
    """The action that a plain record of this act would be about; none where it is an outcome."""
    if act is not Act.CONFIRM:
        actions = state.open_actions
    elif waits_for(state, who):
        return None
    else:
        actions = state.to_check(who)
    return next((action.number for action in actions), None)


def _to_correct(state: CaseState, who: Who) -> int | None:
    return next((record.n for record in state.records if may_correct(record, who)), None)


def _probe(state: CaseState, who: Who, act: Act, at: datetime, office: str = "") -> bool:
    """Whether nothing hard stands against the act; a gate can be passed with a reason."""
    answer = decide(state, probe(state, who, act, at, office))
    return not (isinstance(answer, Refused) and answer.first.hard)


def actors_now(state: CaseState) -> tuple[Who, ...]:
    """The actors whom the case now concerns: who raised it, the tiers and offices of its stage."""
    policy = state.policy
    if not state.is_raised:
        return state.parties.resolve("practitioner@raising")
    stage = policy.stage(state.stage)
    found: list[Who] = []
    tiers = dict.fromkeys((Tier.PRACTITIONER.value, stage.acts))
    for role in tiers:
        if role in TIER_RANK:
            found += [Who(role, side, agency) for side, agency in state.parties.sides]
    for office in dict.fromkeys(
        (*stage.offices, *(name for rule in stage.powers for name in rule.who))
    ):
        if office in ("slo", "board_rep", "safeguarding_lead"):
            found += [Who(office, side, agency) for side, agency in state.parties.sides]
        else:
            found.append(Who(office))
    found.append(Who("business_manager"))
    return tuple(dict.fromkeys(found))


def may(state: CaseState, at: datetime) -> dict[str, tuple[Act, ...]]:
    """For each actor whom the case now concerns, by label: the acts open to them."""
    answer = {state.parties.label(who): acts_for(state, who, at) for who in actors_now(state)}
    return {label: acts for label, acts in answer.items() if acts}

"""Who may act at all. Hard: no reason passes it."""

from collections.abc import Iterator

from concord.rules.gates import Refusal
from concord.rules.policy import PowerRule
from concord.rules.state import CaseState
from concord.rules.who import OUTSIDER, Seat, Who, expand, sits
from concord.rules.words import TIER_RANK, Act, House, Power, Side

OFFICES = frozenset({
    "board_rep", "business_manager", "chair", "cp_chair", "designated_professional",
    "independent_chair", "iro", "key_partner", "mash", "mediator", "named_professional",
    "panel", "panel_member", "reviewer", "safeguarding_lead", "slo", "sub_group",
})  # fmt: skip
"""Offices that any partnership may have; a policy's file adds its own."""

SIDES_ONLY = frozenset({
    Act.RAISE, Act.ACKNOWLEDGE, Act.STATE, Act.ANSWER, Act.PASS_ON, Act.ESCALATE, Act.REFER_UP,
})  # fmt: skip
"""Acts of the parties themselves: raising and answering belong to the sides."""


TAKES_UP = frozenset({Act.ESCALATE, Act.REFER_UP})
"""Acts that take a case up: to the next stage, or up the agency's own line."""


def refusals(state: CaseState, who: Who, act: Act) -> Iterator[Refusal]:
    """Why this actor may not do this act on this case, whatever its particulars."""
    yield from _known(state, who)
    if who == OUTSIDER and act is not Act.ADVISE:
        yield _who(
            "Whoever is invited to one thing gives the one answer that was asked for.",
            "Answer what was asked.",
        )
    if act in SIDES_ONLY:
        if who.side is None:
            yield _who(
                f"Only the agencies in the disagreement may {act.replace('_', ' ')}.",
                "Advise, or meet with the parties.",
            )
    elif act is Act.DECIDE:
        yield from _deciding(state, who)
    elif act is Act.WITHDRAW and who.side is not Side.RAISING:
        yield _who("A concern is withdrawn by the side that raised it.", "Answer it, or meet.")


def not_confirmed(act: Act) -> Refusal | None:
    """Why somebody whom their agency has not confirmed yet may not do this act.

    They raise a concern, answer and record at once: a child never waits for it. Only taking a
    case up is left to those whom the agency knows; None for every other act.
    """
    if act not in TAKES_UP:
        return None
    return Refusal(
        House.KNOWN_BEFORE_GOING_UP,
        "Your agency has not confirmed yet that it knows you, so you cannot take this case up.",
        "Ask your safeguarding lead or your manager to confirm you, or the business manager where "
        "your agency has neither on Concord: they have been asked. They can also take it up "
        "themselves now. If the child is in danger, act now: ring 999, or the "
        "MASH (Multi-Agency Safeguarding Hub).",
    )


def may_raise(state: CaseState, who: Who) -> Iterator[Refusal]:
    """Why this actor may not raise the concern."""
    yield from _known(state, who)
    if who.side is not Side.RAISING:
        yield _who(
            "A concern is raised by the agency that has it.",
            "Raise it as somebody of that agency, or write it down on their behalf.",
        )


def refusal_unless_seated(
    state: CaseState, who: Who, seats: tuple[Seat, ...], clause: str, doing: str
) -> Iterator[Refusal]:
    """A refusal by this clause unless the actor holds one of the seats exactly."""
    for seat in seats:
        for wanted, agency in expand(seat, state.parties, None):
            if who.role in wanted.roles and sits(who, wanted, agency, {}):
                return
    names = " or ".join(str(seat).replace("_", " ").replace("@", " of the ") for seat in seats)
    yield Refusal(
        clause,
        f"The policy does not let the {who.role.replace('_', ' ')} {doing}.",
        f"Ask the {names}.",
    )


def refusal_unless_office(state: CaseState, who: Who, office: str) -> Iterator[Refusal]:
    """A refusal unless the actor holds this office; for what the policy gives to nobody else."""
    if who.role != office:
        yield _who(
            "This policy gives that appointment to nobody else than the business manager.",
            "Ask the business manager.",
        )


def powers(state: CaseState, stage: str) -> tuple[PowerRule, ...]:
    """What the bodies of a stage may do."""
    return state.policy.stage(stage).powers


def _known(state: CaseState, who: Who) -> Iterator[Refusal]:
    if who.role in TIER_RANK:
        if who.side is None:
            yield _who(
                f"'{who.role}' must say for which side.",
                f"Write {who.role}@raising or @responding.",
            )
    elif who != OUTSIDER and who.role not in OFFICES and who.role not in state.policy.office_ids:
        yield _who(
            f"This policy has no office '{who.role}'.", "Name a tier of a party, or an office."
        )


def _deciding(state: CaseState, who: Who) -> Iterator[Refusal]:
    policy = state.policy
    rules = [rule for rule in powers(state, state.stage) if rule.power is Power.DECIDE]
    for rule in rules:
        if who.role in rule.who:
            if rule.appointed and not any(a.office == who.role for a in state.appointments):
                yield Refusal(
                    _appointing_clause(state, who.role) or rule.clause,
                    f"Nobody has been appointed {who.role.replace('_', ' ')} in this case.",
                    "Have the appointment made first.",
                )
            return
    if rules:
        bodies = " or ".join(name.replace("_", " ") for rule in rules for name in rule.who)
        yield Refusal(rules[0].clause, f"Here the {bodies} decides.", "Put your view to them.")
        return
    anywhere = [
        (stage, rule)
        for stage in policy.stages
        for rule in stage.powers
        if rule.power is Power.DECIDE
    ]
    if anywhere:
        stage, rule = anywhere[0]
        yield Refusal(
            rule.clause,
            f"A decision is made at {stage.title}, and the case is not there.",
            "Agree here, or escalate, with a reason if stages are to be skipped.",
        )
        return
    last = policy.stages[-1]
    clause = last.powers[0].clause if last.powers else last.clause
    yield Refusal(
        clause,
        "This policy gives nobody the power to decide for the parties.",
        "Record what the parties agree, or their positions and how outstanding issues will be "
        "pursued.",
    )


def _appointing_clause(state: CaseState, office: str) -> str:
    return next((r.clause for r in state.policy.appointments if r.office == office), "")


def _who(why: str, instead: str) -> Refusal:
    return Refusal(House.WHO_MAY_ACT, why, instead)

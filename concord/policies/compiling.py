"""From a policy file, validated, to the frozen policy that the rules read."""

from collections.abc import Iterator

from concord.policies.forms import form_rule
from concord.policies.schema import (
    DoingPart,
    DutyPart,
    GatePart,
    LimitPart,
    PolicyFile,
    StagePart,
    WhenPart,
)
from concord.policies.units import parse_limit
from concord.rules.clock import Limit, Unit
from concord.rules.policy import (
    AppointmentRule,
    Condition,
    Doing,
    DutyRule,
    Exclusion,
    GateRule,
    Ground,
    LimitRule,
    MakeUpRule,
    Office,
    Policy,
    PowerRule,
    Saying,
    Stage,
    Start,
    Warning,
)
from concord.rules.record import Fact
from concord.rules.who import ANYONE, Seat, parse_seat
from concord.rules.words import HOUSE_RULES, Act, House, Matter


def compile_policy(file: PolicyFile) -> Policy:
    """The policy that the rules read. Raises ValueError for a limit or seat not understood."""
    duties = [_duty(part, "", Start.RAISED) for part in (*file.immediate_risk, *file.duties)]
    limits = [
        _limit(part, tuple(part.stages), f"limits.{index}", file)
        for index, part in enumerate(file.limits)
    ]
    gates = [_gate(part, "") for part in file.gates]
    for stage in file.stages:
        duties += [_duty(part, stage.id, Start.STAGE) for part in stage.duties]
        limits += _limits_of(stage, file)
        gates += [_gate(part, stage.id) for part in stage.gates]
    if not file.immediate_risk:
        duties = [*HOUSE_DUTIES, *duties]
    return Policy(
        id=file.id,
        title=file.title,
        partnership=file.partnership,
        short_name=file.short_name,
        version=file.version,
        effective=file.effective,
        review_due=file.review_due,
        calendar=file.calendar,
        stages=tuple(_stage(part, file) for part in file.stages),
        duties=tuple(duties),
        limits=tuple(limits),
        gates=tuple(gates),
        appointments=tuple(
            AppointmentRule(part.office, part.clause, seats(part.by), part.independent)
            for stage in file.stages
            for part in stage.appointments
        ),
        make_ups=tuple(
            MakeUpRule(
                part.clause, tuple(part.body), frozenset(part.acts),
                "" if part.everywhere else stage.id, part.members, part.agencies,
                part.executive, seats(part.needs), tuple(part.when_any), part.why, part.instead,
            )
            for stage in file.stages
            for part in stage.make_up
        ),
        exclusions=(
            *(Exclusion(p.matter, p.clause, p.says, p.instead) for p in file.scope.exclusions),
            *_house_exclusions({part.matter for part in file.scope.exclusions}),
        ),
        grounds=tuple(
            Ground(part.id, part.clause, part.says, _when(part.only_if), part.otherwise)
            for part in file.scope.grounds
        ),
        warnings=tuple(
            Warning(part.clause, part.why, frozenset(part.act), frozenset(part.means))
            for part in file.warnings
        ),
        principles=tuple(Saying(part.clause, part.says, part.where) for part in file.principles),
        offices=tuple(
            Office(part.id, part.title, part.clause, part.of, part.agency, part.lookup)
            for part in file.offices
        ),
        forms=tuple(form_rule(part) for part in file.forms),
        stands_for={
            part.tier: frozenset(part.roles) for part in file.stands_for
        },
        skip_clause=file.skipping.clause if file.skipping else "",
        skip_says=file.skipping.says if file.skipping else "",
        shorten_clause=file.shortening.clause if file.shortening else "",
    )  # fmt: skip


def seats(texts: list[str]) -> tuple[Seat, ...]:
    """Seats in words, read."""
    return tuple(parse_seat(text) for text in texts)


def _stage(part: StagePart, file: PolicyFile) -> Stage:
    titles = file.tiers.model_dump(exclude={"clause"}) if file.tiers else {}
    return Stage(
        id=part.id,
        title=part.title,
        phase=part.phase,
        acts=part.acts,
        clause=part.clause,
        says=part.says,
        ladder=part.ladder,
        number=part.number,
        offices=tuple(part.offices),
        powers=tuple(
            PowerRule(each.clause, tuple(each.who), each.power, each.appointed)
            for each in part.powers
        ),
        titles=tuple((tier, ", ".join(names)) for tier, names in titles.items() if names),
    )


def _when(part: WhenPart | None) -> Condition | None:
    if part is None:
        return None
    facts: list[tuple[str, tuple[Fact, ...]]] = []
    if part.child_status:
        facts.append(("child_status", tuple(part.child_status)))
    for name in ("child_protection", "immediate_risk", "urgent"):
        value = getattr(part, name)
        if value is not None:
            facts.append((name, (value,)))
    facts += [(name, (value,)) for name, value in part.facts.items()]
    return Condition(tuple(facts), part.party)


def _doing(part: DoingPart) -> Doing:
    return Doing(
        acts=frozenset(part.act),
        by=seats(part.by),
        present=seats(part.present),
        to=seats(part.to),
        form=part.form,
        outcomes=frozenset(part.outcome),
        given=tuple(part.given),
    )


def _duty(part: DutyPart, stage: str, default: Start) -> DutyRule:
    starts = part.starts
    if starts is Start.STAGE and not stage:
        starts = default
    return DutyRule(
        id=f"{stage}.{part.id}" if stage else part.id,
        clause=part.clause,
        what=part.what,
        by=parse_seat(part.by) if part.by else None,
        done=tuple(_doing(each) for each in part.done),
        starts=starts,
        starts_on=_doing(part.starts_on) if part.starts_on else None,
        stage=stage,
        when=_when(part.when),
        within=parse_limit(part.within) if part.within else None,
        clock_from=part.clock_from,
        each=part.each,
        if_skipped=part.if_skipped,
        earlier_counts=part.earlier_counts,
        before_raising=part.before_raising,
        first=part.first,
        advice=part.advice,
        meeting=part.meeting,
    )


def _limits_of(stage: StagePart, file: PolicyFile) -> Iterator[LimitRule]:
    if stage.limit:
        yield _limit(stage.limit, (stage.id,), f"{stage.id}.limit", file, stage)
    for index, part in enumerate(stage.limits):
        yield _limit(part, (stage.id,), f"{stage.id}.limits.{index}", file, stage)


def _limit(
    part: LimitPart,
    stages: tuple[str, ...],
    name: str,
    file: PolicyFile,
    stage: StagePart | None = None,
) -> LimitRule:
    if (part.within is None) == (part.by_day is None):
        raise ValueError("a limit has 'within' or 'by_day', and not both.")
    within = parse_limit(part.within) if part.within else Limit(part.by_day or 0, Unit.WORKING_DAYS)
    acts = stage.acts if stage else next(s.acts for s in file.stages if s.id == stages[0])
    tier = (
        f"{acts}@raising"
        if acts in ("practitioner", "manager", "service_lead", "executive", "slo")
        else acts
    )
    title = stage.title if stage else "these stages"
    shortening = file.shortening
    return LimitRule(
        id=name,
        clause=part.clause,
        what=part.what or f"Finish {title}.",
        by=parse_seat(part.by or tier),
        within=within,
        stages=stages,
        cumulative=part.by_day is not None,
        clock_from=part.clock_from,
        when=_when(part.when),
        shortened_by=seats(part.shortened_by or (shortening.by if shortening else [])),
        shortening_clause=part.shortening_clause or (shortening.clause if shortening else ""),
        done=tuple(_doing(each) for each in part.done),
    )


def _gate(part: GatePart, stage: str) -> GateRule:
    return GateRule(
        id=part.id,
        clause=part.clause,
        before=part.before,
        stage=stage,
        needs=tuple(_doing(each) for each in part.needs),
        why=part.why,
        instead=part.instead,
        of=seats(part.of),
        when=_when(part.when),
        advised=part.advised,
    )


AT_RISK = Condition((("immediate_risk", (True,)),))
HOUSE_DUTIES = (
    DutyRule(
        id="house.refer-to-mash",
        clause=House.IMMEDIATE_RISK,
        what="Refer the child to the MASH (Multi-Agency Safeguarding Hub) now.",
        by=Seat(("practitioner",), "raising"),
        done=(Doing(frozenset({Act.REFER}), by=(Seat((ANYONE,)),), to=(Seat(("mash",)),)),),
        starts=Start.RAISED,
        when=AT_RISK,
        within=Limit(0, Unit.SAME_DAY),
        before_raising=True,
        first=True,
    ),
    DutyRule(
        id="house.tell-safeguarding-lead",
        clause=House.IMMEDIATE_RISK,
        what="Tell your agency's safeguarding lead now.",
        by=Seat(("practitioner",), "raising"),
        done=(
            Doing(
                frozenset({Act.NOTIFY, Act.DISCUSS, Act.MEET}),
                by=(Seat((ANYONE,)),),
                to=(Seat(("safeguarding_lead",), "raising"),),
            ),
        ),
        starts=Start.RAISED,
        when=AT_RISK,
        within=Limit(0, Unit.SAME_DAY),
        before_raising=True,
        first=True,
    ),
)
"""What Concord itself asks at immediate risk, where a policy has no duty of its own."""

_ANOTHER_DOOR = {
    Matter.COMPLAINT: "Use the complaints procedure of the agency concerned.",
    Matter.ALLEGATION: (
        "Use the procedure for allegations against people who work with children: speak to your "
        "safeguarding lead, who speaks to the Local Authority Designated Officer."
    ),
    Matter.WHISTLEBLOWING: "Use your agency's whistleblowing policy; gov.uk/whistleblowing helps.",
    Matter.FAMILY_APPEAL: "The family uses the council's complaints process.",
}


def _house_exclusions(already: set[Matter]) -> Iterator[Exclusion]:
    for matter, door in _ANOTHER_DOOR.items():
        if matter not in already:
            says = HOUSE_RULES[House.ANOTHER_DOOR]
            yield Exclusion(matter, House.ANOTHER_DOOR, says, door)

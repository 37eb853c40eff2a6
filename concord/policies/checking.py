"""What makes a policy file unfit for use, beyond its spelling: every mistake, with its line.

Unreachable stages, a last stage whose body has no power, duties nobody can meet, limits that
contradict each other, clauses cited that do not exist.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from concord.policies.reading import Key, Mistake, Source
from concord.policies.schema import DoingPart, DutyPart, LimitPart, PolicyFile, StagePart
from concord.policies.units import parse_limit
from concord.rules.actors import OFFICES
from concord.rules.clock import Unit
from concord.rules.policy import Start
from concord.rules.who import ANYONE, parse_seat
from concord.rules.words import TIER_RANK, Act, Phase, Power

Say = Callable[[Key, str], Mistake]


def mistakes_in(
    file: PolicyFile, source: Source, register: Mapping[str, object]
) -> Iterator[Mistake]:
    """Every mistake of a file that has been validated against the language."""
    say = source.mistake
    yield from _clauses(source, file.register_prefix, register)
    yield from _same_names(file, say)
    yield from _reachable(file, say)
    yield from _last_powers(file, say)
    yield from _seats(file, say)
    yield from _limits(file, say)
    yield from _meetable(file, say)


# --- clauses ------------------------------------------------------------------------------


def _clauses(source: Source, prefix: str, register: Mapping[str, object]) -> Iterator[Mistake]:
    known = {clause.partition("-")[0] for clause in register}
    if prefix not in known:
        return  # a partnership whose clauses are in no register yet
    for key, clause in _cited(source.data, ()):
        if clause not in register:
            yield source.mistake(key, f"the register has no clause '{clause}'.")
        elif not clause.startswith(f"{prefix}-"):
            yield source.mistake(key, f"clause '{clause}' is of another policy than {prefix}.")


def _cited(part: Any, key: Key) -> Iterator[tuple[Key, str]]:
    if isinstance(part, Mapping):
        for name, value in part.items():
            if name in ("clause", "shortening_clause") and isinstance(value, str) and value:
                yield (*key, name), value
            elif name == "clauses":
                yield from (((*key, name, i), clause) for i, clause in enumerate(value))
            else:
                yield from _cited(value, (*key, name))
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _cited(value, (*key, index))


# --- the ladder ---------------------------------------------------------------------------


def _same_names(file: PolicyFile, say: Say) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, stage in enumerate(file.stages):
        if stage.id in seen:
            yield say(("stages", index, "id"), f"two stages are called '{stage.id}'.")
        seen.add(stage.id)
        names: set[str] = set()
        for place, duty in enumerate(stage.duties):
            if duty.id in names:
                key = ("stages", index, "duties", place, "id")
                yield say(key, f"two duties of this stage are called '{duty.id}'.")
            names.add(duty.id)


def _reachable(file: PolicyFile, say: Say) -> Iterator[Mistake]:
    first = file.stages[0].ladder if file.stages else ""
    if not file.stages:
        yield say(("stages",), "a policy has at least one stage.")
    ended: dict[str, str] = {}
    entered = {first} | {stage.ladder for stage in file.stages if stage.entry}
    for index, stage in enumerate(file.stages):
        key = ("stages", index, "id")
        if stage.ladder in ended:
            yield say(
                key,
                f"stage '{stage.id}' cannot be reached: the ladder ends at "
                f"'{ended[stage.ladder]}', whose phase is final.",
            )
        elif stage.ladder not in entered:
            yield say(
                key,
                f"stage '{stage.id}' cannot be reached: nothing enters the ladder "
                f"'{stage.ladder}'. Say 'entry: raise' or 'entry: move' on its first stage.",
            )
        if stage.phase is Phase.FINAL:
            ended[stage.ladder] = stage.id


def _last_powers(file: PolicyFile, say: Say) -> Iterator[Mistake]:
    last = {stage.ladder: index for index, stage in enumerate(file.stages)}
    for ladder, index in last.items():
        if not file.stages[index].powers:
            powers = ", ".join(Power)
            yield say(
                ("stages", index, "powers"),
                f"the last stage of the ladder '{ladder}' names no body with a power ({powers}).",
            )


# --- who ----------------------------------------------------------------------------------


def _known(file: PolicyFile) -> set[str]:
    return {*TIER_RANK, ANYONE, *OFFICES, *(office.id for office in file.offices)}


def _seats(file: PolicyFile, say: Say) -> Iterator[Mistake]:
    known = _known(file)
    for key, text in _seat_texts(file):
        try:
            seat = parse_seat(text)
        except ValueError as error:
            yield say(key, str(error))
            continue
        for role in seat.roles:
            if role not in known:
                yield say(key, f"'{role}' is no tier, and no office that this policy names.")
    for index, stage in enumerate(file.stages):
        for role in (stage.acts, *stage.offices):
            if role not in known:
                yield say(
                    ("stages", index, "acts"),
                    f"'{role}' is no tier, and no office that this policy names.",
                )


def _doing_texts(key: Key, part: DoingPart | None) -> Iterator[tuple[Key, str]]:
    if part is None:
        return
    for name in ("by", "present", "to"):
        yield from (((*key, name), text) for text in getattr(part, name))


def _seat_texts(file: PolicyFile) -> Iterator[tuple[Key, str]]:
    for key, duty, _ in _duties(file):
        if duty.by:
            yield (*key, "by"), duty.by
        for part in duty.done:
            yield from _doing_texts((*key, "done"), part)
        yield from _doing_texts((*key, "starts_on"), duty.starts_on)
    for key, limit, _ in limit_parts(file):
        yield from (((*key, "shortened_by"), text) for text in limit.shortened_by)
        if limit.by:
            yield (*key, "by"), limit.by
    for index, stage in enumerate(file.stages):
        here: Key = ("stages", index)
        for place, gate in enumerate(stage.gates):
            for part in gate.needs:
                yield from _doing_texts((*here, "gates", place, "needs"), part)
            yield from (((*here, "gates", place, "of"), text) for text in gate.of)
        for place, rule in enumerate(stage.appointments):
            yield (*here, "appointments", place, "office"), rule.office
            yield from (((*here, "appointments", place, "by"), text) for text in rule.by)
        for place, make_up in enumerate(stage.make_up):
            yield from (((*here, "make_up", place, "needs"), text) for text in make_up.needs)
        for place, power in enumerate(stage.powers):
            yield from (((*here, "powers", place, "who"), text) for text in power.who)


def _duties(file: PolicyFile) -> Iterator[tuple[Key, DutyPart, StagePart | None]]:
    for name in ("immediate_risk", "duties"):
        for index, duty in enumerate(getattr(file, name)):
            yield (name, index), duty, None
    for index, stage in enumerate(file.stages):
        for place, duty in enumerate(stage.duties):
            yield ("stages", index, "duties", place), duty, stage


# --- limits -------------------------------------------------------------------------------


def limit_parts(file: PolicyFile) -> Iterator[tuple[Key, LimitPart, StagePart | None]]:
    """Every limit of a file with its key and stage."""
    for index, part in enumerate(file.limits):
        yield ("limits", index), part, None
    for index, stage in enumerate(file.stages):
        if stage.limit:
            yield ("stages", index, "limit"), stage.limit, stage
        for place, part in enumerate(stage.limits):
            yield ("stages", index, "limits", place), part, stage


def _limits(file: PolicyFile, say: Say) -> Iterator[Mistake]:
    stages = {stage.id for stage in file.stages}
    latest = 0
    for key, part, stage in limit_parts(file):
        if (part.within is None) == (part.by_day is None):
            yield say(key, "a limit has either 'within' or 'by_day'.")
        if part.within is not None:
            yield from _readable((*key, "within"), part.within, say)
        for name in (*part.stages, *filter(None, [part.clock_from])):
            if name not in stages:
                yield say(key, f"there is no stage '{name}'.")
        if stage is None and not part.stages:
            yield say(key, "a limit outside a stage says over which 'stages' it runs.")
        if part.by_day is not None:
            if part.by_day <= latest:
                yield say(
                    (*key, "by_day"),
                    f"Day {part.by_day} contradicts an earlier stage, which ends by Day {latest}.",
                )
            latest = max(latest, part.by_day)
    for key, duty, duty_stage in _duties(file):
        if duty.within is not None:
            yield from _readable((*key, "within"), duty.within, say)
            yield from _longer(key, duty, duty_stage, say)
        if duty.clock_from and duty.clock_from not in stages:
            yield say((*key, "clock_from"), f"there is no stage '{duty.clock_from}'.")


def _readable(key: Key, text: str, say: Say) -> Iterator[Mistake]:
    try:
        parse_limit(text)
    except ValueError as error:
        yield say(key, str(error))


def _longer(key: Key, duty: DutyPart, stage: StagePart | None, say: Say) -> Iterator[Mistake]:
    """A contact may not be allowed more working days than the stage that it belongs to."""
    if stage is None or stage.limit is None or stage.limit.within is None or duty.within is None:
        return
    if duty.starts is not Start.STAGE or duty.clock_from or stage.limit.clock_from:
        return
    try:
        one, whole = parse_limit(duty.within), parse_limit(stage.limit.within)
    except ValueError:
        return
    if one.unit is whole.unit is Unit.WORKING_DAYS and one.amount > whole.amount:
        yield say(
            (*key, "within"),
            f"{duty.within} contradicts the stage's own limit of {stage.limit.within}.",
        )


# --- duties that can be met ---------------------------------------------------------------


def _meetable(file: PolicyFile, say: Say) -> Iterator[Mistake]:
    deciders = {
        role
        for stage in file.stages
        for power in stage.powers
        if power.power is Power.DECIDE
        for role in power.who
    }
    forms = {form.form for form in file.forms}
    for key, duty, stage in _duties(file):
        if duty.starts is Start.DONE and duty.starts_on is None:
            yield say(key, "'starts: done' needs 'starts_on', the act that starts it.")
        if (
            duty.starts in (Start.UNRESOLVED, Start.STAGE)
            and stage is None
            and (duty.starts is Start.UNRESOLVED)
        ):
            yield say((*key, "starts"), "'unresolved' is of a stage; this duty has none.")
        if not duty.done:
            yield say((*key, "done"), "nobody can meet this duty: no act is named.")
        if duty.done and all(
            set(part.act) == {Act.DECIDE}
            and not deciders & _roles(part.by or ([duty.by] if duty.by else list(deciders)))
            for part in duty.done
        ):
            yield say((*key, "done"), "nobody can meet this duty: who owes it may not decide.")
        for part in duty.done:
            if part.form is not None and part.form not in forms:
                yield say((*key, "done"), f"the policy has no form '{part.form}' under 'forms'.")


def _roles(texts: list[str]) -> set[str]:
    roles: set[str] = set()
    for text in texts:
        try:
            roles |= set(parse_seat(text).roles)
        except ValueError:
            continue
    return roles

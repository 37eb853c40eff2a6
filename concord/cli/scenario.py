"""A scenario file: a case and its records, as outside checks and people write them.

The keys and acts are a contract: none is renamed, and an unknown one ends the command.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from concord.policies.reading import Mistake, PolicyMistakes, Source, read_yaml
from concord.rules.clock import LONDON
from concord.rules.record import Fact, PlannedAction, Record
from concord.rules.who import Parties, UnknownParty, Who
from concord.rules.words import Act, ChildStatus, Form, Matter, Means, Outcome


def _as_list(value: object) -> object:
    return value if isinstance(value, list) or value is None else [value]


def _moment(value: object) -> object:
    """A moment as London local time; a time zone that the file names is kept."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=LONDON)
    return value


Names = Annotated[list[str], BeforeValidator(_as_list)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
FactValue = bool | str | list[str]


class Piece(BaseModel):
    """Any part of a scenario: no key that the format does not know."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class ActionPiece(Piece):
    """An agreed action."""

    what: str
    owner: str = ""
    due: date | None = None


class PartiesPiece(Piece):
    """The agencies in dispute."""

    raising: str
    responding: Names


class CasePiece(Piece):
    """The parties and the facts at the start."""

    parties: PartiesPiece
    facts: dict[str, FactValue] = {}


class RecordPiece(Piece):
    """One record. `at` is when it happened, `written` when it was typed in."""

    at: Moment
    written: Moment | None = None
    by: str
    act: Act
    key: str = ""
    with_: Names = Field([], alias="with")
    means: Means | None = None
    outcome: Outcome | None = None
    to: Names = []
    form: Form | None = None
    stage: str = ""
    reason: str = ""
    actions: list[ActionPiece] = []
    due: date | datetime | None = None
    clause: str = ""
    as_: str = Field("", alias="as")
    agency: str = ""
    who: str = ""
    executive_member: bool | None = None
    decision: str = ""
    reasons: str = ""
    action: int | str | None = None
    done: bool | None = None
    why: str = ""
    replaced_by: str | ActionPiece | None = None
    of: int | None = None
    change: dict[str, Any] | str = {}
    facts: dict[str, FactValue] = {}
    override: str = ""
    matter: Matter | None = None
    ground: str = ""
    evidence: str = Field("", description="with complete: what shows that it is done")
    text: dict[str, str] | str = {}
    note: str = ""


class ScenarioPiece(Piece):
    """A whole scenario."""

    policy: str
    case: CasePiece
    records: list[RecordPiece]
    ask: Annotated[list[Moment], BeforeValidator(_as_list)] = []


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario as the rules read it; moments are aware, London time."""

    policy: str
    parties: Parties
    facts: Mapping[str, Fact]
    records: tuple[Record, ...]
    asks: tuple[datetime, ...]


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario, with every act and its particulars."""
    return ScenarioPiece.model_json_schema(by_alias=True)


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file. Raises PolicyMistakes with every mistake found."""
    source = read_yaml(path)
    try:
        piece = ScenarioPiece.model_validate(_plain(source.data))
    except ValidationError as error:
        raise PolicyMistakes(
            source.mistake(tuple(_named(each["loc"])), _sentence(each)) for each in error.errors()
        ) from error
    return _scenario(piece, source)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _named(loc: tuple[str | int, ...]) -> Iterator[str | int]:
    for part in loc:
        yield {"with_": "with", "as_": "as"}.get(part, part) if isinstance(part, str) else part


def _sentence(error: Any) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "a scenario has no such key; `concord play --schema` lists them."
        case "missing":
            return "this key is required and missing."
        case _:
            message = str(error["msg"])
            return message[:1].lower() + message[1:] + "."


def _scenario(piece: ScenarioPiece, source: Source) -> Scenario:
    mistakes: list[Mistake] = []
    parties = Parties(piece.case.parties.raising, tuple(piece.case.parties.responding))
    if wrong := _wrong_parties(parties):
        raise PolicyMistakes([source.mistake(("case", "parties", "responding"), wrong)])
    mistakes += [
        source.mistake(("case", "facts", name), wrong)
        for name, value in piece.case.facts.items()
        if (wrong := _wrong_fact(name, value))
    ]
    records: list[Record] = []
    actions: list[str] = []
    for index, each in enumerate(piece.records):
        mistakes += [
            source.mistake(("records", index, "facts", name), wrong)
            for name, value in each.facts.items()
            if (wrong := _wrong_fact(name, value))
        ]
        try:
            records.append(_record(index + 1, each, parties, actions))
        except ValidationError as error:
            says = _sentence(error.errors()[0])
            mistakes.append(source.mistake(("records", index, "change"), says))
        except (UnknownParty, ValueError) as error:
            mistakes.append(source.mistake(("records", index), str(error)))
    if mistakes:
        raise PolicyMistakes(mistakes)
    return Scenario(
        piece.policy,
        parties,
        {name: _fact(value) for name, value in piece.case.facts.items()},
        tuple(records),
        tuple(local(moment) for moment in piece.ask),
    )


def _wrong_parties(parties: Parties) -> str:
    """What is wrong with the agencies in dispute, as a sentence; empty if nothing is."""
    if not parties.responding:
        return "name at least one responding agency."
    if len(parties.agencies) < 1 + len(parties.responding):
        return "an agency is named twice: each agency is one party, on one side."
    return ""


# The facts of interface.md that are true or false; any other name is a policy's own.
_YES_OR_NO = ("child_protection", "urgent", "immediate_risk")


def _wrong_fact(name: str, value: FactValue) -> str:
    """What is wrong with a fact, as a sentence; empty if nothing is."""
    if name in _YES_OR_NO and not isinstance(value, bool):
        return "this fact is true or false."
    if name == "child_status":
        known = tuple(ChildStatus)
        given = value if isinstance(value, list) else [value]
        if any(each not in known for each in given if each):
            return f"each status is one of: {', '.join(known)}."
    return ""


def local(moment: datetime) -> datetime:
    """An aware London moment; one without a time zone is read as London local time."""
    return moment.replace(tzinfo=LONDON) if moment.tzinfo is None else moment.astimezone(LONDON)


def _fact(value: FactValue) -> Fact:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str) and value in tuple(ChildStatus):
        return (value,)
    return value


def _one(parties: Parties, text: str) -> Who:
    return parties.resolve(text)[0]


def _all(parties: Parties, texts: list[str]) -> tuple[Who, ...]:
    return tuple(who for text in texts for who in parties.resolve(text))


def _plan(parties: Parties, piece: ActionPiece | str | None) -> PlannedAction | None:
    if piece is None:
        return None
    if isinstance(piece, str):
        return PlannedAction(piece) if piece else None
    owner = _one(parties, piece.owner) if piece.owner else None
    return PlannedAction(piece.what, owner, piece.due)


def _record(n: int, piece: RecordPiece, parties: Parties, actions: list[str]) -> Record:
    at = local(piece.at)
    due = local(piece.due) if isinstance(piece.due, datetime) else piece.due
    planned = tuple(plan for each in piece.actions if (plan := _plan(parties, each)))
    replaced_by = _plan(parties, piece.replaced_by)
    number = piece.action
    if isinstance(number, str):
        number = actions.index(number) + 1 if number in actions else _number(number)
    actions += [plan.what for plan in planned]
    if replaced_by:
        actions.append(replaced_by.what)
    text = {"text": piece.text} if isinstance(piece.text, str) else dict(piece.text)
    if piece.evidence:
        text["evidence"] = piece.evidence
    if piece.note:
        text["note"] = piece.note
    return Record(
        n=n,
        at=at,
        written=local(piece.written) if piece.written else at,
        by=_one(parties, piece.by),
        act=piece.act,
        key=piece.key,
        people=_all(parties, piece.with_),
        means=piece.means,
        outcome=piece.outcome,
        to=_all(parties, piece.to),
        form=piece.form,
        stage=piece.stage,
        reason=piece.reason,
        actions=planned,
        due=due,
        clause=piece.clause,
        office=piece.as_,
        agency=piece.agency,
        who=piece.who,
        executive_member=piece.executive_member,
        decision=piece.decision,
        reasons=piece.reasons,
        action=number,
        done=piece.done,
        why=piece.why,
        replaced_by=replaced_by,
        of=piece.of,
        change=_change(piece.change, parties),
        facts={name: _fact(value) for name, value in piece.facts.items()},
        override=piece.override,
        matter=piece.matter,
        ground=piece.ground,
        text=text,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


_CHANGED_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
_CHANGED_NAMES: TypeAdapter[list[str]] = TypeAdapter(Names)


def _change(change: dict[str, Any] | str, parties: Parties) -> dict[str, object]:
    """What a correction changes, in the shape of a record's own particulars."""
    if isinstance(change, str):
        return {"text": {"correction": change}}
    found: dict[str, object] = {}
    for name, value in change.items():
        match name:
            case "at":
                found["at"] = local(_CHANGED_MOMENT.validate_python(value))
            case "with":
                found["people"] = _all(parties, _CHANGED_NAMES.validate_python(value))
            case "to":
                found["to"] = _all(parties, _CHANGED_NAMES.validate_python(value))
            case "means":
                found["means"] = Means(value)
            case "outcome":
                found["outcome"] = Outcome(value)
            case "form":
                found["form"] = Form(value)
            case _:
                found[name] = value
    return found

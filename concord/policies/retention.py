"""The schedules of retention: read, checked, and which of them is in force.

Concord comes with one (`retention.yaml`), to start from. An instance has a folder of its own: each
file in it is one version, of one partnership or of all, in force from the day that it says. The
house's own is never changed: it holds where no other does.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, Strict, StrictInt, TypeAdapter, ValidationError

from concord.policies.library import policy_ids
from concord.policies.part import Part
from concord.policies.reading import Mistake, PolicyMistakes, Source, plainly, read_yaml
from concord.rules.retention import Applies, RetentionClass, Trigger

HOUSE = Path(__file__).with_name("retention.yaml")
LONGEST = 150
"""In years: nothing about a child is kept longer, so a longer time is a slip of the keyboard."""
FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)
"""The days between which a schedule may come into force: another is a slip of the keyboard."""
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")


def _version(written: str) -> str:
    if not _VERSION.fullmatch(written):
        raise ValueError(
            "write letters, digits, dots, hyphens and underscores only, at most 40, and begin with "
            "a letter or a digit: it names the file"
        )
    return written


def _day(written: date) -> date:
    if not FIRST <= written <= LAST:
        raise ValueError(f"write a day from {FIRST} to {LAST}, like 2027-04-01")
    return written


Day = Annotated[date, Strict(), AfterValidator(_day)]


class ClassPart(Part):
    """A class as it is written."""

    id: str
    title: str
    applies: Applies
    trigger: Trigger
    years: StrictInt | None = Field(default=None, ge=1, le=LONGEST)
    source: str


class SchedulePart(Part):
    """The file as it is written."""

    version: Annotated[str, AfterValidator(_version)]
    since: Day
    """From which day on it is in force."""
    partnership: str = ""
    """The id of the policy of the partnership whose it is; empty: of all in this instance."""
    classes: list[ClassPart] = Field(min_length=1)
    local: dict[str, StrictInt] = {}


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule that is fit for use."""

    file: SchedulePart
    path: Path

    @property
    def classes(self) -> tuple[RetentionClass, ...]:
        """Its classes, as the rules read them."""
        return tuple(
            RetentionClass(each.id, each.title, each.trigger, each.applies, each.source, each.years)
            for each in self.file.classes
        )

    @property
    def is_house(self) -> bool:
        """Whether it is the one that Concord comes with."""
        return self.path == HOUSE

    def local_years(self, policy_id: str) -> int | None:
        """How many years from closing it says for a partnership; None where it says none."""
        return self.file.local.get(policy_id)


def read(path: Path) -> Schedule:
    """A schedule from a file. Raises PolicyMistakes with every mistake found."""
    source = read_yaml(path, path.name if path == HOUSE else str(path), "schedule")
    mistakes: list[Mistake] = []
    try:
        file = SchedulePart.model_validate(source.data)
    except ValidationError as error:
        mistakes += (
            source.mistake(tuple(each["loc"]), plainly(each["type"], each["msg"]))
            for each in error.errors()
        )
    mistakes += _mistakes(source)
    if mistakes:
        raise PolicyMistakes(mistakes)
    return Schedule(file, path)


def _mistakes(source: Source) -> Iterator[Mistake]:
    """What each part may say, and the whole may not: in what can be read, whatever else cannot."""
    whose = _if_readable(str, source.data.get("partnership"), "")
    written = _if_readable(list[Any], source.data.get("classes"), [])
    classes = [_if_readable(ClassPart, each, None) for each in written]
    local = _if_readable(dict[str, Any], source.data.get("local"), {})
    if whose and whose not in policy_ids():
        yield source.mistake(("partnership",), _no_policy(whose))
    yield from _in_classes(classes, source)
    yield from _in_local(local, whose, classes, source)


def _if_readable(kind: Any, written: object, otherwise: object) -> Any:
    try:
        return TypeAdapter(kind).validate_python(written)
    except ValidationError:
        return otherwise


def _no_policy(written: str) -> str:
    return f"there is no policy '{written}'; known policies: {', '.join(policy_ids())}."


def _in_classes(classes: Sequence[ClassPart | None], source: Source) -> Iterator[Mistake]:
    """`classes`: None for one that cannot be read, and which may be any."""
    seen: set[str] = set()
    for n, each in enumerate(classes):
        if each is None:
            continue
        is_local = each.trigger is Trigger.LOCAL
        if each.id in seen:
            yield source.mistake(("classes", n, "id"), "another class has this id.")
        seen.add(each.id)
        if is_local and each.years is not None:
            says = "a class with the trigger 'local' says no years: they stand under 'local'."
            yield source.mistake(("classes", n, "years"), says)
        if not is_local and each.years is None:
            yield source.mistake(("classes", n), "say for how many years, under 'years'.")
    if classes and not any(each is None or _is_of_every_case(each) for each in classes):
        says = "no class is of every case by its closing: some would never fall due. Add one."
        yield source.mistake(("classes",), says)


def _in_local(
    local: Mapping[str, object], whose: str, classes: Sequence[ClassPart | None], source: Source
) -> Iterator[Mistake]:
    has_local = any(each is None or each.trigger is Trigger.LOCAL for each in classes)
    for policy_id, years in local.items():
        key = ("local", policy_id)
        if policy_id not in policy_ids():
            yield source.mistake(key, _no_policy(policy_id))
        elif whose and policy_id != whose:
            yield source.mistake(key, f"this schedule is of '{whose}' alone.")
        if isinstance(years, int) and not 1 <= years <= LONGEST:
            yield source.mistake(key, f"the years are a whole number from 1 to {LONGEST}.")
        if not has_local:
            says = "no class has the trigger 'local': these years count for nothing. Add one."
            yield source.mistake(key, says)


def _is_of_every_case(each: ClassPart) -> bool:
    return each.applies is Applies.EVERY_CASE and each.trigger is Trigger.CLOSURE


@cache
def house() -> Schedule:
    """The schedule that Concord comes with. Raises PolicyMistakes."""
    return read(HOUSE)


def every(folder: Path) -> tuple[Schedule, ...]:
    """The schedules of an instance's folder, by partnership and by day. Raises PolicyMistakes.

    A file that is put there or changed is read the next time that this is asked.
    """
    files = _files(folder)
    return _every(tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files))


def _files(folder: Path) -> list[Path]:
    """The files of an instance's folder; none where there is no folder.

    Raises PolicyMistakes where it cannot be read, or holds what is passed over: a schedule that is
    not found would leave its cases to a shorter one, without a word.
    """
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix != ".part")
        unlike = [path for path in found if path.suffix != ".yaml" or not os.access(path, os.R_OK)]
    except FileNotFoundError:
        return []
    except OSError as error:
        says = f"the folder of schedules cannot be read by this user: {error.strerror}."
        raise PolicyMistakes([Mistake(str(folder), 1, "(folder)", says)]) from error
    if unlike:
        says = "a schedule's name ends in .yaml, and this user must be able to read it."
        raise PolicyMistakes(Mistake(str(path), 1, "(file)", says) for path in unlike)
    return found


@lru_cache(maxsize=8)
def _every(files: tuple[tuple[Path, int, int], ...]) -> tuple[Schedule, ...]:
    found: list[Schedule] = []
    mistakes: list[Mistake] = []
    for path, _, _ in files:
        try:
            found.append(read(path))
        except PolicyMistakes as error:
            mistakes += error.mistakes
    found.sort(key=lambda each: (each.file.partnership, each.file.since))
    mistakes += _clashes(found)
    if mistakes:
        raise PolicyMistakes(mistakes)
    return tuple(found)


def _clashes(schedules: Iterable[Schedule]) -> Iterator[Mistake]:
    """What two schedules of the same partnership may not both say."""
    seen: dict[tuple[str, str, object], Schedule] = {}
    for each in schedules:
        for key in ("version", "since"):
            said = (each.file.partnership, key, getattr(each.file, key))
            other = seen.setdefault(said, each)
            if other is not each:
                says = f"{other.path.name} says the same: give one of them another."
                yield read_yaml(each.path).mistake((key,), says)


def in_force(folder: Path, policy_id: str, day: date) -> Schedule:
    """The schedule that holds for a partnership on a day: its own, the instance's, or the house's.

    Of several the one that came into force last. Raises PolicyMistakes: where a file of the folder
    cannot be used, none is taken in its place.
    """
    begun = [each for each in every(folder) if each.file.since <= day]
    for whose in (policy_id, ""):
        of = [each for each in begun if each.file.partnership == whose]
        if of:
            return of[-1]
    return house()

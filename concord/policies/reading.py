"""Reading a policy file: YAML 1.2 with the line of every key, so that a mistake can be found.

All mistakes are reported at once, each with its file, line, key and a plain sentence.
"""

import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from concord.policies.schema import PolicyFile

Key = tuple[str | int, ...]
LARGEST = 1_000_000
"""In bytes: a policy is a tenth of it. What is larger was not written by hand."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake in a file, as a person can act on it. `line` counts from 1."""

    file: str
    line: int
    key: str
    says: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.says}"


class PolicyMistakes(Exception):
    """A policy file is not fit for use; every mistake found is in `mistakes`."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: plain data, and where each key stands."""

    name: str
    data: Any

    def line(self, key: Key) -> int:
        """The line (from 1) of the deepest part of this key that the file holds."""
        line, here = 1, self.data
        for part in key:
            try:
                if isinstance(here, CommentedMap) and part in here:
                    line = here.lc.key(part)[0] + 1
                elif isinstance(here, CommentedSeq) and isinstance(part, int):
                    line = here.lc.item(part)[0] + 1
                else:
                    continue
                here = here[part]
            except (KeyError, IndexError, AttributeError, TypeError):
                return line
        return line

    def mistake(self, key: Key, says: str) -> Mistake:
        """A mistake at this key."""
        return Mistake(self.name, self.line(key), spoken(key, self.data), says)


def spoken(key: Key, data: Any = None) -> str:
    """A key as a person says it: a list's item by its id where it has one."""
    parts: list[str] = []
    here = data
    for part in key:
        name = str(part)
        try:
            here = here[part]
            if isinstance(part, int):
                name = str(here.get("id", part)) if isinstance(here, dict) else str(part)
        except (KeyError, IndexError, TypeError):
            here = None
        parts.append(name)
    return ".".join(parts) or "(file)"


class _Constructor(RoundTripConstructor):
    """Says where a value stands that looks like a date or a number and is none."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, OverflowError) as error:
            says = f"this value cannot be read ({error})"
            raise ConstructorError(None, None, says, node.start_mark) from error


def read_yaml(path: Path, name: str = "", what: str = "policy file") -> Source:
    """Read a YAML file with positions; `what` it is, in words. Raises PolicyMistakes when it is no
    regular file of at most LARGEST bytes, or no YAML.
    """
    name = name or str(path)
    try:
        reader = YAML(typ="rt")
        reader.Constructor = _Constructor
        data = reader.load(_text(path))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        says = f"this is not readable YAML: {error.problem or error.context}."
        raise PolicyMistakes([Mistake(name, line, "(file)", says)]) from error
    except (YAMLError, UnicodeDecodeError) as error:
        says = "this is not readable YAML in UTF-8."
        raise PolicyMistakes([Mistake(name, 1, "(file)", says)]) from error
    except RecursionError as error:
        says = "this is nested too deeply to be read."
        raise PolicyMistakes([Mistake(name, 1, "(file)", says)]) from error
    except _Unfit as error:
        raise PolicyMistakes([Mistake(name, 1, "(file)", str(error))]) from error
    except OSError as error:
        says = f"the file cannot be read: {error.strerror}."
        raise PolicyMistakes([Mistake(name, 1, "(file)", says)]) from error
    if not isinstance(data, CommentedMap):
        says = f"a {what} has keys with values, one on a line, as `key: value`."
        raise PolicyMistakes([Mistake(name, 1, "(file)", says)])
    return Source(name, data)


class _Unfit(Exception):
    """The file is not one to read; says why."""


def _text(path: Path) -> str:
    """What stands in a file. Opened without waiting: a pipe that nobody writes to never answers."""
    with open(path, "rb", opener=lambda name, how: os.open(name, how | os.O_NONBLOCK)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise _Unfit("this is no file with words in it: name a regular file.")
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _Unfit("the file is larger than 1 MB, and is not read: is it the right one?")
    return content.decode("utf-8")


_DAY = "write a day like this: 2027-04-01."
_NUMBER = "write a whole number, like 6."
_PLAIN = {
    "extra_forbidden": "there is no such key; check the spelling.",
    "missing": "this key is required and missing.",
    "date_type": _DAY, "date_parsing": _DAY, "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "int_type": _NUMBER, "int_parsing": _NUMBER, "int_from_float": _NUMBER,
    "string_type": "write words here; a number, a date, true or false goes between quotes.",
    "string_pattern_mismatch": "write small letters and underscores only, from 2 to 20.",
    "bool_type": "write true or false.", "bool_parsing": "write true or false.",
    "list_type": "write a list here: each part on a line of its own, after a hyphen.",
    "dict_type": "write keys with values here, as `key: value`.",
    "model_type": "write keys with values here, as `key: value`.",
    "model_attributes_type": "write keys with values here, as `key: value`.",
    "too_short": "name at least one.",
}  # fmt: skip
_BOUNDS = {"less_than_equal": "at most", "greater_than_equal": "at least"}


def validate(source: Source) -> PolicyFile:
    """The file in the language of policies. Raises PolicyMistakes with every mistake."""
    try:
        return PolicyFile.model_validate(source.data)
    except ValidationError as error:
        raise PolicyMistakes(
            source.mistake(tuple(each["loc"]), plainly(each["type"], each["msg"]))
            for each in error.errors()
        ) from error


def plainly(kind: str, message: str) -> str:
    """What is wrong with a value, in a plain sentence: from pydantic's kind of it and message."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind in _BOUNDS:
        return f"write {_BOUNDS[kind]} {message.rpartition(' ')[2]}."
    says = message.removeprefix("Value error, ")
    says = re.sub("^Input should be ", "write ", says)
    return says[:1].lower() + says[1:].rstrip(".") + "."

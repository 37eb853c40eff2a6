"""Reading a policy file: YAML 1.2 with the line of every key, so that a mistake can be found.

All mistakes are reported at once, each with its file, line, key and a plain sentence.
"""

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


def read_yaml(path: Path, name: str = "") -> Source:
    """Read a YAML file with positions. Raises PolicyMistakes when it is no YAML."""
    name = name or str(path)
    try:
        reader = YAML(typ="rt")
        reader.Constructor = _Constructor
        data = reader.load(path.read_text(encoding="utf-8"))
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
    except OSError as error:
        says = f"the file cannot be read: {error.strerror}."
        raise PolicyMistakes([Mistake(name, 1, "(file)", says)]) from error
    if not isinstance(data, CommentedMap):
        raise PolicyMistakes([Mistake(name, 1, "(file)", "a policy file is a mapping of keys.")])
    return Source(name, data)


_PLAIN = {
    "extra_forbidden": "the language of policy files has no such key; check the spelling.",
    "missing": "this key is required and missing.",
}


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
    """What is wrong with a value, in a plain sentence."""
    return _PLAIN.get(kind) or message[:1].lower() + message[1:] + "."

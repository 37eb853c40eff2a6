"""`concord reference`: the reference pages, written from the code that they describe."""

import argparse
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from concord.cli import asvs
from concord.cli.access_reference import access
from concord.cli.tables import row, table
from concord.policies.coverage import FEATURES, coverage
from concord.policies.library import load, policy_ids
from concord.policies.register import register
from concord.policies.schema import PolicyFile
from concord.rules.words import HOUSE_RULES, Act, Form, Matter, Outcome, Phase, Power, Status, Tier

MADE = "<!-- Made by `bin/concord reference docs/reference`. Change the code, not this page. -->"


def write(arguments: argparse.Namespace) -> int:
    """Write every reference page into a folder."""
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(arguments.parser).items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


def pages(parser: argparse.ArgumentParser) -> dict[str, str]:
    """The reference pages by file name."""
    made: dict[str, Callable[[], Iterable[str]]] = {
        "clauses.md": _clauses,
        "words.md": _words,
        "access.md": access,
        "policy-language.md": _language,
        "command-line.md": lambda: _commands(parser),
        "asvs.md": asvs.page,
    }
    return {name: "\n".join([MADE, *lines()]) + "\n" for name, lines in made.items()}


def _clauses() -> Iterable[str]:
    yield "# Every clause, and where it is carried"
    yield ""
    yield "A place is a path of keys in the policy's file under `concord/policies/`."
    for policy_id in policy_ids():
        yield from ("", f"## {load(policy_id).policy.partnership}", "")
        yield from table("clause", "what it asks", "carried at")
        for clause, places in coverage(policy_id).items():
            yield row(clause, register()[clause].says, ", ".join(f"`{each}`" for each in places))
    yield from ("", "## Named features", "")
    yield from table("feature", "what it is")
    for name, says in FEATURES.items():
        yield row(name, says)
    yield from (
        "",
        "## House rules",
        "",
        "Cited where no policy has a clause for what never bends.",
        "",
    )
    yield from table("rule", "what it says")
    for rule, says in HOUSE_RULES.items():
        yield row(rule, says)


def _words() -> Iterable[str]:
    yield "# The closed vocabulary"
    for kind in (Act, Outcome, Tier, Phase, Power, Matter, Form, Status):
        doc = (kind.__doc__ or "").strip().splitlines()[0]
        yield from ("", f"## {kind.__name__}", "", doc, "")
        yield ", ".join(f"`{word}`" for word in kind) + "."


def _language() -> Iterable[str]:
    schema = PolicyFile.model_json_schema()
    yield "# The language of policy files"
    yield from (
        "",
        "`bin/concord policy schema` prints the same as JSON Schema, for an editor.",
        "",
    )
    yield from _part("A policy file", schema)
    for name, part in sorted(schema.get("$defs", {}).items()):
        if "properties" in part:
            yield from ("", *_part(name.removesuffix("Part"), part))


def _part(name: str, part: Mapping[str, Any]) -> Iterable[str]:
    yield f"## {name}"
    if part.get("description"):
        yield from ("", " ".join(str(part["description"]).split()))
    yield ""
    yield from table("key", "kind", "needed", "meaning")
    needed = set(part.get("required", ()))
    for key, value in part["properties"].items():
        yield row(
            f"`{key}`", _kind(value), "yes" if key in needed else "", value.get("description", "")
        )


def _kind(value: Mapping[str, Any]) -> str:
    if "$ref" in value:
        return str(value["$ref"]).rsplit("/", 1)[-1].removesuffix("Part")
    if "anyOf" in value:
        kinds = [_kind(each) for each in value["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items', {}))}"
    if "const" in value or "enum" in value:
        return " or ".join(str(each) for each in value.get("enum", [value.get("const")]))
    return str(value.get("format") or value.get("type") or "anything")


def _commands(parser: argparse.ArgumentParser) -> Iterable[str]:
    yield "# The command line"
    yield from ("", "Exit codes: 0 done; 1 a mistake or a check that fails; 2 wrong usage.")
    yield from _command(parser)


def _command(parser: argparse.ArgumentParser) -> Iterable[str]:
    actions = parser._actions
    groups = [each for each in actions if isinstance(each, argparse._SubParsersAction)]
    if not groups or parser.get_default("command"):
        yield from ("", f"## `{parser.prog}`", "", parser.description or "", "")
        usage = re.sub(r"\s+", " ", parser.format_usage()).removeprefix("usage: ").strip()
        yield f"`{usage}`"
        options = [each for each in actions if each.help and "-h" not in each.option_strings]
        if options:
            yield ""
            for each in options:
                name = ", ".join(each.option_strings) or str(each.metavar or each.dest)
                yield f"- `{name}`: {each.help}"
    for group in groups:
        for each in group.choices.values():
            yield from _command(each)

"""The second verifier: a program of its own that checks an exported case without Concord."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from concord.cases import ledger
from concord.cases.exports import export
from concord.cases.models import Case
from concord.cases.sealing import Places, Sealer
from concord.directory.models import User
from concord.seals.keys import public
from tests.apps.conftest import AT
from tests.apps.conftest import as_person as as_person
from tests.apps.conftest import cast as cast
from tests.apps.conftest import opened as opened
from tests.apps.conftest import person as person
from tests.apps.conftest import rows_of_the_cast as rows_of_the_cast
from tests.apps.test_ledger import note

PROGRAM = Path(__file__).parents[2] / "bin" / "verify-export"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
Lines = list[dict[str, Any]]


@pytest.fixture
def lines(opened: Case, person: Callable[[str, str], User], tmp_path: Path) -> Lines:
    """A case of five records, anchored by two checkpoints beside others, and one record more."""
    places = Places(tmp_path / "seal")
    with Sealer(places, KEY) as sealer:
        for key in "bc":
            ledger.act(opened.reference, note(key), person("practitioner", "sandwell-school"))
        sealer.seal(AT)
        for key in "de":
            ledger.act(opened.reference, note(key, text={"note": "Zoë’s\n“words”\u2028"}), None)
        sealer.seal(AT)
    ledger.act(opened.reference, note("f"), None)
    return [json.loads(line) for line in export(Case.objects.get(pk=opened.pk), places)]


def check(lines: Lines, folder: Path, *more: str) -> tuple[int, str]:
    """What the program says, run by Python alone: no site packages, no Concord in the path."""
    file = folder / "case.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-I", "-S", str(PROGRAM), str(file), *more],
        cwd=folder, capture_output=True, text=True, check=False, env={},
    )  # fmt: skip
    assert "Traceback" not in found.stderr
    return found.returncode, found.stdout + found.stderr


def test_a_whole_case_is_found_whole(lines: Lines, tmp_path: Path) -> None:
    code, says = check(lines, tmp_path, "--key", public(KEY))
    assert code == 0, says
    assert "6 records" in says
    assert "Anchored up to record 5, by checkpoint 2" in says
    assert "Not yet anchored: 1" in says


def test_it_imports_nothing_of_concord_or_of_others() -> None:
    text = PROGRAM.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert names == {"argparse", "hashlib", "json", "sys"}
    assert not any(isinstance(node, ast.ImportFrom) for node in nodes)


def of(lines: Lines, kind: str) -> Lines:
    return [line for line in lines if line["line"] == kind]


CHANGES: list[tuple[str, Callable[[Lines], object], str]] = [
    ("a word", lambda ls: of(ls, "record")[2].update(content="{}"), "altered from record 3"),
    ("a time", lambda ls: of(ls, "record")[2].update(at="2026-11-23 09:30:00.000001"), "altered from record 3"),
    ("a writer", lambda ls: of(ls, "record")[1].update(written_by=None), "altered from record 2"),
    ("what it began with", lambda ls: ls[0]["opening"].__setitem__(5, '{"urgent":true}'), "began"),
    ("a record gone", lambda ls: ls.remove(of(ls, "record")[1]), "missing or reordered from record 2"),
    ("anchored records gone", lambda ls: ls.__delitem__(slice(4, 7)), "truncated from record 4"),
    ("the first checkpoint gone", lambda ls: ls.remove(of(ls, "checkpoint")[0]), "missing"),
    ("a signature", lambda ls: of(ls, "checkpoint")[1].update(signature="00" * 64), "bad signature"),
    ("a body", lambda ls: of(ls, "checkpoint")[1]["body"].update(made="2026-11-24T09:30:00Z"), "bad signature"),
    ("an entry", lambda ls: of(ls, "checkpoint")[1]["entry"].__setitem__(3, "0" * 64), "does not list"),
    ("a path", lambda ls: of(ls, "checkpoint")[1].update(path=[["left", "00"]]), "does not list"),
    ("a line of nothing", lambda ls: of(ls, "record")[1].pop("salt"), "not as Concord writes it"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "says"), CHANGES, ids=[each[0] for each in CHANGES])
def test_a_change_is_found(
    lines: Lines, tmp_path: Path, name: str, change: Callable[[Lines], object], says: str
) -> None:
    change(lines)
    code, told = check(lines, tmp_path)
    assert (code, says in told) == (1, True), told


def test_a_file_signed_by_somebody_else_is_no_proof(lines: Lines, tmp_path: Path) -> None:
    other = public(Ed25519PrivateKey.generate())
    code, says = check(lines, tmp_path, "--key", other)
    assert code == 1
    assert "bad signature" in says


def test_a_witness_knows_the_digest_of_a_checkpoint(lines: Lines, tmp_path: Path) -> None:
    from concord.seals.checkpoints import Checkpoint

    body = of(lines, "checkpoint")[0]["body"]
    names = ("checkpoint", "made", "previous", "root", "entries", "records", "key")
    mine = Checkpoint(*(body[name] for name in names)).digest()
    assert check(lines, tmp_path, "--digest", mine)[0] == 0
    code, says = check(lines, tmp_path, "--digest", "0" * 64)
    assert (code, "bad signature" in says) == (1, True)


@pytest.mark.parametrize("content", ["", "{}\n", "x\n", '{"line": "case", "format": "other"}\n'])
def test_what_is_no_export_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "case.jsonl"
    file.write_text(content)
    command = [sys.executable, "-I", "-S", str(PROGRAM), str(file)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "Traceback" not in found.stderr


def test_its_own_ed25519_agrees_with_the_library_s(tmp_path: Path) -> None:
    import importlib.machinery
    import importlib.util

    loader = importlib.machinery.SourceFileLoader("verify_export", str(PROGRAM))
    spec = importlib.util.spec_from_loader("verify_export", loader)
    assert spec is not None
    program: Any = importlib.util.module_from_spec(spec)
    loader.exec_module(program)
    for number in range(12):
        key, message = Ed25519PrivateKey.generate(), b"m" * number
        raw, signature = key.public_key().public_bytes_raw(), key.sign(message)
        assert program.is_signed(raw, message, signature)
        assert not program.is_signed(raw, message + b"x", signature)
        broken = bytearray(signature)
        broken[number * 5] ^= 1
        assert not program.is_signed(raw, message, bytes(broken))
    assert not program.is_signed(
        raw,
        message,
        signature[:32]
        + (int.from_bytes(signature[32:], "little") + program.ORDER).to_bytes(33, "little")[:32],
    )

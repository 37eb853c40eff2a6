"""A demonstration instance in a folder of its own, used by processes of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import once, tables

ROOT = Path(__file__).parent.parent.parent
RAISE = """
import sys, django
django.setup()
from django.utils import timezone
from concord.cases.contents import key_of
from concord.cases.ledger import open_case
from concord.directory.models import Agency, Partnership, User
from concord.files import store
from concord.looks.models import Kind, Seen, SeenCase
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
sandwell = Partnership.objects.get(slug="sandwell")
school, trust = Agency.objects.get(slug="sandwell-school"), Agency.objects.get(slug="sandwell-childrens-trust")
now = timezone.now().replace(microsecond=0)
record = Record(n=1, at=now, written=now, by=Who("practitioner", Side.RAISING, school.slug), act=Act.RAISE,
    key=sys.argv[1], text={"decision_challenged": "Closed.", "child.1.name": "Plum Invented"})
done = open_case(sandwell, school, [trust], {}, record, None)
seen = Seen.objects.create(at=now, user=User.objects.first(), kind=Kind.CASE, page="case")
SeenCase.objects.create(seen=seen, case=done.case)
print(done.case.reference, store.save(done.case.pk, [b"what was seen, " * 9000], key_of(done.case)), done.case.pk)
"""
READ = """
import django
django.setup()
from concord.cases.ledger import records_of
from concord.cases.models import Case
print([dict(each.text) for case in Case.objects.all() for each in records_of(case)])
"""
CAST = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from concord.demo.cast import build_cast
build_cast()
"""


class Instance:
    """A demonstration instance in a folder of its own."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = tables.apart() | {
            "CONCORD_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "concord.config.settings",
            "PYTHONPATH": str(ROOT), **more,
        }  # fmt: skip

    def python(self, code: str, *arguments: str) -> str:
        found = self._run("-c", code, *arguments)
        assert found.returncode == 0, found.stderr
        return found.stdout

    def concord(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return self._run("-m", "concord", *map(str, arguments))

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True,
            text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def elsewhere(self, folder: Path, **more: str) -> "Instance":
        """Another machine, with the same checkpoints, keys and master key, and nothing else."""
        apart = {
            "CONCORD_SEAL": str(self.folder / "seal"), "CONCORD_KEYS": str(self.folder / "keys"),
            "CONCORD_MASTER_KEY_FILE": str(self.folder / "master-key"),
        }  # fmt: skip
        return Instance(folder, **{**apart, **more})

    def cast(self) -> None:
        """All tables, where there is no database yet, and the cast."""
        if "DATABASE_URL" not in self.environment:
            tables.put_into(self.folder)
        self.python(CAST)

    def case(self, key: str) -> tuple[str, str, str]:
        reference, name, number = self.python(RAISE, key).split()
        return reference, name, number


def build(folder: Path) -> None:
    """The cast, and a case with a file, sealed."""
    instance = Instance(folder)
    instance.cast()
    instance.case("first")
    assert instance.concord("seal", "--once").returncode == 0


@pytest.fixture
def instance(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    once.copied("built", build, tmp_path / "data", tmp_path_factory)
    return Instance(tmp_path / "data")


@pytest.fixture
def key(instance: Instance, tmp_path: Path) -> Path:
    path = tmp_path / "backup.key"
    assert instance.concord("backup", "--new-key", path).returncode == 0
    return path

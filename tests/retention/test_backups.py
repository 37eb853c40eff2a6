"""What was disposed of stays so, whatever is put back from a backup."""

import shutil
from pathlib import Path

import pytest

from tests.backups.instance import Instance, instance, key

__all__ = ["instance", "key"]

DISPOSE = """
import django
django.setup()
from datetime import datetime, UTC
from concord.cases import retaining
from concord.cases.doorway import viewer
from concord.cases.ledger import Done, act
from concord.cases.models import Case
from concord.directory.models import Partnership, Post, User
from concord.retention.disposing import approve
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
case, at = Case.objects.get(), datetime(2041, 1, 1, 9, tzinfo=UTC)
now = case.opened
record = Record(n=0, at=now, written=now, by=Who("practitioner", Side.RAISING, "sandwell-school"),
    act=Act.WITHDRAW, reason="Safe with an aunt.", key="over")
assert isinstance(act(case.reference, record, None), Done)
place = Partnership.objects.get(slug="sandwell")
unit = Post.objects.get(role="business_manager", partnership=place).user
other = Post.objects.filter(partnership=place, role="chair").first().user
one = lambda: retaining.one(place, case.reference, at)
retaining.tell(viewer(unit, at), one(), {"looked_after": "no", "born": "2015-04-03"}, "Asked.")
retaining.propose(viewer(unit, at), one(), "Due.")
print(approve(viewer(other, at), one()).reference)
"""
LOOK = """
import django
django.setup()
from concord.cases.ledger import records_of
from concord.cases.models import Case
from concord.retention.tombstones import tombstone_of
from concord.vault.closed import Closed
for case in Case.objects.all():
    try:
        print([dict(each.text) for each in records_of(case)])
    except Closed as error:
        print(type(error).__name__)
    print(tombstone_of(case.reference), case.children.count(), case.facts)
"""

OURS = """\
version: "2020-1"
since: 2020-01-01
partnership: sandwell
classes:
  - {id: closed_case, title: A closed case, applies: every_case, trigger: closure, years: 90,
     source: "Sandwell's own schedule, agreed on 3 December 2019"}
"""


def both(of: Instance, key: Path, folder: Path, name: str) -> tuple[Path, Path]:
    """A backup of the database and one of the keys."""
    database, keys = folder / f"{name}.concord", folder / f"{name}-keys.concord"
    assert of.concord("backup", database, "--key", key).returncode == 0
    assert of.concord("backup", keys, "--keys", "--key", key).returncode == 0
    return database, keys


def is_gone(of: Instance) -> bool:
    """Whether nothing can be read of the case, and its tombstone stands."""
    seen = of.python(LOOK)
    assert "Plum" not in seen and "Closed." not in seen, seen
    return "Destroyed" in seen and "retention_class=" in seen and "0 {}" in seen


@pytest.mark.dear
def test_a_restored_backup_cannot_read_the_case(
    instance: Instance, key: Path, tmp_path: Path
) -> None:
    # Given backups from before a case was disposed of, which could be read then,
    database, keys = both(instance, key, tmp_path, "before")
    assert "Plum" in instance.python(LOOK)
    reference = instance.python(DISPOSE).strip()
    assert is_gone(instance)
    verified = instance.concord("verify")
    assert verified.returncode == 0, verified.stderr
    assert "Disposed of, with their place in the chain kept: 4" in verified.stdout
    after_database, _ = both(instance, key, tmp_path, "after")
    # when the old keys are put back, then this one is left out;
    done = instance.concord("restore", keys, "--keys", "--key", key)
    assert "destroyed with what they opened: 1" in done.stdout
    assert is_gone(instance)
    # when the old database is put back here, then it is disposed of again, and that is said;
    done = instance.concord("restore", database, "--key", key, "--replace")
    assert f"Disposed of again, as they had been before: {reference}" in done.stderr
    assert is_gone(instance)
    assert instance.concord("verify").returncode == 0
    # when all is lost but the newer database and the older keys, then it is destroyed again,
    anew = instance.elsewhere(tmp_path / "anew", CONCORD_KEYS=str(tmp_path / "anew-keys"))
    assert anew.concord("restore", keys, "--keys", "--key", key).returncode == 0
    assert list((tmp_path / "anew-keys" / "cases").rglob(reference))
    done = anew.concord("restore", after_database, "--key", key)
    assert f"Disposed of again, as they had been before: {reference}" in done.stderr
    assert not list((tmp_path / "anew-keys" / "cases").rglob(reference))
    assert is_gone(anew)
    # and a copy of the old key, put in its place by hand, opens nothing either.
    shutil.copytree(instance.folder / "keys" / "destroyed", tmp_path / "anew-keys" / "destroyed",
                    dirs_exist_ok=True)  # fmt: skip
    assert is_gone(anew)


@pytest.mark.dear
def test_a_partnerships_own_schedule_comes_back_with_its_cases(
    instance: Instance, key: Path, tmp_path: Path
) -> None:
    # given a schedule of its own, which keeps some cases for less long than the house's
    (tmp_path / "ours.yaml").write_text(OURS, encoding="utf-8")
    installed = instance.concord(
        "retention", "install", tmp_path / "ours.yaml", "--shorter-on-purpose", "Agreed in March."
    )
    assert installed.returncode == 0, installed.stderr
    assert instance.concord("backup", tmp_path / "b.concord", "--key", key).returncode == 0
    # when all is lost, and put back elsewhere
    anew = instance.elsewhere(tmp_path / "anew")
    done = anew.concord("restore", tmp_path / "b.concord", "--key", key)
    # then it holds there too
    assert done.returncode == 0, done.stderr
    assert "2020-1" in anew.concord("retention", "list").stdout

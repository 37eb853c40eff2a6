"""A partnership's own schedule: checked, put in force from a day, listed, shown with its version."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from concord.cases.models import Case
from concord.cli.main import main
from concord.policies.reading import PolicyMistakes
from concord.policies.retention import HOUSE, every, house, in_force
from concord.web.checks import real_instance
from tests.hardening.real import concord
from tests.retention.test_pages import here, say, text

Capture = pytest.CaptureFixture[str]
OURS = """\
version: "2030-1"
since: 2030-01-01
partnership: sandwell
classes:
  - id: closed_case
    title: A closed case
    applies: every_case
    trigger: closure
    years: 20
    source: Sandwell's own schedule, agreed on 3 December 2029
"""


@pytest.fixture(autouse=True)
def folder(db: None, settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.CONCORD_RETENTION = tmp_path / "schedules"
    yield settings.CONCORD_RETENTION


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """Sandwell's own schedule: every case for twenty years from closing, from 2030 on."""
    path = tmp_path / "ours.yaml"
    path.write_text(OURS, encoding="utf-8")
    return path


def written(path: Path, *changes: tuple[str, str]) -> Path:
    said = OURS
    for old, new in changes:
        assert old in said
        said = said.replace(old, new, 1)
    path.write_text(said, encoding="utf-8")
    return path


def install(path: Path, reason: str = "Agreed by the board in March.") -> int:
    return main(["retention", "install", str(path), "--shorter-on-purpose", reason])


def test_a_schedule_holds_for_its_partnership_from_its_day_on(folder: Path, ours: Path) -> None:
    # given no schedule but Concord's own, which holds for everybody
    assert in_force(folder, "sandwell", date(2030, 1, 1)) is house()
    # when a partnership's own is installed
    assert install(ours) == 0
    # then it holds from the day that it says, for that partnership alone
    assert in_force(folder, "sandwell", date(2029, 12, 31)).is_house
    assert in_force(folder, "sandwell", date(2030, 1, 1)).file.version == "2030-1"
    assert in_force(folder, "bromley", date(2030, 1, 1)).is_house


def test_a_later_version_takes_its_place_and_the_partnership_s_own_comes_before_all_s(
    folder: Path, ours: Path, tmp_path: Path
) -> None:
    install(ours)
    later = written(tmp_path / "b.yaml", ("2030-1", "2031-1"), ("2030-01-01", "2031-01-01"))
    of_all = written(
        tmp_path / "c.yaml", ("partnership: sandwell\n", ""), ("2030-01-01", "2035-01-01")
    )
    assert install(later) == 0
    assert install(of_all) == 0
    on = date(2035, 6, 1)
    assert in_force(folder, "sandwell", date(2030, 12, 31)).file.version == "2030-1"
    assert in_force(folder, "sandwell", on).file.version == "2031-1"
    assert not in_force(folder, "bromley", on).is_house
    assert in_force(folder, "bromley", date(2034, 12, 31)).is_house


def test_it_is_listed_with_its_version_and_since_when(
    folder: Path, ours: Path, tmp_path: Path, capsys: Capture
) -> None:
    past = written(tmp_path / "past.yaml", ("2030-1", "2020-1"), ("2030-01-01", "2020-01-01"))
    for path in (ours, past):
        install(path)
    capsys.readouterr()
    assert main(["retention", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (
        "sandwell       version 2020-1 (sandwell-2020-1.yaml), in force since Wednesday 1 January "
        "2020" in lines
    )
    assert any(
        line.startswith("bromley        version 2026-11 (which comes with Concord), in force since")
        for line in lines
    )
    assert lines[-1].startswith(
        "sandwell       version 2030-1 (sandwell-2030-1.yaml), in force from"
    )


def test_a_version_is_never_changed_nor_two_in_force_from_one_day(
    folder: Path, ours: Path, tmp_path: Path, capsys: Capture
) -> None:
    install(ours)
    # the same again changes nothing
    assert install(ours) == 0
    # another text of that version, or another version from that day, is refused, with what to do
    other = written(tmp_path / "other.yaml", ("years: 20", "years: 2"))
    assert install(other) == 1
    assert "Give this one a new version" in capsys.readouterr().err
    same_day = written(tmp_path / "day.yaml", ("2030-1", "2030-2"))
    assert install(same_day) == 1
    assert "Give this one another day" in capsys.readouterr().err
    assert [each.classes[0].years for each in every(folder)] == [20]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "says"),
    [
        ("years: 20", "years: 200", 9, "classes.closed_case.years", "write at most 150."),
        ("years: 20", "years: true", 9, "classes.closed_case.years", "a whole number, like 6."),
        ("years: 20", "years: 2.0", 9, "classes.closed_case.years", "a whole number, like 6."),
        ("2030-01-01", "86400", 2, "since", "write a day like this: 2027-04-01."),
        ("2030-01-01", "2030-01-01 10:00:00", 2, "since", "write a day like this: 2027-04-01."),
        ("2030-01-01", "soon", 2, "since", "write a day like this: 2027-04-01."),
        ("2030-01-01", "1900-01-01", 2, "since", "write a day from 2000-01-01 to 2100-12-31"),
        ("\"2030-1\"", "2030", 1, "version", "goes between quotes."),
        ("classes:", "local: {sandwell: true}\nclasses:", 4, "local.sandwell", "a whole number"),
        ("    years: 20\n", "", 5, "classes.closed_case", "say for how many years"),
        ("trigger: closure", "trigger: closing", 8, "classes.closed_case.trigger", "'closure'"),
        ("since: 2030-01-01\n", "", 1, "since", "required and missing"),
        ("version:", "verson:", 1, "verson", "no such key"),
        ("\"2030-1\"", "\"../2030\"", 1, "version", "it names the file"),
        ("sandwell\n", "sandwel\n", 3, "partnership", "no policy 'sandwel'; known policies: bromley"),
        ("every_case", "school_file", 4, "classes", "some would never fall due"),
        ("classes:", "local: {sandwel: 10}\nclasses:", 4, "local.sandwel", "no policy 'sandwel'"),
        ("classes:", "local: {bromley: 10}\nclasses:", 4, "local.bromley", "'sandwell' alone"),
        ("classes:", "local: {sandwell: 10}\nclasses:", 4, "local.sandwell", "count for nothing"),
        ("classes:", "local: {sandwell: 0}\nclasses:", 4, "local.sandwell", "from 1 to 150"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_a_line_with_file_line_and_key(
    tmp_path: Path,
    folder: Path,
    capsys: Capture,
    old: str,
    new: str,
    line: int,
    key: str,
    says: str,
) -> None:
    path = written(tmp_path / "slip.yaml", (old, new))
    for command in ("check", "install"):
        assert main(["retention", command, str(path)]) == 1
        told = capsys.readouterr().err.splitlines()
        assert any(each.startswith(f"{path}:{line}: {key}: ") and says in each for each in told), (
            told
        )
    assert not every(folder)


def test_all_mistakes_are_told_at_once(tmp_path: Path, capsys: Capture) -> None:
    # given a schedule with a slip in what is read alone, and others in what hangs together
    path = written(
        tmp_path / "slips.yaml", ("years: 20", "years: twenty"), ("2030-01-01", "soon"),
        ("sandwell", "atlantis"), ("classes:", "local: {atlantis: 10, bromley: yes}\nclasses:"),
    )  # fmt: skip
    assert main(["retention", "check", str(path)]) == 1
    told = [each.split(": ")[1] for each in capsys.readouterr().err.splitlines()]
    assert told == [
        "since", "partnership", "local.atlantis", "local.bromley", "local.bromley",
        "classes.closed_case.years",
    ]  # fmt: skip


def test_what_is_no_schedule_is_refused_at_once(tmp_path: Path, capsys: Capture) -> None:
    pipe, large, words = (tmp_path / f"{name}.yaml" for name in ("pipe", "large", "words"))
    os.mkfifo(pipe)
    large.write_bytes(b"#" * 1_000_001)
    words.write_text("all of it\n", encoding="utf-8")
    for path, says in (
        (pipe, "name a regular file."),
        (tmp_path, "Is a directory."),
        (large, "larger than 1 MB"),
        (words, "a schedule has keys with values"),
    ):
        assert main(["retention", "check", str(path)]) == 1
        told = capsys.readouterr().err
        assert says in told
        assert told.startswith(f"{path}:1: (file): ")


def test_what_is_written_twice_or_half_is_told_too(tmp_path: Path, capsys: Capture) -> None:
    text_of_a_class = OURS.partition("classes:\n")[2]
    twice = tmp_path / "twice.yaml"
    twice.write_text(OURS + text_of_a_class, encoding="utf-8")
    local = written(tmp_path / "local.yaml", ("trigger: closure", "trigger: local"))
    assert main(["retention", "check", str(twice), str(local), str(HOUSE)]) == 1
    out = capsys.readouterr()
    assert f"{twice}:11: classes.closed_case.id: another class has this id." in out.err
    assert f"{local}:9: classes.closed_case.years: a class with the trigger 'local'" in out.err
    assert f"{HOUSE}: sound. Version 2026-11" in out.out


def test_a_file_that_cannot_be_used_is_found_and_nothing_is_taken_in_its_place(
    folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    # given a file that somebody put into the folder by hand, with a slip
    folder.mkdir()
    written(folder / "by-hand.yaml", ("years: 20", "years: twenty"))
    # then no case is judged by another schedule meanwhile, and it is told what is wrong
    with pytest.raises(PolicyMistakes):
        in_force(folder, "sandwell", date(2040, 1, 1))
    assert main(["retention", "check"]) == 1
    assert f"{folder / 'by-hand.yaml'}:9: classes.closed_case.years: " in capsys.readouterr().err
    assert "concord.E010" in {each.id for each in real_instance(None)}
    # when it is put right, it is read at once
    written(folder / "by-hand.yaml")
    assert in_force(folder, "sandwell", date(2040, 1, 1)).file.version == "2030-1"
    # and one put beside it by hand, of the same version, is found too
    written(folder / "copy.yaml")
    assert main(["retention", "check"]) == 1
    told = capsys.readouterr().err
    assert f"{folder / 'copy.yaml'}:1: version: by-hand.yaml says the same" in told
    assert f"{folder / 'copy.yaml'}:2: since: by-hand.yaml says the same" in told


def test_what_is_not_read_is_not_passed_over_in_silence(folder: Path, ours: Path) -> None:
    # given a schedule in force
    install(ours)
    (there,) = folder.iterdir()
    # when its name ends otherwise, then the house's own does not quietly take its place
    there.rename(there.with_suffix(".yml"))
    with pytest.raises(PolicyMistakes, match=r"ends in \.yaml"):
        in_force(folder, "sandwell", date(2040, 1, 1))
    # nor when a file stands in the folder's place
    there.with_suffix(".yml").unlink()
    folder.rmdir()
    folder.write_text("", encoding="utf-8")
    with pytest.raises(PolicyMistakes, match="cannot be read by this user"):
        in_force(folder, "sandwell", date(2040, 1, 1))


def test_a_folder_that_is_named_and_not_there_stops_the_start(tmp_path: Path) -> None:
    found = concord(tmp_path, "retention", "list", CONCORD_RETENTION=str(tmp_path / "mistyped"))
    assert found.returncode == 1
    assert "which is no folder that can be opened" in found.stderr
    assert "Traceback" not in found.stderr


def test_while_a_schedule_cannot_be_used_the_pages_say_so(
    unit: Client, ended: Case, folder: Path
) -> None:
    # given a slip in the folder
    folder.mkdir()
    written(folder / "by-hand.yaml", ("years: 20", "years: twenty"))
    # then the pages of how long cases are kept say whom to tell, and disposal is out of reach
    for address in (here(ended), "/partnerships/sandwell/retention"):
        answer = unit.get(address)
        assert answer.status_code == 503
        assert "How long cases are kept cannot be said now" in text(answer)
    # and the case itself is read as ever
    assert unit.get(f"/case/{ended.reference}").status_code == 200


SHORTER = (
    "sandwell: A case about a looked-after child: 75 years from birth becomes nothing.\n"
    "sandwell: A school's child protection file: 25 years from birth becomes nothing.\n"
)


def test_what_gets_shorter_is_told_and_put_in_force_for_a_reason_alone(
    unit: Client, ended: Case, folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    # given a case that ended in 2026 of a child of eleven, for whom a school's file is kept, and a
    # schedule that keeps every case for four years
    say(unit, ended, looked_after="no")
    path = written(tmp_path / "four.yaml", ("years: 20", "years: 4"), ("2030-01-01", "2031-01-01"))
    told = (
        f"{SHORTER}sandwell: A closed case: 6 years from closing becomes 4.\n"
        "sandwell: ended cases that are due on Wednesday 1 January 2031, when it comes into force: "
        "1 by this schedule, 0 without it.\n"
    )
    # then the check says so, and it is not put in force without a reason
    assert main(["retention", "check", str(path)]) == 0
    assert capsys.readouterr().out.endswith(told)
    for reason in ([], ["--shorter-on-purpose", " \n"]):
        assert main(["retention", "install", str(path), *reason]) == 1
        err = capsys.readouterr().err
        assert err.startswith(told)
        assert 'say why, by --shorter-on-purpose "the reason".' in err
        assert not every(folder)
    # when a reason is given it is, and the reason stands with it; the same again asks for nothing
    assert install(path, "Agreed in March,\nby the board.") == 0
    (there,) = folder.iterdir()
    assert there.read_text(encoding="utf-8").endswith(
        "# Shorter on purpose: Agreed in March, by the board.\n"
    )
    assert main(["retention", "install", str(path)]) == 0
    # and one that keeps nothing shorter than that needs none
    longer = written(tmp_path / "longer.yaml", ("2030-1", "2032-1"), ("2030-01-01", "2032-01-01"))
    capsys.readouterr()
    assert main(["retention", "install", str(longer)]) == 0
    assert capsys.readouterr().err == ""


def test_it_is_compared_for_each_partnership_that_it_touches(
    folder: Path, ours: Path, tmp_path: Path, capsys: Capture
) -> None:
    # given sandwell's own schedule, and another of all that keeps for fifteen years
    install(ours)
    of_all = written(
        tmp_path / "all.yaml", ("partnership: sandwell\n", ""), ("2030-01-01", "2031-01-01"),
        ("years: 20", "years: 15"),
    )  # fmt: skip
    capsys.readouterr()
    # then the others are told of, and sandwell, which keeps its own, is not
    assert main(["retention", "check", str(of_all)]) == 0
    told = capsys.readouterr().out
    assert (
        "bromley: A case about a looked-after child: 75 years from birth becomes nothing." in told
    )
    assert "sandwell" not in told


def test_years_of_its_own_that_a_partnership_loses_are_told(
    folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    # given Concord's own schedule with thirty years of sandwell's own
    own, without = tmp_path / "own.yaml", tmp_path / "without.yaml"
    house_s = HOUSE.read_text(encoding="utf-8").replace("2026-11-01", "2027-01-01")
    own.write_text(house_s.replace("local: {}", "local: {sandwell: 30}"), encoding="utf-8")
    assert main(["retention", "install", str(own)]) == 0
    # when a later one leaves them out
    without.write_text(
        house_s.replace("2026-11", "2028-1").replace("2027-01-01", "2028-01-01"), encoding="utf-8"
    )
    # then it keeps what closed for the six years of every closed case
    assert main(["retention", "install", str(without)]) == 1
    says = "sandwell: The partnership's own schedule: 30 years from closing becomes 6."
    assert says in capsys.readouterr().err


def test_the_pages_say_which_schedule_and_count_by_it(
    unit: Client, ended: Case, ours: Path
) -> None:
    say(unit, ended, looked_after="no", school_file="no")
    # given a case that closed in 2026, which Concord's own schedule keeps for six years
    page = text(unit.get(here(ended)))
    assert "By the schedule that comes with Concord: version 2026-11" in page
    assert "Due for disposal" in page
    # when the partnership's own keeps it for twenty
    install(ours)
    # then it is kept until then, and both pages say by which schedule, and since when
    page = text(unit.get(here(ended)))
    assert "24 November 2046" in page
    assert "Due for disposal" not in page
    shown = (
        "By the schedule of the partnership: version 2030-1, in force since Tuesday 1 January 2030."
    )
    assert shown in page
    assert shown in text(unit.get("/partnerships/sandwell/retention"))

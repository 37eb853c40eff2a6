"""Names in lists, what is typed and what was searched for: encrypted, and found by their words."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection

from concord.cases import drafts
from concord.cases.doorway import about_child, viewer
from concord.cases.models import Case, Child, ChildWord, Draft
from concord.directory.models import User
from concord.vault import keys
from concord.vault.closed import Closed
from tests.apps.conftest import AT

Person = Callable[[str, str], User]
BORN = date(2015, 4, 3)


def stored(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return repr(cursor.fetchall())


@pytest.mark.parametrize(("name", "born", "is_found"), [
    ("Plum Invented", BORN, True),
    ("  invented, PLUM ", BORN, True),
    ("Plúm", BORN, True),
    ("Plum Invented", date(2015, 4, 4), False),
    ("Plum Other", BORN, False),
    ("Plu", BORN, False),
    ("", BORN, False),
    ("-", BORN, False),
    ("2015-04-03", BORN, False),
])  # fmt: skip
def test_a_child_is_found_by_any_words_of_the_name_with_the_date_of_birth(
    opened: Case, person: Person, name: str, born: date, is_found: bool
) -> None:
    who = viewer(person("practitioner", "sandwell-school"), AT)
    assert [case.pk for case in about_child(who, name, born)] == [opened.pk] * is_found
    other = viewer(person("practitioner", "cumbria-school"), AT)
    assert about_child(other, name, born) == []


def test_two_children_of_one_case_are_not_mixed_up(opened: Case, person: Person) -> None:
    """The first name of one and the birthday of the other are no child."""
    other = Child.objects.create(case=opened, name="Damson Elsewhere", born=date(2017, 1, 2))
    words = Child.objects.get(case=opened, pk__lt=other.pk).words.count()
    assert words == 3
    who = viewer(person("practitioner", "sandwell-school"), AT)
    assert about_child(who, "Plum", date(2017, 1, 2)) == []


def test_the_tables_hold_no_name_and_no_date(opened: Case) -> None:
    rows = stored("cases_child") + stored("cases_childword")
    assert ChildWord.objects.count() == 3
    for word in ("Plum", "plum", "Invented", "2015", "04-03"):
        assert word not in rows
    child = Child.objects.get()
    assert (child.name, child.born) == ("Plum Invented", BORN)


def test_what_is_encrypted_is_neither_looked_for_nor_written_past_its_row(opened: Case) -> None:
    with pytest.raises(TypeError, match="look for nothing"):
        Child.objects.filter(name="Plum Invented").exists()
    with pytest.raises(TypeError, match="write it with its row"):
        Child.objects.update(name="Plum Invented")


def test_what_is_typed_is_closed_with_the_key_of_its_case(opened: Case, person: Person) -> None:
    writer = person("practitioner", "sandwell-school")
    place = drafts.Place(writer.pk, opened.pk, "discuss")
    drafts.keep(place, "one", {"said": ["Bruises"]}, AT)
    begun = drafts.begin_raising(writer, AT, {"child": {"name_1": "Plum Invented"}})
    assert "Bruises" not in stored("cases_draft")
    assert "Plum" not in stored("cases_draft")
    assert stored("cases_draft").count(f"{opened.reference} 1.") == 2
    assert Draft.objects.get(page="one").data == {"said": ["Bruises"]}
    assert Draft.objects.get(pk=begun.pk).data["child"] == {"name_1": "Plum Invented"}


def test_without_the_key_lists_say_so_and_nothing_typed_is_written_over(
    opened: Case, person: Person
) -> None:
    # Given something typed, and then the case's key gone,
    place = drafts.Place(person("practitioner", "sandwell-school").pk, opened.pk, "discuss")
    drafts.keep(place, "one", {"said": ["Bruises"]}, AT)
    path = keys.path_of(opened.reference)
    key = path.read_bytes()
    path.unlink()
    # then lists are shown without it,
    assert Child.objects.get().name == "Name cannot be read"
    assert Child.objects.get().born is None
    assert Draft.objects.get().data == {}
    # typing on is refused rather than put in its place,
    with pytest.raises(Closed):
        drafts.keep(place, "one", {"said": ["Other"]}, AT)
    # and with the key back it is as it was.
    path.write_bytes(key)
    assert Draft.objects.get().data == {"said": ["Bruises"]}
    assert Child.objects.get().name == "Plum Invented"

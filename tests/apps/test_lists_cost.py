"""What the list of open cases costs the database: its order comes from an index, a part at a time."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from concord.cases.models import Case

SOONEST_FIRST = 'ORDER BY "cases_summary"."next_due" ASC'
VIEWERS = [
    ("practitioner", "sandwell-school"),
    ("manager", "sandwell-childrens-trust"),
    ("chair", "sandwell"),
    ("business_manager", "sandwell"),
]


def list_of_open_cases(client: Client) -> str:
    """The statement by which "My work" finds the open cases."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/work").status_code == 200
    found = [query["sql"] for query in captured if SOONEST_FIRST in query["sql"]]
    lists = [statement for statement in found if "raised_by_viewer" in statement]
    assert len(lists) == 1
    return str(lists[0])


@pytest.mark.parametrize(("role", "where"), VIEWERS)
def test_open_cases_come_in_the_order_of_an_index(
    as_person: Callable[[str, str], Client], opened: Case, role: str, where: str
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a plan is read here as SQLite writes it")
    statement = list_of_open_cases(as_person(role, where))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        plan = [row[3] for row in cursor.fetchall()]
    assert any("USING INDEX summary_open_by_due" in step for step in plan), plan
    assert not [step for step in plan if "ORDER BY" in step], plan


@pytest.mark.parametrize(("role", "where"), VIEWERS)
def test_open_cases_are_neither_counted_nor_skipped(
    as_person: Callable[[str, str], Client], opened: Case, role: str, where: str
) -> None:
    statement = list_of_open_cases(as_person(role, where)).upper()
    assert "COUNT(" not in statement
    assert "OFFSET" not in statement
    assert "LIMIT" in statement

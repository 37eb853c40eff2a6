"""What of a case is seen by whom, field by field: canaries sing on every page and in every export."""

from pathlib import Path
from typing import Any

import pytest

from concord.access.fields import OPENED_BY, Field, fields_of
from concord.access.table import Doing, Relation
from concord.directory.models import Partnership
from tests.access.canaries import CHARITY, SCHOOL, TRUST, case_of_canaries, client_of, end, heard
from tests.apps.conftest import cast, rows_of_the_cast
from tests.turns import of_this_run

__all__ = ["cast", "rows_of_the_cast"]

PEOPLE = [
    ("practitioner", SCHOOL, Relation.ATTACHED),
    ("executive", TRUST, Relation.PARTY_LINE),
    ("business_manager", "sandwell", Relation.BUSINESS_UNIT),
    ("chair", "sandwell", Relation.BROUGHT_IN),
    ("iro", "sandwell", Relation.TOLD),
    ("manager", CHARITY, Relation.EMERGENCY),
    ("executive", CHARITY, Relation.NONE),
    ("data_protection_officer", "sandwell", Relation.NONE),
    ("business_manager", "bromley", Relation.NONE),
]
NOT_SUNG = frozenset({Field.AT_RISK})
"""A yes or a no: it has no words of its own to be heard by."""
OF_A_POST = {"data_protection_officer": {Field.STANDING, Field.WHO_LOOKED}}
"""What a post shows beside any relation to the case: the review of looks, by reference."""


OF_THE_PARTIES = frozenset(Field) - {
    Field.STANDING, Field.CHILD_NAME, Field.CHILD_BORN, Field.AT_RISK, Field.DISPUTE, Field.AIM,
    Field.OUTCOME, Field.TO_ONESELF,
}  # fmt: skip
NEVER = {
    Relation.NONE: frozenset(Field),
    Relation.TOLD: OF_THE_PARTIES,
    Relation.EMERGENCY: frozenset({Field.DOCUMENTS, Field.FORMS, Field.WHO_LOOKED}),
    Relation.BROUGHT_IN: frozenset({Field.WHO_LOOKED}),
}
"""What a relation must not see, written down by hand: a table that opens wider is seen by it."""


@pytest.mark.parametrize(("role", "where", "stands"), of_this_run(PEOPLE))
def test_each_relation_sees_its_fields_and_no_other(
    cast: dict[str, Partnership], settings: Any, tmp_path: Path, role: str, where: str,
    stands: Relation,
) -> None:  # fmt: skip
    settings.CONCORD_FILES = tmp_path
    # given a case with a canary in every field, open and then ended
    case = case_of_canaries()
    client = client_of(role, where)
    if stands is Relation.EMERGENCY:
        why = "A child of this family is at our door and nobody answers."
        opened = client.post("/emergency", {"reference": case.reference, "why": why})
        assert opened.status_code == 302
    # when somebody opens all that can be opened, and sends all that can be sent
    found = heard(client, case)
    end(case)
    found |= heard(client, case, sending=False)
    # then they saw what the table of fields says
    expected = fields_of(stands) - NOT_SUNG | OF_A_POST.get(role, set())
    assert {each.name for each in found} == {each.name for each in expected}
    assert not found & NEVER.get(stands, frozenset()) - OF_A_POST.get(role, set())


def test_every_field_is_opened_by_a_doing_of_the_table() -> None:
    assert set(OPENED_BY) == set(Field)
    assert fields_of(Relation.NONE) == frozenset()
    assert fields_of(Relation.ATTACHED) == frozenset(Field)
    assert all(doing in Doing for doing in OPENED_BY.values())

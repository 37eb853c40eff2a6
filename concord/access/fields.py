"""What of a case each relation sees, field by field: which doing of the table opens which field."""

from collections.abc import Mapping
from enum import StrEnum

from concord.access.table import Doing, Relation, can


class Field(StrEnum):
    """What is written down of a case, by what it tells of whom."""

    STANDING = "the reference, the agencies, the stage, what is owed by whom by when"
    CHILD_NAME = "the child's name"
    CHILD_BORN = "the child's date of birth"
    AT_RISK = "whether a child was said to be at immediate risk, and when it was referred"
    DISPUTE = "the decision that is disputed"
    AIM = "the outcome wanted"
    OUTCOME = "how it ended, in the words of the record"
    TO_ONESELF = "the records that one's own office was told by, or took part in"
    CHILD_ADDRESS = "the child's address"
    CHILD_STATUS = "whether the child is looked after or on a plan"
    REASONS = "why the raiser thinks it is unsafe"
    NEED = "the level of need, as it is and as it is seen"
    FAMILY = "what the family knows and says"
    CHALLENGED_PERSON = "who took the decision, by name"
    TALKS = "what was said in talks and meetings"
    POSITIONS = "each side's position and answer"
    AGREEMENTS = "the agreed actions, and what shows that they were done"
    DOCUMENT_NAMES = "the names of supporting documents"
    DOCUMENTS = "supporting documents themselves"
    FORMS = "the policy's forms and the panel bundle, filled in"
    LESSONS = "what was learned"
    WHO_LOOKED = "who has looked at the case, and who was refused"


OPENED_BY: Mapping[Field, Doing] = {
    Field.STANDING: Doing.SEE_CASE,
    Field.CHILD_NAME: Doing.SEE_CHILD,
    Field.CHILD_BORN: Doing.SEE_CHILD,
    Field.AT_RISK: Doing.SEE_CASE,
    Field.DISPUTE: Doing.SEE_CASE,
    Field.AIM: Doing.SEE_CASE,
    Field.OUTCOME: Doing.SEE_CASE,
    Field.TO_ONESELF: Doing.SEE_CASE,
    Field.CHILD_ADDRESS: Doing.PRINT,  # stands on the policy's forms alone
    Field.CHILD_STATUS: Doing.PRINT,  # stands on the policy's forms alone
    Field.REASONS: Doing.SEE_RECORDS,
    Field.NEED: Doing.SEE_RECORDS,
    Field.FAMILY: Doing.SEE_RECORDS,
    Field.CHALLENGED_PERSON: Doing.PRINT,  # stands on the policy's forms alone
    Field.TALKS: Doing.SEE_RECORDS,
    Field.POSITIONS: Doing.SEE_RECORDS,
    Field.AGREEMENTS: Doing.SEE_RECORDS,
    Field.DOCUMENT_NAMES: Doing.SEE_RECORDS,
    Field.DOCUMENTS: Doing.OPEN_DOCUMENTS,
    Field.FORMS: Doing.PRINT,
    Field.LESSONS: Doing.SEE_RECORDS,
    Field.WHO_LOOKED: Doing.SEE_WHO_LOOKED,
}
"""The doing that opens a field: so no field is seen by whom the table of relations keeps out."""

OF_THE_RAISE: Mapping[str, Field] = {
    "decision_challenged": Field.DISPUTE,
    "aim": Field.AIM,
    "why": Field.REASONS,
    "basis": Field.REASONS,
    "level_now": Field.NEED,
    "level_seen": Field.NEED,
    "family": Field.FAMILY,
    "challenged_person": Field.CHALLENGED_PERSON,
    "address": Field.CHILD_ADDRESS,
}
"""The words of a record that raises a concern, by the name under which each is kept."""


def sees(relation: Relation, field: Field) -> bool:
    """Whether this relation sees this field."""
    return can(relation, OPENED_BY[field])


def fields_of(relation: Relation) -> frozenset[Field]:
    """All that a relation sees of a case."""
    return frozenset(field for field in Field if sees(relation, field))


def words_open_to(relation: Relation, text: Mapping[str, str]) -> dict[str, str]:
    """Of the words of a record that raises a concern, those that this relation sees.

    Words under a name that the table does not know are seen by whoever sees every record.
    """
    return {
        name: words
        for name, words in text.items()
        if can(relation, OPENED_BY[OF_THE_RAISE[name]] if name in OF_THE_RAISE
               else Doing.SEE_RECORDS)
    }  # fmt: skip

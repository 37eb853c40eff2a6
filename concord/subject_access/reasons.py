"""Why something is left out of what is given: a small table, each reason with its code and its law.

What stands in the copy that is given names the reason, and nothing of what was left out. Names of
professionals who acted in their work are not a reason by themselves (Schedule 2, paragraph 17).
"""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """A reason's code, as the copy that is given shows it."""

    THIRD_PARTY = "T1"
    NOT_THE_CHILD = "T2"
    SAFEGUARDING_OF_ANOTHER = "S1"
    SERIOUS_HARM = "S2"
    CHILD_ABUSE_DATA = "S3"
    LEGAL_PRIVILEGE = "L1"
    CRIME = "C1"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason: what it is called, when it holds, and by which law."""

    code: Code
    title: str
    when: str
    law: str

    @property
    def shown(self) -> str:
        """What stands in place of what was left out."""
        return f"[left out: {self.title[:1].lower()}{self.title[1:]}, {self.code}]"


REASONS: dict[Code, Reason] = {
    each.code: each
    for each in (
        Reason(
            Code.THIRD_PARTY,
            "Third party's personal data",
            "It is about somebody else, who has not consented, and it is not reasonable to give it "
            "without their consent.",
            "Data Protection Act 2018, Schedule 2, paragraph 16",
        ),
        Reason(
            Code.NOT_THE_CHILD,
            "Not about this child",
            "It is about another child or person alone, and says nothing of this child.",
            "UK GDPR, article 15: a right to one's own personal data",
        ),
        Reason(
            Code.SAFEGUARDING_OF_ANOTHER,
            "Safeguarding of another person",
            "Giving it would be likely to put another child or person at risk of serious harm.",
            "Data Protection Act 2018, Schedule 3, the serious harm tests",
        ),
        Reason(
            Code.SERIOUS_HARM,
            "Serious harm test",
            "Giving it would be likely to cause serious harm to the physical or mental health of "
            "this child. Of health data a health professional is asked first.",
            "Data Protection Act 2018, Schedule 3, paragraphs 5, 11 and 19",
        ),
        Reason(
            Code.CHILD_ABUSE_DATA,
            "Child abuse data",
            "Somebody asks on the child's behalf, it says whether the child is or was at risk of "
            "abuse, and giving it is not in the child's best interests.",
            "Data Protection Act 2018, Schedule 3, paragraph 21",
        ),
        Reason(
            Code.LEGAL_PRIVILEGE,
            "Legal privilege",
            "It is advice between a lawyer and a client, or was made for court proceedings.",
            "Data Protection Act 2018, Schedule 2, paragraph 19",
        ),
        Reason(
            Code.CRIME,
            "Prevention or detection of crime",
            "Giving it would be likely to prejudice the prevention or detection of crime.",
            "Data Protection Act 2018, Schedule 2, paragraph 2",
        ),
    )
}
"""The table, by code."""

"""Who may see and do what: relation by doing, as one table. `check` explains, `can` asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from concord.rules.who import Parties, Who
from concord.rules.words import Side, Tier


class Relation(StrEnum):
    """How a person stands to a case."""

    ATTACHED = "attached"  # of a party, and raised it, wrote in it or was named in it
    PARTY_LINE = "party_line"  # in the line of management, or an office, of a party
    BUSINESS_UNIT = "business_unit"  # the partnership's business unit
    BROUGHT_IN = "brought_in"  # an office that the policy or a party has brought in
    EMERGENCY = "emergency"  # no relation, and opened it in an emergency within the last hour
    TOLD = "told"  # an office that looks after the child beside the case, and was told of it
    NONE = "none"


class Doing(StrEnum):
    """What may be done about a case, apart from the acts that its policy knows."""

    SEE_IN_LISTS = "see_in_lists"
    SEE_CASE = "see_case"
    SEE_CHILD = "see_child"
    SEE_RECORDS = "see_records"
    ACT = "act"
    WRITE_FOR_OTHERS = "write_for_others"
    PRINT = "print"
    OPEN_DOCUMENTS = "open_documents"
    SEE_WHO_LOOKED = "see_who_looked"
    CALL_BACK = "call_back"


_BESIDE = frozenset({Doing.SEE_IN_LISTS, Doing.SEE_CASE, Doing.SEE_CHILD, Doing.ACT})
_ALL = _BESIDE | {Doing.SEE_RECORDS, Doing.PRINT, Doing.OPEN_DOCUMENTS}

TABLE: dict[Relation, frozenset[Doing]] = {
    Relation.ATTACHED: _ALL | {Doing.SEE_WHO_LOOKED, Doing.CALL_BACK},
    Relation.PARTY_LINE: _ALL | {Doing.SEE_WHO_LOOKED},
    Relation.BUSINESS_UNIT: _ALL | {Doing.SEE_WHO_LOOKED, Doing.CALL_BACK, Doing.WRITE_FOR_OTHERS},
    Relation.BROUGHT_IN: _ALL,
    Relation.TOLD: _BESIDE,
    Relation.EMERGENCY: frozenset({Doing.SEE_CASE, Doing.SEE_CHILD, Doing.SEE_RECORDS}),
    Relation.NONE: frozenset(),
}

LINE = frozenset({Tier.MANAGER, Tier.SERVICE_LEAD, Tier.EXECUTIVE, "slo", "board_rep",
                  "safeguarding_lead", "director_quality_review"})  # fmt: skip
"""The posts of a party from which its cases are seen without being named in them."""

EVERYBODY = "everybody"
"""Called back from everybody but the raiser and the business unit: it is about the wrong child."""

APPOINTED_ONLY = frozenset({"reviewer", "independent_chair", "panel_member", "mediator"})
"""Offices held for one case, by appointment: nobody sees a case by being in the pool."""

TOLD_OF_THE_CHILD = frozenset({"iro", "cp_chair"})
"""Offices that look after the child's plan beside the disagreement (SA-19, SH-05, BR-11): they are
told early, see what concerns the child, and may add a view; the parties' records stay theirs."""


REVIEW_LOOKS = ("data_protection_officer", "business_manager")
"""The posts of a partnership that review who looked, the first to do it first. The data protection
officer sees who looked at which reference, and no case.
"""


NOT_IN_EMERGENCIES = frozenset({"data_protection_officer"})
"""Posts that open no case, in an emergency either: they review what others opened."""


ANSWER_SUBJECTS = ("data_protection_officer", "business_manager")
"""The posts of a partnership that answer requests for access to what is held about a child.

It is not a right of access to cases: of a request they see what was gathered for it, and each look
at it is written down as a look at its cases.
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A post that a person holds, as plain values: role, agency and partnership by slug."""

    role: str
    agency: str
    partnership: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What access needs to know of a case."""

    partnership: str
    parties: Parties
    brought_in: frozenset[str]
    """Labels of offices brought in: "chair", "iro", "slo@agency"."""
    attached: frozenset[int]
    """The people who raised it or were named in it."""
    appointed: frozenset[tuple[str, int]]
    """Offices held in this case by appointment, with who holds them."""
    raiser: int | None = None
    """Who raised it: the professional of the raising side, whatever their post."""
    called_back: frozenset[str] = frozenset()
    """From whom it was called back: "agency:north-school", "person:7", "office:iro", EVERYBODY."""


def relation(person: int, held: Iterable[Held], case: CaseFacts) -> Relation:
    """The nearest relation of a person to a case; the posts of other partnerships open nothing.

    All of it rests on posts held now: whoever raised a case, or was appointed in it, and has left
    for another agency or for good, has left the case too.
    """
    posts = posts_for(held, case)
    unit = any(post.role == "business_manager" and not post.agency for post in posts)
    gone = case.called_back
    if not unit and (f"person:{person}" in gone or (EVERYBODY in gone and person != case.raiser)):
        return Relation.NONE
    if person in case.attached and any(post.agency in case.parties.agencies for post in posts):
        return Relation.ATTACHED
    if any(post.role in LINE and post.agency in case.parties.agencies for post in posts):
        return Relation.PARTY_LINE
    if unit:
        return Relation.BUSINESS_UNIT
    if posts and any(who == person for _, who in case.appointed):
        return Relation.BROUGHT_IN
    brought = {
        post.role
        for post in posts
        if _label(post) in case.brought_in and f"office:{_label(post)}" not in gone
    } - APPOINTED_ONLY
    if brought - TOLD_OF_THE_CHILD:
        return Relation.BROUGHT_IN
    return Relation.TOLD if brought else Relation.NONE


def posts_for(held: Iterable[Held], case: CaseFacts) -> list[Held]:
    """The posts by which a case can be open: none of an agency that it was called back from."""
    return [
        post
        for post in held
        if post.partnership == case.partnership and f"agency:{post.agency}" not in case.called_back
    ]


def _label(post: Held) -> str:
    return f"{post.role}@{post.agency}" if post.agency else post.role


def can(relation: Relation, doing: Doing) -> bool:
    """Whether the table lets this relation do this."""
    return doing in TABLE[relation]


def check(relation: Relation, doing: Doing) -> str:
    """Why not, in plain words; empty when it may be done."""
    if can(relation, doing):
        return ""
    return "This case is not open to you. Ask the partnership's business unit if you think it is."


def may_open_in_emergency(
    held: Iterable[Held], partnership: str, is_administrator: bool = False
) -> bool:
    """Whether somebody may open a case of a partnership (slug) in an emergency, to read it.

    A professional of it may, whatever their agency. Outsiders hold no post; administrators, and
    those who review what was opened, open none.
    """
    return not is_administrator and any(
        post.partnership == partnership and post.role not in NOT_IN_EMERGENCIES for post in held
    )


def reviews_looks(held: Iterable[Held]) -> frozenset[str]:
    """The partnerships (slugs) whose looks somebody who holds these posts reviews."""
    return frozenset(
        post.partnership for post in held if post.role in REVIEW_LOOKS and not post.agency
    )


def answers_subjects(held: Iterable[Held]) -> frozenset[str]:
    """The partnerships (slugs) whose requests somebody who holds these posts answers."""
    return frozenset(
        post.partnership for post in held if post.role in ANSWER_SUBJECTS and not post.agency
    )


def oversees_integrity(held: Iterable[Held]) -> frozenset[str]:
    """The partnerships (slugs) for whose records somebody who holds these posts answers."""
    held = tuple(held)
    return reviews_looks(held) | {
        post.partnership for post in held if post.role == "business_manager" and not post.agency
    }


def acts_as(person: int, held: Iterable[Held], case: CaseFacts) -> tuple[Who, ...]:
    """In which seats a person may act on a case."""
    found: list[Who] = []
    held = posts_for(held, case)
    raising = case.parties.raising
    if person == case.raiser and any(post.agency == raising for post in held):
        found.append(Who(Tier.PRACTITIONER, Side.RAISING, raising))
    for post in held:
        if post.agency:
            found += [
                Who(post.role, side, agency)
                for side, agency in case.parties.sides
                if agency == post.agency
            ]
            if post.agency not in case.parties.agencies and _label(post) in case.brought_in:
                found.append(Who(post.role))
        elif post.role not in APPOINTED_ONLY:
            found.append(Who(post.role))
    for office, who in sorted(case.appointed):
        if who == person and held:
            found.append(Who("panel" if office == "panel_member" else office))
    return tuple(dict.fromkeys(found))

"""Every route of the service: which door it has, and what of a case stands behind it.

One row a route, by the route's name. It is asked before a page does anything; a route without a
row opens to nobody. What a page refuses beyond that is its own: a record that is not there, a
meeting that somebody else called.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from concord.access.standing import Standing
from concord.access.table import Doing, Relation, can


class Door(StrEnum):
    """Who gets past, before anything is read or done."""

    ANYBODY = "anybody"
    SIGNED_IN = "whoever is signed in"
    POST = "a post held"
    CASE = "the relation to the case"
    OWN = "whoever began it"
    LINK = "whoever has the link"


class Way(StrEnum):
    """How an address is asked for: opened as a page, or sent by a button."""

    OPENED = "opened"
    SENT = "sent"


OPENED = frozenset({Way.OPENED})
SENT = frozenset({Way.SENT})
BOTH = OPENED | SENT
METHODS: Mapping[Way, tuple[str, ...]] = {Way.OPENED: ("GET", "HEAD"), Way.SENT: ("POST",)}


@dataclass(frozen=True, slots=True)
class Row:
    """A route: its door, in which ways it is asked for, what of a case it shows."""

    door: Door
    ways: frozenset[Way]
    shows: frozenset[Doing] = frozenset()
    """Of one case, which the relation to it must open, all of them; of lists, what they show."""
    by: Standing | None = None
    """By which posts, where the door asks for one."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods of HTTP that are taken."""
        return tuple(method for way in Way if way in self.ways for method in METHODS[way])

    def opens_to(self, relation: Relation) -> bool:
        """Whether this relation to the case gets past, where the door is a case's."""
        return self.door is Door.CASE and all(can(relation, doing) for doing in self.shows)


def _anybody(ways: frozenset[Way] = OPENED) -> Row:
    return Row(Door.ANYBODY, ways)


def _signed_in(ways: frozenset[Way] = OPENED, *shows: Doing) -> Row:
    return Row(Door.SIGNED_IN, ways, frozenset(shows))


def _post(by: Standing, ways: frozenset[Way] = OPENED, *shows: Doing) -> Row:
    return Row(Door.POST, ways, frozenset(shows), by)


def _case(ways: frozenset[Way], *shows: Doing) -> Row:
    return Row(Door.CASE, ways, frozenset(shows))


_LISTED = Doing.SEE_IN_LISTS
_BESIDE = Doing.SEE_CASE
_RECORDS = Doing.SEE_RECORDS
_ACT = Doing.ACT

ROUTES: Mapping[str, Row] = {
    # what anybody may read
    "start": _anybody(),
    "help": _anybody(),
    "accessibility": _anybody(),
    "privacy": _anybody(),
    "cookies": _anybody(),
    "area": _anybody(),
    "guide": _anybody(),
    "clauses": _anybody(),
    "health": _anybody(),
    # signing in and out
    "sign-in": _anybody(BOTH),
    "sign-in-as": _anybody(SENT),
    "sign-in-by-code": _anybody(BOTH),
    "sign-in-code": _anybody(BOTH),
    "agency-sign-in": _anybody(),
    "agency-back": _anybody(),
    "first-password": _anybody(BOTH),
    "second-step": _anybody(BOTH),
    "set-up-app": _anybody(BOTH),
    "set-up-passkey": _anybody(BOTH),
    "sign-out": _anybody(SENT),
    "session": _anybody(),
    "session-stay": _signed_in(SENT),
    "signed-in": _signed_in(),
    "ways-in": _signed_in(),
    "recovery-codes": _signed_in(BOTH),
    "change-password": _signed_in(BOTH),
    "passkey-remove": _signed_in(SENT),
    "sessions": _signed_in(),
    "end-session": _signed_in(SENT),
    "end-sessions": _signed_in(SENT),
    "prove-again": _signed_in(BOTH),
    # what is typed: the page's own signed mark says whose it is, or the token of what was kept
    "kept": _anybody(SENT),
    "kept-throw": _anybody(SENT),
    "tokens": _signed_in(BOTH),
    "token-end": _signed_in(SENT),
    # one's own
    "work": _signed_in(OPENED, _LISTED),
    "find": _signed_in(BOTH, _LISTED),
    "notices": _signed_in(),
    "notices-read": _signed_in(SENT),
    "notices-digest": _signed_in(SENT),
    "looks-mine": _signed_in(),
    "agencies": _signed_in(),
    # raising a concern
    "first-time": _anybody(BOTH),
    "raise": _post(Standing.RAISES, BOTH),
    "raise-for": _post(Standing.SERVES, BOTH),
    "raise-step": Row(Door.OWN, BOTH),
    "raise-check": Row(Door.OWN, BOTH),
    "prove": Row(Door.OWN, BOTH),
    "raise-sent": _case(OPENED, _RECORDS, _ACT),
    # an agency, and a partnership
    "agency": _post(Standing.AGENCY_LINE, OPENED, _LISTED),
    "agency-log": _post(Standing.AGENCY_LINE, OPENED, _LISTED),
    "partnership": _post(Standing.UNIT, OPENED, _LISTED),
    "partnership-log": _post(Standing.UNIT, OPENED, _LISTED),
    "learning": _post(Standing.UNIT, OPENED, _LISTED),
    "directory": _post(Standing.UNIT),
    "word-templates": _post(Standing.UNIT),
    "word-template": _post(Standing.UNIT, BOTH),
    "word-template-own": _post(Standing.UNIT, BOTH),
    "word-template-starter": _post(Standing.UNIT),
    "word-template-version": _post(Standing.UNIT, BOTH),
    "word-template-file": _post(Standing.UNIT),
    "word-template-preview": _post(Standing.UNIT),
    "cover": _post(Standing.SETS_COVER, BOTH),
    "cover-end": _post(Standing.ENDS_COVER, SENT),
    "holder": _post(Standing.KEEPS_POST, BOTH),
    "newcomer": _post(Standing.CONFIRMS, BOTH, _LISTED),
    # watching over the service
    "integrity": _post(Standing.INTEGRITY),
    "notices-undelivered": _post(Standing.ANY_UNIT),
    "notices-again": _post(Standing.ANY_UNIT, SENT),
    "looks-review": _post(Standing.REVIEWS_LOOKS),
    "look-reviewed": _post(Standing.REVIEWS_LOOKS, BOTH),
    # a case opened in an emergency
    "emergency": _post(Standing.PROFESSIONAL, BOTH),
    "emergencies": _post(Standing.REVIEWS_LOOKS),
    "emergency-review": _post(Standing.REVIEWS_LOOKS, BOTH),
    # what is held about a child, for whoever asks for a copy
    "subject-requests": _post(Standing.ANSWERS_SUBJECTS, OPENED, _LISTED),
    "subject-new": _post(Standing.ANSWERS_SUBJECTS, BOTH),
    "subject-request": _post(Standing.ANSWERS_REQUEST, OPENED, _LISTED),
    "subject-proved": _post(Standing.ANSWERS_REQUEST, BOTH),
    "subject-extended": _post(Standing.ANSWERS_REQUEST, BOTH),
    "subject-closed": _post(Standing.ANSWERS_REQUEST, BOTH),
    "subject-gathered": _post(Standing.ANSWERS_REQUEST, SENT),
    "subject-pieces": _post(Standing.ANSWERS_REQUEST, OPENED, _RECORDS),
    "subject-piece": _post(Standing.ANSWERS_REQUEST, BOTH, _RECORDS),
    "subject-redaction": _post(Standing.ANSWERS_REQUEST, BOTH, _RECORDS),
    "subject-read": _post(Standing.ANSWERS_REQUEST, SENT),
    "subject-released": _post(Standing.ANSWERS_REQUEST, SENT),
    "subject-copy": _post(Standing.ANSWERS_REQUEST, SENT, _RECORDS, Doing.PRINT),
    "subject-document": _post(Standing.ANSWERS_REQUEST, SENT, Doing.OPEN_DOCUMENTS),
    # how long cases are kept, and what is disposed of
    "retention": _post(Standing.ANSWERS_SUBJECTS, OPENED, _LISTED),
    "retention-case": _post(Standing.ANSWERS_SUBJECTS, OPENED, _LISTED),
    "retention-hold": _post(Standing.ANSWERS_SUBJECTS, BOTH, _LISTED),
    "retention-lift": _post(Standing.ANSWERS_SUBJECTS, BOTH, _LISTED),
    "retention-told": _post(Standing.ANSWERS_SUBJECTS, BOTH, _LISTED),
    "retention-propose": _post(Standing.ANSWERS_SUBJECTS, BOTH, _LISTED),
    "retention-turned-down": _post(Standing.ANSWERS_SUBJECTS, BOTH, _LISTED),
    "retention-approve": _post(Standing.ANSWERS_SUBJECTS, SENT, _LISTED),
    # what was sent wrongly: a breach is open to those who were told of it, too
    "breaches": _post(Standing.REVIEWS_LOOKS),
    "breach": _signed_in(BOTH),
    # one case
    "case": _case(OPENED, _BESIDE),
    "timeline": _case(OPENED, _RECORDS),
    "call-back": _case(BOTH, _RECORDS, Doing.CALL_BACK),
    "looked": _case(OPENED, _RECORDS, Doing.SEE_WHO_LOOKED),
    "dates": _case(OPENED, _RECORDS),
    "actions": _case(OPENED, _RECORDS),
    "action-check": _case(BOTH, _RECORDS, _ACT),
    "supporting": _case(BOTH, _RECORDS, Doing.OPEN_DOCUMENTS),
    "meetings": _case(OPENED, _BESIDE),
    "meeting-choose": _case(BOTH, _BESIDE, _ACT),
    "meeting-move": _case(BOTH, _BESIDE, _ACT),
    "meeting-call-off": _case(BOTH, _BESIDE, _ACT),
    "meeting-hold": _case(BOTH, _RECORDS, _ACT),
    "meeting-file": _case(OPENED, _BESIDE, _ACT),
    "brief": _case(OPENED, _RECORDS, Doing.PRINT),
    "room": _case(BOTH, _RECORDS, _ACT),
    "bundles": _case(OPENED, _RECORDS, Doing.PRINT),
    "bundle-open": _case(BOTH, _RECORDS, Doing.PRINT),
    "forms": _case(OPENED, _RECORDS, Doing.PRINT),
    "form-open": _case(BOTH, _RECORDS, Doing.PRINT),
    "invite": _case(BOTH, _RECORDS, _ACT),
    "invitation": _case(BOTH, _RECORDS, _ACT),
    "record": _case(BOTH, _BESIDE),
    "act-for": _case(BOTH, _BESIDE, Doing.WRITE_FOR_OTHERS),
    "act": _case(BOTH, _BESIDE, _ACT),
    # the same read by a program, by its person's token: no case that is open in an emergency alone
    "api-description": _anybody(),
    "api-cases": _signed_in(OPENED, _LISTED),
    "api-case": _case(OPENED, _LISTED, _BESIDE),
    "api-mine": _signed_in(OPENED, _LISTED),
    # one question to one professional outside, by the link that was mailed
    "invited": Row(Door.LINK, BOTH),
}

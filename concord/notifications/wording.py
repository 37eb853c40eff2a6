"""What a notice says, on the page and in mail: a reference, a clause, what is owed, by when.

Never a name, initials, a date of birth, an address, or a word that somebody wrote in a case: all
that is said comes from the policy's own words, from this module, or from the directory of the
partnership. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from concord.notifications.models import Kind
from concord.rules.dates import due_words, read_due
from concord.rules.words import Act

RECORD_AGREED, RECORD_DISPUTED = "record_agreed", "record_disputed"
BOUNCED = "invitation_bounced"
OF_NO_CASE = "of_no_case"
"""What a notice of mail that came back is about, where the mail was about no single case."""
"""Of a bounce: the mail was to somebody who was asked one question, and is not in Concord."""
ANSWER_NEAR, ANSWER_LATE, ANSWERED = "answer_near", "answer_late", "answered"
"""What is told of a request for access: that its time is nearly over, or over. And what such a
notice says once the request was answered.
"""
RAN_OUT_RUNG = "ran_out"
"""The last rung of an invitation: its time is over."""

HAPPENED: Mapping[str, str] = {
    Act.RAISE: "A concern was raised",
    Act.ACKNOWLEDGE: "The concern was acknowledged",
    Act.STATE: "A position was stated",
    Act.ANSWER: "An answer was given",
    Act.PASS_ON: "It was passed on",
    RECORD_AGREED: "A record was agreed by the other side",
    RECORD_DISPUTED: "Something was said to be wrong in a record",
    Act.DISCUSS: "A discussion was recorded: those who took part can say whether it is right",
    Act.ADVISE: "Advice was given",
    "advise_independence": "Somebody who hears or decides declared whether they are independent",
    Act.CONVENE: "A meeting was arranged",
    "convene_proposed": "Times for a meeting were proposed: one is to be chosen",
    "convene_moved": "A meeting was moved to another time",
    "convene_off": "A meeting was called off",
    "invitation_waits": (
        "A professional whom you asked has not answered yet: ring them, or send the mail again"
    ),
    BOUNCED: (
        "A mail to a professional whom you asked did not arrive: ring them, and check the address"
    ),
    "invitation_ran_out": (
        "Your question to a professional ran out without an answer: ask again, or ask another"
    ),
    Act.MEET: "A meeting was recorded: those who took part can say whether it is right",
    Act.HEAR: "A hearing was recorded: those who took part can say whether it is right",
    Act.AGREE: "Actions were agreed",
    Act.CONFIRM: "The outcome was confirmed",
    "confirm_action": "An agreed action was checked",
    Act.FILE: "It was recorded on the child's file",
    Act.SHARE: "The record was shared",
    Act.SUBMIT: "A form was sent",
    Act.NOTIFY: "You were told of the case",
    Act.REVIEW: "A review was recorded",
    Act.REFER: "A referral was recorded",
    Act.SHORTEN: "A shorter time was set",
    Act.APPOINT: "Somebody was appointed",
    Act.DECIDE: "A decision was recorded",
    Act.ESCALATE: "The case went to another stage",
    Act.REFER_UP: "The case was referred up the line",
    Act.RESOLVE: "It was proposed that the case is resolved",
    Act.COMPLETE: "An action was reported on",
    Act.EXPLAIN: "A delay was explained",
    Act.FEED_BACK: "Feedback was given",
    Act.LEARN: "Learning was recorded",
    Act.DISSEMINATE: "Outcome and learning were sent out",
    Act.DEBRIEF: "A debrief was offered",
    Act.WITHDRAW: "The concern was withdrawn",
    Act.REOPEN: "The case was reopened",
    Act.MOVE: "The case was moved to another ladder",
    Act.CORRECT: "A record was corrected",
}

RUNGS: Mapping[str, str] = {
    "half_time": "Half the time has gone",
    "one_day_left": "One working day is left",
    "due": "The time is nearly up",
    "late": "This is late",
    RAN_OUT_RUNG: "The time is over",
}


@dataclass(frozen=True, slots=True)
class Owing:
    """One thing owed, as a notice says it."""

    what: str
    clause: str
    due: str


def headline(kind: str, act: str, rung: str) -> str:
    """What a notice is about, in a few words."""
    match kind:
        case Kind.ACT:
            return HAPPENED.get(act, "Something was recorded")
        case Kind.DUTY:
            return "Something new is owed"
        case Kind.REMINDER:
            return rung_words(rung)
        case Kind.OUTSIDER:
            return f"{rung_words(rung)}: {outsider_headline(rung)}"
        case Kind.BOUNCE if act == BOUNCED:
            return HAPPENED[BOUNCED]
        case Kind.BOUNCE if act == OF_NO_CASE:
            return "A mail did not reach a colleague in your agency"
        case Kind.BOUNCE:
            return "A mail about this case did not reach a colleague in your agency"
        case Kind.EMERGENCY:
            return (
                "Somebody who is not in this case opened it in an emergency, to read it for an "
                "hour: see who, and why"
            )
        case Kind.CALLED_BACK:
            return (
                "What you were told here was sent to you by mistake, and was called back: do not "
                "use it or pass it on"
            )
        case Kind.BREACH:
            return "Something of a case was sent to the wrong recipient, and was called back"
        case Kind.WITNESS:
            return "Keep this digest: you are a witness that the records stay as they are"
        case Kind.COVER:
            return "You cover a post while its holder is away"
        case Kind.UNKNOWN:
            return "An agency does not know the person who raised this concern: look into it now"
        case Kind.DISPOSAL:
            return "Somebody proposes to dispose of a case whose time is over"
        case Kind.REQUEST if act == ANSWERED:
            return "A request for access was answered or closed: nothing is left to do"
        case Kind.REQUEST if act == ANSWER_LATE:
            return "A request for access is late: it is not answered, and its time is over"
        case Kind.REQUEST:
            return "A request for access is to be answered within a week"
        case Kind.LOOKS:
            return "Somebody opened many children's cases within an hour"
        case _:
            return "What came together"


def rung_words(rung: str) -> str:
    """What a rung of reminders says, in a few words."""
    return RUNGS.get(rung, f"A reminder: {rung.replace('_', ' ')}")


def outsider_headline(rung: str) -> str:
    """What a mail to a professional who is not in Concord is about."""
    if rung == RAN_OUT_RUNG:
        return "the question to you has closed"
    return "your professional view is still asked for"


def owing(owes: Sequence[Mapping[str, Any]]) -> list[Owing]:
    """What a notice says is owed, line by line."""
    return [Owing(each["what"], each["clause"], due_words(read_due(each["due"]))) for each in owes]


def by_how_much(late: timedelta | None) -> str:
    """How late something was told, in words; empty when it was in time."""
    if late is None:
        return ""
    minutes = int(late.total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60
    if days:
        return f"{days} day{'s' if days > 1 else ''}"
    if hours:
        return f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{minutes} minutes"

"""A notice as a mail: what it may say, and nothing else.

Never a name, initials, a date of birth, an address, or a word that somebody wrote in a case. The
link carries no authority: it leads to signing in.
"""

from collections.abc import Iterable

from django.conf import settings

from concord.directory.models import Partnership
from concord.notifications.calendars import invitation, method_of
from concord.notifications.carriers import CalendarFile, Letter
from concord.notifications.entries import MEETINGS, meeting_of
from concord.notifications.models import Kind, Notice
from concord.notifications.wording import by_how_much, headline, owing
from concord.rules.dates import moment
from concord.rules.meetings import Meeting


def letter(notice: Notice) -> Letter:
    """The mail of a notice, which comes with its recipient, case and partnership."""
    assert notice.recipient is not None
    lines = (LETTERS.get(Kind(notice.kind)) or _single)(notice)
    meeting = _meeting(notice)
    return Letter(
        to=notice.recipient.email,
        subject=_subject(notice),
        body="\n".join(lines) + "\n",
        message_id=notice.message_id,
        told=notice.told,
        is_repeat=notice.attempts > 1,
        calendar=_calendar(notice, meeting) if meeting else None,
    )


def _meeting(notice: Notice) -> Meeting | None:
    """The meeting that a notice tells of, as it then stood, where it has or had a time."""
    if notice.entry is None or notice.act not in MEETINGS:
        return None
    meeting = meeting_of(notice.entry)
    return meeting if meeting is not None and meeting.at is not None else None


def _calendar(notice: Notice, meeting: Meeting) -> CalendarFile:
    assert notice.case is not None and notice.entry is not None and notice.recipient is not None
    reference = notice.case.reference
    content = invitation(
        reference, meeting, notice.entry.written, f"{_link(reference)}/meetings",
        settings.CONCORD_MAIL_FROM, notice.recipient.email,
    )  # fmt: skip
    return CalendarFile(content, method_of(meeting))


def _subject(notice: Notice) -> str:
    if notice.kind == Kind.WITNESS:
        return "Concord: a digest to keep"
    if notice.kind == Kind.LOOKS:
        return f"Concord: {headline(notice.kind, '', '').lower()}"
    if notice.kind == Kind.DIGEST or notice.case is None:
        return "Concord: what has come for you"
    first = owing(notice.owes)[:1]
    reference = notice.case.reference
    says = f"something needs you {first[0].due}" if first else "there is something new to read"
    urgent = "Urgent: " if notice.urgent else ""
    return f"{urgent}Concord: {says} (case {reference})"


def _single(notice: Notice) -> Iterable[str]:
    assert notice.case is not None
    if notice.urgent:
        yield from ("This is urgent.", "")
    yield from _about(notice)
    yield from ("Nothing about the child is in this mail. Sign in to Concord to read and act:",)
    yield from (_link(notice.case.reference), "")
    yield from _help(notice.case.partnership)


def _digest(notice: Notice) -> Iterable[str]:
    gathered = notice.gathered.select_related("case__partnership").order_by("id")
    yield from ("What has come for you in Concord since the last digest.", "")
    partnerships: dict[int, Partnership] = {}
    for each in gathered:
        if each.case is not None:
            partnerships[each.case.partnership_id] = each.case.partnership
            yield from _about(each)
            yield from (_link(each.case.reference), "")
    yield from ("Nothing about a child is in this mail. Sign in to Concord to read and act.", "")
    for partnership in partnerships.values():
        yield from _help(partnership)


def _about(notice: Notice) -> Iterable[str]:
    assert notice.case is not None
    yield f"Case {notice.case.reference}. {headline(notice.kind, notice.act, notice.rung)}."
    lines = owing(notice.owes)
    if lines:
        yield "What is owed:"
    for line in lines:
        yield f"- {line.what} (clause {line.clause}) {line.due[:1].upper()}{line.due[1:]}."
    meeting = _meeting(notice)
    if meeting is not None and meeting.at is not None:
        file = f"{_link(notice.case.reference)}/meetings/{meeting.number}/invitation.ics"
        yield f"The meeting {'was to be' if meeting.off else 'is'} {moment(meeting.at)}."
        yield f"{'Take it out of' if meeting.off else 'Put it in'} your calendar: {file}"
    if notice.instead:
        yield "Nobody in Concord holds the post that this is for, so it comes to you."
    if notice.late_by:
        yield (
            f"You are told {by_how_much(notice.late_by)} late, because the service was not running."
        )
    yield ""


def _link(reference: str) -> str:
    return f"{settings.CONCORD_ADDRESS}/case/{reference}"


def _help(partnership: Partnership) -> Iterable[str]:
    unit = partnership.business_unit or "the partnership's business unit"
    reach = (partnership.business_unit_telephone, partnership.business_unit_email)
    contact = ", ".join(each for each in reach if each)
    yield f"If you cannot sign in, ask {unit}{f': {contact}' if contact else ''}."
    yield "A child in danger now: call 999."


def _looks(notice: Notice) -> Iterable[str]:
    yield from (f"{headline(notice.kind, '', '')}.", "")
    yield from ("Sign in to Concord to see who it was, and to ask them why:",)
    yield f"{settings.CONCORD_ADDRESS.rstrip('/')}/looks/review"


def _witness(notice: Notice) -> Iterable[str]:
    yield from (
        "You are a witness for your agency that nobody changes Concord's records unseen.",
        "Keep this mail. You need do nothing else, and nobody will ask you to act on it.", "",
        notice.instead, "",
        "The digest is made from a list of sealed records. It says nothing of any child or case.",
        "An auditor who doubts the records may ask you for it.",
    )  # fmt: skip


LETTERS = {Kind.DIGEST: _digest, Kind.LOOKS: _looks, Kind.WITNESS: _witness}
"""What a mail says, where it is not about one case."""

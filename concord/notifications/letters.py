"""A notice as a mail: what it may say, and nothing else.

Never a name, initials, a date of birth, an address, or a word that somebody wrote in a case. The
link carries no authority: it leads to signing in.
"""

from collections.abc import Iterable

from django.conf import settings

from concord.directory.models import Partnership
from concord.notifications.calendars import invitation, method_of
from concord.notifications.carriers import CalendarFile, Letter
from concord.notifications.entries import ASKED, MEETINGS, meeting_of
from concord.notifications.models import Kind, Notice
from concord.notifications.posting import reach
from concord.notifications.wording import (
    RAN_OUT_RUNG,
    by_how_much,
    headline,
    outsider_headline,
    owing,
)
from concord.rules.citing import cited
from concord.rules.dates import moment
from concord.rules.meetings import Meeting
from concord.vault.closed import Closed


def letter(notice: Notice) -> Letter:
    """The mail of a notice, which comes with its recipient, case and partnership."""
    lines = (LETTERS.get(Kind(notice.kind)) or _single)(notice)
    meeting = _meeting(notice)
    return Letter(
        to=notice.mail_address,
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
    try:
        meeting = meeting_of(notice.entry)
    except Closed:  # what it says cannot be read now: the notice still goes, to say where to look
        return None
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
    if notice.kind == Kind.OUTSIDER:
        return f"Concord: {outsider_headline(notice.rung)}"
    if notice.kind in (Kind.COVER, Kind.LOOKS, Kind.DISPOSAL, Kind.REQUEST):
        return f"Concord: {headline(notice.kind, notice.act, '').lower()}"
    if notice.kind == Kind.DIGEST or notice.case is None:
        return "Concord: what has come for you"
    first = owing(notice.owes)[:1]
    reference = notice.case.reference
    says = f"something needs you {first[0].due}" if first else "there is something new to read"
    urgent = "Urgent: " if notice.urgent else ""
    return f"{urgent}Concord: {says} (case {reference})"


def _single(notice: Notice) -> Iterable[str]:
    if notice.case is None:
        yield from (f"{headline(notice.kind, notice.act, notice.rung)}.", "")
        yield from ("Sign in to Concord to see whose it was:",)
        yield f"{settings.CONCORD_ADDRESS.rstrip('/')}/notices"
        return
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
        by = cited(line.clause, before="clause ")
        yield f"- {line.what} ({by}) {line.due[:1].upper()}{line.due[1:]}."
    meeting = _meeting(notice)
    if meeting is not None and meeting.at is not None:
        file = f"{_link(notice.case.reference)}/meetings/{meeting.number}/invitation.ics"
        yield f"The meeting {'was to be' if meeting.off else 'is'} {moment(meeting.at)}."
        yield f"{'Take it out of' if meeting.off else 'Put it in'} your calendar: {file}"
    if notice.act in ASKED:
        yield (
            "If you cannot come, tell whoever called it: their name and telephone stand with the "
            f"meetings in Concord. If you do not reach them, tell {reach(notice.case.partnership)}."
        )
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


def _cover(notice: Notice) -> Iterable[str]:
    yield from (f"{headline(notice.kind, '', '')}.", "", notice.instead, "")
    yield "Sign in to Concord to see what waits. It stands in your list from the first day:"
    yield f"{settings.CONCORD_ADDRESS.rstrip('/')}/work"
    yield "A child in danger now: call 999."


def _unknown(notice: Notice) -> Iterable[str]:
    assert notice.case is not None
    yield from ("This is urgent.", "")
    yield f"Case {notice.case.reference}. {headline(notice.kind, '', '')}."
    yield from (notice.instead, "")
    yield "Nothing about the child is in this mail. Sign in to Concord to read and act:"
    yield from (_link(notice.case.reference), "")
    yield from _help(notice.case.partnership)


def _disposal(notice: Notice) -> Iterable[str]:
    assert notice.case is not None
    place = notice.case.partnership
    yield f"Case {notice.case.reference}. {headline(notice.kind, '', '')}."
    yield from (notice.instead, "")
    yield "Nothing about the child is in this mail. Sign in to Concord to see how long it is kept:"
    address = settings.CONCORD_ADDRESS.rstrip("/")
    yield f"{address}/partnerships/{place.slug}/retention/{notice.case.reference}"
    yield from ("", *_help(place))


def _request(notice: Notice) -> Iterable[str]:
    yield from (f"{headline(notice.kind, notice.act, '')}.", "", notice.instead, "")
    yield "Nothing about the child is in this mail. Sign in to Concord to see what is still to do:"
    yield f"{settings.CONCORD_ADDRESS.rstrip('/')}/subject-access/{notice.rung}"


def _breach(notice: Notice) -> Iterable[str]:
    assert notice.case is not None
    yield from ("This is urgent.", "")
    yield f"Case {notice.case.reference}. {headline(notice.kind, '', '')}."
    yield "It may have to be told to the Information Commissioner within 72 hours."
    yield "Nothing about the child is in this mail. Sign in to Concord to see what is known:"
    yield from (f"{settings.CONCORD_ADDRESS.rstrip('/')}/breaches/{notice.rung}", "")
    yield from _help(notice.case.partnership)


def _outsider(notice: Notice) -> Iterable[str]:
    """To a professional without an account: not even the case's reference, no link and no code."""
    assert notice.case is not None and notice.outsider is not None
    partnership, until = notice.case.partnership, moment(notice.outsider.expires)
    if notice.rung == RAN_OUT_RUNG:
        yield from (
            f"A professional of {partnership.name} asked for your view on one question. The time "
            f"to answer ended {until}, and the link that you were sent opens nothing any more.",
            "",
            f"If you still have something to say, tell {reach(partnership)}.",
        )  # fmt: skip
    else:
        yield from (
            f"A professional of {partnership.name} has asked for your view on one question, and "
            "you have not answered yet. It takes about two minutes.", "",
            "Use the link in the mail that invited you (the newest, if you have several). The page "
            "asks for the code that was read to you by telephone.",
            f"You can answer until {until}.", "",
            "This mail has no link and no code of its own. If you have lost the mail that invited "
            f"you, or the code works no longer, ask {reach(partnership)}.",
            "If you have answered meanwhile, do nothing.",
        )  # fmt: skip
    yield "A child in danger now: call 999."


def _witness(notice: Notice) -> Iterable[str]:
    yield from (
        "You are a witness for your agency that nobody changes Concord's records unseen.",
        "Keep this mail. You need do nothing else, and nobody will ask you to act on it.", "",
        notice.instead, "",
        "The digest is made from a list of sealed records. It says nothing of any child or case.",
        "An auditor who doubts the records may ask you for it.",
    )  # fmt: skip


LETTERS = {
    Kind.DIGEST: _digest,
    Kind.LOOKS: _looks,
    Kind.COVER: _cover,
    Kind.UNKNOWN: _unknown,
    Kind.DISPOSAL: _disposal,
    Kind.BREACH: _breach,
    Kind.REQUEST: _request,
    Kind.WITNESS: _witness,
    Kind.OUTSIDER: _outsider,
}
"""What a mail says, where it is not to somebody in Concord about one case."""

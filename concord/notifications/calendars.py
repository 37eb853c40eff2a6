"""A meeting as a calendar file: when, and which case; no word of a child, and no place. Pure.

A file of the same meeting has the same UID, and a higher SEQUENCE each time that it changed: so a
calendar moves or removes what it has, and never shows the meeting twice (RFC 5545, RFC 5546).
"""

from datetime import date, datetime, timedelta
from email.utils import parseaddr

from icalendar import Calendar, Event, vCalAddress, vText

from concord.rules.clock import LONDON
from concord.rules.meetings import Meeting

_SAYS = "Who, where and about what, and whom to tell if you cannot come: sign in to Concord. {link}"
LENGTH = timedelta(hours=1)


def method_of(meeting: Meeting) -> str:
    """What a file of it does to a calendar: ask for it, or take it out."""
    return "CANCEL" if meeting.off else "REQUEST"


def invitation(
    reference: str, meeting: Meeting, made: datetime, link: str, sender: str, to: str
) -> bytes:
    """The file of a meeting that has a time. `made` is an aware datetime.

    `sender` is the address that Concord writes from: it stands for whoever called the meeting.
    `to` is the address of the one person that the file is for: nobody else is named.
    """
    assert meeting.at is not None
    starts = meeting.at.astimezone(LONDON)
    name, address = parseaddr(sender)
    event = Event()
    event.add("uid", f"{reference}-{meeting.number}@{address.rpartition('@')[2]}")
    event.add("sequence", meeting.changes)
    event.add("dtstamp", made)
    event.add("dtstart", starts)
    event.add("dtend", starts + LENGTH)
    event.add("summary", f"Meeting: Concord case {reference}")
    event.add("description", _SAYS.format(link=link))
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if meeting.off else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = vText(name or "Concord")
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{to}")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", "-//Concord//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(meeting))
    calendar.add_component(event)
    year = starts.year
    calendar.add_missing_timezones(first_date=date(year, 1, 1), last_date=date(year + 1, 12, 31))
    return bytes(calendar.to_ical())

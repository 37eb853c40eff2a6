"""A meeting as a calendar file: when, and which case; no word of a child, and no place. Pure."""

from datetime import datetime, timedelta

from icalendar import Calendar, Event

LENGTH = timedelta(hours=1)


def invitation(reference: str, number: int, at: datetime, made: datetime, link: str) -> bytes:
    """The file (RFC 5545). Times are aware. The place is somebody's own words, and is left out."""
    event = Event()
    event.add("uid", f"{reference}-{number}@concord")
    event.add("dtstamp", made)
    event.add("dtstart", at)
    event.add("dtend", at + LENGTH)
    event.add("summary", f"Meeting: Concord case {reference}")
    event.add("description", f"Who, where and about what: sign in to Concord. {link}")
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//Concord//Meetings//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())

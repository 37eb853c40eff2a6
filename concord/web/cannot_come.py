"""What somebody does who is asked to a meeting and cannot come: whom they tell, and how."""

from concord.cases.doorway import Look, Viewer
from concord.notifications.posting import reach
from concord.rules.meetings import Meeting, may_change, may_choose
from concord.web.presenting import Names
from concord.web.sides import Reached, reached


def cannot_come(look: Look, who: Viewer, meeting: Meeting, names: Names) -> str:
    """Whom to tell, in words; "" for whoever is not asked, or can move the meeting themselves.

    No side puts a meeting off by itself, so nobody says here that they do not come: whoever called
    it, or else the business manager, moves it.
    """
    is_asked = any(may_choose(meeting, seat) for seat in look.seats)
    if not meeting.is_to_come or not is_asked:
        return ""
    if any(may_change(meeting, seat) for seat in look.seats):
        return ""
    caller = names.seat(meeting.by)
    people = "; ".join(_contact(each) for each in reached(look, who, meeting.by))
    tell = f"tell whoever called it: {people or caller}"
    if meeting.at is None:
        does = (
            f"If none of these times works for you, choose none, and {tell}. They can call it off "
            "and propose other times."
        )
    else:
        does = f"If you cannot come, {tell}. They can move it."
    unit = reach(look.case.partnership)
    return f"{does} If you do not reach them, the business manager can do so too: tell {unit}."


def _contact(person: Reached) -> str:
    title = f" ({person.title})" if person.title else ""
    return f"{person.name}{title}, {person.telephone or person.email}"

"""Mail to somebody who is not told by a notice: a code to prove an address, an invitation.

Sent at once, because somebody waits for it. It says nothing of any case.
"""

from datetime import datetime

from django.conf import settings

from concord.directory.models import Partnership
from concord.notifications.carriers import Away, Letter, Never, NotNow, carrier, guard
from concord.notifications.models import new_message_id


class NotPosted(Exception):
    """The mail could not be sent; the words say why, for a page."""


def post(to: str, subject: str, lines: tuple[str, ...], at: datetime) -> bool:
    """Send a mail now. False where mail is off, as in the demonstration. Raises NotPosted."""
    by = carrier()
    if by is None:
        if settings.DEMONSTRATION:
            return False
        raise NotPosted("This instance sends no mail yet.")
    try:
        guard(to)
        body = "\n".join(lines) + "\n"
        by.send(Letter(to, subject, body, new_message_id(), at))
    except Never as error:
        raise NotPosted("The mail server will not take mail for this address.") from error
    except (Away, NotNow) as error:
        raise NotPosted("The mail server does not take mail now.") from error
    finally:
        by.close()
    return True


def code_letter(code: str, minutes: int) -> tuple[str, tuple[str, ...]]:
    """Subject and lines of the mail with a code to prove a work address."""
    return "Concord: your code", (
        f"Your code is {code}.",
        "",
        f"Type it on the page where you asked for it, within {minutes} minutes. It works once.",
        "Nobody from Concord will ask you for it.",
        "",
        "If you did not ask for a code, do nothing.",
        "A child in danger now: call 999.",
    )


def changed_letter(what: str) -> tuple[str, tuple[str, ...]]:
    """Subject and lines of the mail that says what changed in how somebody signs in."""
    return "Concord: how you sign in was changed", (
        f"Of your account: {what}.",
        "You were signed out of Concord in all other browsers.",
        "",
        "If it was you, do nothing. If it was not, tell your administrator now.",
        "A child in danger now: call 999.",
    )


def token_letter(until: str) -> tuple[str, tuple[str, ...]]:
    """Subject and lines of the mail that says that somebody made a token for the API."""
    return "Concord: a token for a program was made", (
        f"Of your account: a token was made. By it a program reads as you until {until}.",
        "",
        "If it was you, do nothing. If it was not, end it now: sign in, open your name, and then "
        "'Programs that read as you'. Tell your administrator too.",
        "A child in danger now: call 999.",
    )


def closed_letter(partnership: Partnership | None) -> tuple[str, tuple[str, ...]]:
    """Subject and lines of the mail to an address whose account was closed."""
    return "Concord: your account is closed", (
        "Somebody asked Concord for a code to this address. Its account was closed, so there is "
        "no code.",
        "To raise a concern, or to have the account opened again, ask "
        + (reach(partnership) if partnership else "your partnership's business unit")
        + ".",
        "",
        "A child in danger now: call 999.",
    )


def invitation_letter(
    address: str, partnership: Partnership, until: str
) -> tuple[str, tuple[str, ...]]:
    """Subject and lines of the mail that invites an outsider. The code comes by telephone."""
    return "Concord: your professional view is asked for", (
        f"A professional of {partnership.name} asks for your view on one question. It takes "
        "about two minutes.",
        "",
        address,
        "",
        "The page asks for a code. Whoever invited you reads it to you by telephone. It never "
        "comes by mail.",
        f"The invitation ends {until}.",
        "",
        f"If you did not expect this, or no one has called you, ask {reach(partnership)}.",
        "A child in danger now: call 999.",
    )


def reach(partnership: Partnership) -> str:
    """The business unit, with how to reach it."""
    unit = partnership.business_unit or f"the business unit of {partnership.name}"
    ways = (partnership.business_unit_telephone, partnership.business_unit_email)
    contact = ", ".join(way for way in ways if way)
    return f"{unit}: {contact}" if contact else unit

"""Mail by SMTP, through Django's own mail backend, over one connection kept between letters."""

import re
import smtplib
import ssl
from collections.abc import Iterable
from email.utils import format_datetime
from functools import cached_property

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from concord.notifications.carriers import Away, Letter, Never, NotNow, Refused

_OF_THE_ADDRESS = re.compile(r"5\d\d 5\.[12]\.")
"""The enhanced status codes of an address and of a mailbox (RFC 3463, 3.2 and 3.3)."""


class Proven(EmailBackend):
    """Django's, to a server that proves who it is; and proves who Concord is, by a certificate.

    Django's own, once it has a certificate to show, believes no authority, and so no server.
    """

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """What TLS is made with. Raises OSError where the certificate or its key is not there."""
        context = ssl.create_default_context()
        if self.ssl_certfile:
            context.load_cert_chain(self.ssl_certfile, self.ssl_keyfile)
        return context


class Smtp:
    """Carries letters to the mail server that the settings name."""

    def __init__(self) -> None:
        self._backend = Proven(fail_silently=False)

    def send(self, letter: Letter) -> str:
        """Hand a letter over. Raises Away, NotNow or Never."""
        mail = EmailMessage(
            letter.subject,
            letter.body,
            settings.CONCORD_MAIL_FROM,
            [letter.to],
            headers={
                "Message-ID": letter.message_id,
                "Date": format_datetime(letter.told),
                "Auto-Submitted": "auto-generated",
            },
        )
        if letter.calendar:
            kind = f"text/calendar; method={letter.calendar.method}"
            mail.attach("meeting.ics", letter.calendar.content.decode(), kind)
        try:
            self._backend.open()
            self._backend.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            code, says = next(iter(error.recipients.values()), (550, b""))
            if code == 421:
                raise self._away(error) from error
            raise _refusal(_words(code, says)) from error
        except smtplib.SMTPDataError as error:
            raise NotNow(_words(error.smtp_code, error.smtp_error)) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._away(error) from error
        return ""

    def returned(self) -> Iterable[str]:
        """Nothing: what comes back by mail is read by `concord bounce`."""
        return ()

    def close(self) -> None:
        """Leave the server."""
        self._backend.close()

    def _away(self, error: Exception) -> Away:
        self._backend.close()
        if isinstance(error, smtplib.SMTPResponseException):
            return Away(_words(error.smtp_code, error.smtp_error))
        return Away(f"The mail server cannot be reached: {type(error).__name__}.")


def _refusal(words: str) -> Exception:
    """What a refused recipient means. A server that relays for nobody answers 550 to everybody."""
    if words.startswith("4"):
        return NotNow(words)
    return Never(words) if _OF_THE_ADDRESS.match(words) else Refused(words)


def _words(code: int, says: bytes | str) -> str:
    """What the server said, cut to what a page can show."""
    text = says.decode("utf-8", "replace") if isinstance(says, bytes) else says
    return f"{code} {' '.join(text.split())}"[:250]

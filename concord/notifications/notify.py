"""Mail by GOV.UK Notify, through its own client library.

The service does not tell a repeat by its reference, so a letter that may have been handed over
before is looked up by it first.
"""

from collections.abc import Iterable
from typing import Any

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from concord.notifications.carriers import Away, Letter, Never, NotNow

FAILED = ("permanent-failure", "temporary-failure", "technical-failure")


class Notify:
    """Carries letters to GOV.UK Notify.

    The template has two places: ((subject)) as its subject, and ((body)) as its message.
    """

    def __init__(self, key: str, template: str, url: str) -> None:
        client: Any = NotificationsAPIClient
        self._client = client(key, base_url=url)
        # where it sends us on to would be handed the key and the letter: that is a fault, not a way
        self._client.request_session.max_redirects = 0
        self._template = template

    def send(self, letter: Letter) -> str:
        """Hand a letter over; returns Notify's number for it. Raises Away, NotNow or Never."""
        try:
            if letter.is_repeat:
                earlier = self._client.get_all_notifications(reference=letter.message_id)
                for each in earlier.get("notifications", []):
                    return str(each["id"])
            answer = self._client.send_email_notification(
                letter.to,
                self._template,
                personalisation={"subject": letter.subject, "body": letter.body},
                reference=letter.message_id,
            )
        except APIError as error:
            raise _failure(error) from error
        return str(answer["id"])

    def returned(self) -> Iterable[str]:
        """The references of the mails that Notify could not deliver in the last seven days."""
        found: list[str] = []
        try:
            for status in FAILED:
                answer = self._client.get_all_notifications(status=status, template_type="email")
                rows: list[dict[str, Any]] = answer.get("notifications", [])
                found += [str(row["reference"]) for row in rows if row.get("reference")]
        except APIError as error:
            raise _failure(error) from error
        return found

    def close(self) -> None:
        """Nothing is held open."""


def _failure(error: APIError) -> Exception:
    code = error.status_code
    if code == 400 and "email_address" in str(error.message):
        return Never("400 GOV.UK Notify refuses the address.")
    if code == 429:
        return NotNow("429 GOV.UK Notify asks to slow down.")
    return Away(f"GOV.UK Notify answers {code}.")

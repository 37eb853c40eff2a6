"""One notice to one person, once: of what is told as it happens, by no limit of a policy."""

from datetime import datetime
from typing import Any

from django.conf import settings

from concord.directory.models import User
from concord.notifications.models import Kind, MailState, Notice


def tell_once(
    key: str, kind: Kind, to: User | None, at: datetime, mail_from: datetime | None = None,
    **says: Any,
) -> Notice | None:  # fmt: skip
    """Tell somebody what was not told under this key yet: the notice; None where it was.

    `at` is aware. Its mail goes at once, or from `mail_from` on; there is none where nobody holds
    the post, and the business manager sees that. `says` are more columns of the notice.
    """
    mails = settings.CONCORD_MAIL != "none" and to is not None
    notice, is_new = Notice.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind, "recipient": to, "told": at, **says,
            "state": MailState.WAITING if mails else MailState.NONE,
            "not_before": (mail_from or at) if mails else None,
        },
    )  # fmt: skip
    return notice if is_new else None

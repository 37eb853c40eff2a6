"""Tells whoever reviews looks that somebody opened many children's cases within an hour."""

from django.conf import settings

from concord.access.table import REVIEW_LOOKS
from concord.directory.questions import holders
from concord.looks.models import Unusual
from concord.notifications.models import Kind, MailState, Notice


def tell_of_unusual(unusual: Unusual) -> list[Notice]:
    """One notice to each who reviews the looks of a partnership concerned, never about oneself."""
    mails = settings.CONCORD_MAIL != "none"
    made = []
    for partnership in unusual.partnerships.all():
        for role in REVIEW_LOOKS:
            posts = [
                post
                for post in holders(role, partnership, unusual.at)
                if post.user is not None and post.user != unusual.user
            ]
            if posts:
                break
        for post in posts:
            notice, is_new = Notice.objects.get_or_create(
                key=f"unusual:{unusual.pk}:{partnership.pk}:{post.user_id}",
                defaults={
                    "kind": Kind.LOOKS, "recipient": post.user, "post": post.role,
                    "told": unusual.at,
                    "state": MailState.WAITING if mails else MailState.NONE,
                    "not_before": unusual.at if mails else None,
                },
            )  # fmt: skip
            if is_new:
                made.append(notice)
    return made

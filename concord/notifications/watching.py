"""Tells whoever reviews looks that somebody opened many children's cases within an hour."""

from concord.access.table import REVIEW_LOOKS
from concord.directory.questions import holders
from concord.looks.models import Unusual
from concord.notifications.models import Kind
from concord.notifications.once import tell_once


def tell_of_unusual(unusual: Unusual) -> None:
    """One notice to each who reviews the looks of a partnership concerned, never about oneself."""
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
            key = f"unusual:{unusual.pk}:{partnership.pk}:{post.user_id}"
            tell_once(key, Kind.LOOKS, post.user, unusual.at, post=post.role)

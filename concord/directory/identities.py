"""Who somebody is to whom their agency has signed them in."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction

from concord.directory.models import AgencyIdentity, Post, User


class NotTheirs(Exception):
    """There is no account here for whom the agency named; says what to do instead."""


def identified(
    agency: str, domains: Collection[str], issuer: str, subject: str, email: str, at: datetime
) -> User:
    """The account of a verified address (`email`, empty if it is not) at an agency (slug).

    `domains`: what stands after the @ in the agency's addresses.

    `subject` is the agency's own number for the person. The first one that comes with an address
    stays its own: an address that is given to somebody new does not open the old account.
    Raises NotTheirs.
    """
    if not email:
        raise NotTheirs("Your agency does not say that it has verified your work address.")
    if email.rpartition("@")[2] not in domains:
        raise NotTheirs("The work address that your agency gave is not one of that agency's.")
    user = User.objects.filter(email=email, is_active=True).first()
    posts = Post.objects.held(at.date()).filter(user=user, agency__slug=agency)
    if user is None or not posts.exists():
        raise NotTheirs(
            "Concord knows nobody by this work address who holds a post at that agency now. Ask "
            "your administrator to add you."
        )
    try:
        with transaction.atomic():
            theirs, _ = AgencyIdentity.objects.get_or_create(
                user=user, issuer=issuer, defaults={"subject": subject, "since": at}
            )
    except IntegrityError:
        theirs = None
    if theirs is None or theirs.subject != subject:
        raise NotTheirs(
            "This work address belonged to somebody else at your agency before. Ask your "
            "administrator."
        )
    return user

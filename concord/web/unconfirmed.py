"""What somebody reads of their agency's other cases before it has confirmed that it knows them.

The table of access opens nothing to them but what they raised. A warning that shows only where
there is a case would tell them that there is one, and anybody who proves an address could try
names. So these words are the same whether there is one or not, and the warning itself goes to
whoever confirms them.
"""

from datetime import datetime

from concord.cases.doorway import Look
from concord.cases.same_child import is_confirmed_in
from concord.directory.arrivals import confirmers, post_that_confirms
from concord.directory.models import Agency, Post, User
from concord.web.raiser import Raiser


def before_sending(by: Raiser) -> str:
    """On the page where the answers are checked; "" for whoever is confirmed, or writes for others.

    Whose address is not proved is told the post alone: no name and no telephone.
    """
    if by.agency is None or by.partnership is None or by.is_on_behalf:
        return ""
    if by.viewer is not None and is_confirmed_in(by.viewer, by.agency.slug):
        return ""
    user = by.viewer.user if by.viewer else None
    posts = confirmers(by.agency, by.partnership, by.at, user)
    who = post_that_confirms(posts, by.agency, by.partnership)
    return (
        f"{_may(who)} If you can reach them now, ask them before you send this"
        f"{_reached(posts) if user else ''}. If you cannot, send it: nothing holds a concern back."
    )


def after_sending(look: Look, user: User, at: datetime) -> str:
    """On the page that says that a concern was sent, at a moment (aware)."""
    raising = look.state.parties.raising
    if raising not in look.unconfirmed:
        return ""
    agency, partnership = Agency.objects.get(slug=raising), look.case.partnership
    posts = confirmers(agency, partnership, at, user)
    who = post_that_confirms(posts, agency, partnership)
    return f"{_may(who)} You can ask them now{_reached(posts)}."


def _may(who: str) -> str:
    return (
        "Your agency may already have a case about this child. Concord does not say so to anybody "
        f"whom their agency has not confirmed: {who} can see it, and tells you."
    )


def _reached(posts: tuple[Post, ...]) -> str:
    found = [
        f"{post.user.name} ({post.title})"
        + (f", {post.user.telephone}" if post.user.telephone else "")
        for post in posts
        if post.user
    ]
    return f": {'; '.join(found)}" if found else ""

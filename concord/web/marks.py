"""What a case page says of the people in it: who is to be confirmed yet, and by whom."""

from datetime import datetime

from concord.cases.doorway import Look
from concord.directory.arrivals import newcomers_among, post_that_confirms, who_confirms
from concord.directory.models import Newcomer
from concord.rules.words import Status


def marks(look: Look, at: datetime) -> list[str]:
    """Sentences about people of the case whom their agency has not said that it knows, at a moment
    (aware).
    """
    people = look.case.summary.attached
    if not people:
        return []
    found = newcomers_among(people, look.state.parties.agencies)
    is_open = look.state.status is Status.OPEN
    goes_on = " The case goes on meanwhile." if is_open else ""
    stays = (
        "The case stays open: the" if is_open else "What was raised may be true all the same: the"
    )
    return [
        f"{each.post.user} is to be confirmed by {_by(each, at)}.{goes_on}"
        if each.known is None
        else f"{each.post.agency} does not know {each.post.user}, who acted in its name. {stays} "
        "agency and the business unit look into it."
        for each in found
    ]


def _by(newcomer: Newcomer, at: datetime) -> str:
    """The post that owes the answer: not every agency has a safeguarding lead on Concord."""
    post = newcomer.post
    assert post.agency is not None
    return post_that_confirms(who_confirms(newcomer, at), post.agency, post.partnership)

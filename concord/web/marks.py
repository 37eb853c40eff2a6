"""What a case page says of the people in it: who is to be confirmed yet, and by whom."""

from concord.cases.doorway import Look
from concord.directory.arrivals import newcomers_among


def marks(look: Look) -> list[str]:
    """Sentences about people of the case whom their agency has not said that it knows."""
    people = look.case.summary.attached
    if not people:
        return []
    found = newcomers_among(people, look.state.parties.agencies)
    return [
        f"{each.post.user} is to be confirmed by the safeguarding lead of {each.post.agency}. "
        "The case goes on meanwhile."
        if each.known is None
        else f"{each.post.agency} does not know {each.post.user}, who acted in its name. The "
        "case stays open: the agency and the business unit look into it."
        for each in found
    ]

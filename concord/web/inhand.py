"""How long each side of a case has had it in hand, by the names that a page gives them."""

from datetime import datetime

from concord.cases.doorway import Look
from concord.rules.holding import PARTNERSHIP, holder, working_days
from concord.rules.words import Side
from concord.web.counting import Held
from concord.web.presenting import Names


def held(look: Look, names: Names, at: datetime) -> tuple[Held, ...]:
    """Each that has had the case in hand, up to its end or to `at` (aware), and who has it now."""
    parties = look.state.parties
    titles = {
        Side.RAISING.value: names.agencies.get(parties.raising, parties.raising),
        Side.RESPONDING.value: ", ".join(names.agencies.get(a, a) for a in parties.responding),
        PARTNERSHIP: look.case.partnership.name,
    }
    now = holder(look.state, at)
    days = working_days(look.state, at)
    return tuple(Held(titles[key], count, key == now) for key, count in days.items())

"""How a clause is cited to a reader: a policy's by its name, Concord's own rule by what it says.

"house-6" means nothing to anybody but the machine: whoever is refused by such a rule reads the
rule itself.
"""

import re
from typing import Any

from concord.rules.words import HOUSE_RULES, House

OWN = "Concord's own rule:"
_CODE = re.compile(r"house-\d+")


def cited(clause: Any, before: str = "", beside: str = "") -> str:
    """A clause, or several with commas between, as a reader is shown them; empty for none.

    `before` stands before a policy's clause alone: "clause ". `beside` are the words that a rule
    is cited for: where they are the rule itself, it is not said twice.
    """
    text = str(clause or "")
    if is_own(text) and HOUSE_RULES[House(text)] == beside:
        return OWN.rstrip(":")
    said = _CODE.sub(lambda found: _own(found.group()), text)
    return f"{before}{said}" if text and not is_own(text) else said


def by_clause(clause: Any) -> str:
    """The clause after its "by", or what Concord's own rule says: for the middle of a sentence."""
    text = str(clause or "")
    if not text:
        return ""
    return f"by {_own(text).rstrip('.')}" if is_own(text) else f"by clause {text}"


def is_own(clause: Any) -> bool:
    """Whether it is a rule of Concord's own and no policy's clause."""
    return str(clause) in tuple(House)


def _own(code: str) -> str:
    return f"{OWN} {HOUSE_RULES[House(code)]}" if is_own(code) else code

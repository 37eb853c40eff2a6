"""The template to start from: Concord's own layout of a form, with placeholders for its answers."""

from dataclasses import replace
from datetime import datetime

from concord.documents.composing import compose
from concord.documents.directory import CaseNames
from concord.documents.filling import Filled
from concord.documents.word import write_word
from concord.documents.word_templates.inventing import REFERENCE
from concord.documents.word_templates.placing import FOOT, Place, places
from concord.rules.forms import FormRule
from concord.rules.naming import Names
from concord.rules.policy import Policy


def starter(form: FormRule, policy: Policy, partnership: str, at: datetime) -> bytes:
    """A template of a form as a .docx file, with a place for everything. `at` is aware."""
    names = CaseNames(REFERENCE, partnership, Names(policy, {}, {}), {}, {})
    filled = [_placed(place) for place in places(form)]
    return write_word(compose(form, names, at, filled, f"{{{{ {FOOT} }}}}"))


def _placed(place: Place) -> Filled:
    """A field with its placeholders for an answer; its boxes stand one under another."""
    if not place.boxes:
        return Filled(place.field, (f"{{{{ {place.whole} }}}}",), ())
    boxes = tuple(f"{{{{ {name} }}}} {words}" for name, words in place.boxes)
    field = replace(place.field, choices=())
    return Filled(field, (*boxes, f"{{{{ {place.other} }}}}"), ())

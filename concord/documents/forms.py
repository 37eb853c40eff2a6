"""The forms of a case, filled as it stands: what is missing, and the document of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from concord.cases.doorway import Look
from concord.documents import composing
from concord.documents.directory import names_of
from concord.documents.filling import Filled, Missing, fill, missing
from concord.documents.known.found import Filling
from concord.documents.model import Document
from concord.policies.library import house_forms
from concord.rules.forms import FormRule
from concord.rules.policy import Policy
from concord.rules.words import Form


def forms_of(policy: Policy) -> tuple[FormRule, ...]:
    """The forms of a case: the policy's, then Concord's own."""
    return (*policy.forms, *house_forms())


def referral_of(policy: Policy) -> tuple[FormRule, ...]:
    """The forms whose sending is the referral, and freezes the case's bundle.

    They are those that the policy marks. Where it marks none, having no form to refer with,
    Concord's own record of the case is sent to the body that is to hear it.
    """
    marked = tuple(form for form in policy.forms if form.bundle)
    return marked or tuple(form for form in house_forms() if form.form is Form.CASE_RECORD)


def form_of(policy: Policy, name: str) -> FormRule | None:
    """A form by its name; None where neither the policy nor Concord has it."""
    return next((form for form in forms_of(policy) if form.form == name), None)


@dataclass(frozen=True, slots=True)
class Ready:
    """A form of a case as it could be opened now."""

    form: FormRule
    filled: tuple[Filled, ...]
    missing: tuple[Missing, ...]
    later: Mapping[str, tuple[Missing, ...]]
    """What an office is to add after the form has come, by the office's title."""

    @property
    def known(self) -> int:
        """How many of its fields hold something."""
        return sum(1 for each in self.filled if not each.is_empty)


def ready_forms(look: Look, at: datetime) -> tuple[Ready, ...]:
    """Every form of a case, filled as it stands at a moment (aware)."""
    names = names_of(look.case, look.state, at)
    found = []
    for form in forms_of(look.state.policy):
        filled = fill(Filling(look.state, names, at, form))
        offices = [form.second_author] if form.second_author else []
        later = {names.seats.office(each): missing(filled, each) for each in offices}
        found.append(Ready(form, filled, missing(filled), later))
    return tuple(found)


def as_it_stands(look: Look, form: FormRule, at: datetime, by: str) -> Document:
    """The document of a form as the case fills it now. `by`: who prints it, by name."""
    names = names_of(look.case, look.state, at)
    filled = fill(Filling(look.state, names, at, form))
    foot = composing.printed(look.case.reference, by, at)
    return composing.compose(form, names, at, filled, foot)

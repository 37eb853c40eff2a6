"""What every form of Concord has."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from concord.web.forms.fields import AnyOf, Day

MARK = "page"
"""The field by which a page says which opening of it this is."""


class PlainForm(forms.Form):
    """A form that keeps what was typed, and can say where its mistakes are."""

    use_required_attribute = False
    follow_ups: Mapping[str, Mapping[str, Sequence[str]]] = {}
    """Of a choice of one: the fields that what is chosen leads to. Without script all are shown."""

    def follows(self, name: str) -> bool:
        """Whether a field is shown below a choice that leads to it, and not on its own."""
        return any(name in each for to in self.follow_ups.values() for each in to.values())

    def holds(self, names: Sequence[str]) -> bool:
        """Whether something is typed or wrong in one of these fields, so that none is hidden."""
        for name in names:
            value = self[name].value()
            if self.errors.get(name) or (any(value) if isinstance(value, list) else value):
                return True
        return False

    def first_input(self, name: str) -> str:
        """The id of a field's first input, for the error summary to lead to."""
        end = "_day" if isinstance(self.fields.get(name), Day) else ""
        return f"id_{name}{end}"

    @classmethod
    def initial_from(cls, typed: dict[str, Any]) -> dict[str, Any]:
        """What was typed before, as a form's first values: a day's three parts in one list."""
        found = dict(typed)
        for name in {key[:-4] for key in typed if key.endswith("_day")}:
            found[name] = [typed.get(f"{name}_{part}", "") for part in ("day", "month", "year")]
        return found

    def fill(self, typed: QueryDict, but: Collection[str] = ()) -> None:
        """Fill in, as a form's first values, what was typed before."""
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(typed, MultiValueDict(), name)
            # nothing ticked is sent as nothing at all; anything else not sent was not asked then
            unasked = value is None or (isinstance(field, Day) and not any(map(bool, value)))
            if name not in but and not unasked:
                self.initial[name] = value

    def typed(self) -> dict[str, Any]:
        """All that was typed, as it was typed, for a draft; but NUL, which no store holds."""
        found: dict[str, Any] = {}
        for name, value in self.data.items():
            if name not in (MARK, "csrfmiddlewaretoken", "action"):
                several = isinstance(self.fields.get(name), AnyOf)
                if several and isinstance(self.data, QueryDict):
                    found[name] = [each.replace("\0", "") for each in self.data.getlist(name)]
                else:
                    found[name] = str(value).replace("\0", "")
        return found

"""What every form of Concord has."""

from typing import Any

from django import forms
from django.http import QueryDict

from concord.web.forms.fields import AnyOf, Day


class PlainForm(forms.Form):
    """A form that keeps what was typed, and can say where its mistakes are."""

    use_required_attribute = False

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

    def typed(self) -> dict[str, Any]:
        """All that was typed, as it was typed, for a draft; but NUL, which no store holds."""
        found: dict[str, Any] = {}
        for name, value in self.data.items():
            if name not in ("csrfmiddlewaretoken", "action"):
                several = isinstance(self.fields.get(name), AnyOf)
                if several and isinstance(self.data, QueryDict):
                    found[name] = [each.replace("\0", "") for each in self.data.getlist(name)]
                else:
                    found[name] = str(value).replace("\0", "")
        return found

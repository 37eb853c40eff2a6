"""A browser without script, as far as forms go: what a page asks, and what is sent from it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponseBase
from django.test import Client

Values = dict[str, list[str]]
TEXT = frozenset({"text", "email", "tel", "search", ""})


@dataclass
class Field:
    """One field of a form, as a person sees it."""

    name: str
    kind: str
    """"text" for one line, "words" for several, "hidden", "radio", "checkbox" or "select"."""
    values: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)


@dataclass
class FormOnPage:
    """A form with its fields, filled in as it came."""

    action: str
    keeps: bool
    method: str = "get"
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def texts(self) -> list[Field]:
        """The fields that are typed in."""
        return [each for each in self.fields.values() if each.kind in ("text", "words")]

    def typed(self) -> dict[str, str]:
        """What stands in the fields that are typed in."""
        return {each.name: each.values[0] if each.values else "" for each in self.texts}

    def data(self, **more: str) -> Values:
        """What the browser would send: every line break as two characters."""
        found = {
            each.name: [value.replace("\n", "\r\n") for value in each.values]
            for each in self.fields.values()
            if each.values
        }
        return {**found, **{name: [value] for name, value in more.items()}}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[FormOnPage] = []
        self.open: FormOnPage | None = None
        self.area: Field | None = None
        self.select: Field | None = None
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = FormOnPage(
                has.get("action", ""), "data-keep" in has, has.get("method", "get").lower()
            )
            self.forms.append(self.open)
        if self.open is None or ("name" not in has and tag != "option"):
            return
        match tag:
            case "input":
                self._input(self.open, has)
            case "textarea":
                self.area = self.open.fields.setdefault(has["name"], Field(has["name"], "words"))
                self.text = []
            case "select":
                self.select = self.open.fields.setdefault(has["name"], Field(has["name"], "select"))
            case "option" if self.select is not None:
                self.select.options.append(has.get("value", ""))
                if "selected" in has:
                    self.select.values = [has.get("value", "")]

    def _input(self, form: FormOnPage, has: dict[str, str]) -> None:
        kind = has.get("type", "text")
        if kind in ("submit", "button", "file", "password"):
            return
        kind = "text" if kind in TEXT else kind
        found = form.fields.setdefault(has["name"], Field(has["name"], kind))
        value = has.get("value", "on" if kind in ("radio", "checkbox") else "")
        if kind in ("radio", "checkbox"):
            found.options.append(value)
            if "checked" in has:
                found.values.append(value)
        else:
            # one line: a browser takes line breaks out of it
            found.values = [value.replace("\n", "").replace("\r", "")]

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area is not None:
            text = "".join(self.text).replace("\r\n", "\n").replace("\r", "\n")
            # the first line break of a textarea is not part of its value
            self.area.values = [text[1:] if text.startswith("\n") else text]
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.open = None


def forms_of(page: str) -> list[FormOnPage]:
    """Every form of a page."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.forms


def kept_form(page: str) -> FormOnPage | None:
    """The form of a page whose words are kept; None if the page has none."""
    return next((each for each in forms_of(page) if each.keeps), None)


@dataclass
class Tab:
    """One tab of a browser: it follows where it is sent, and knows what it shows."""

    client: Client
    address: str = ""
    page: str = ""
    status: int = 0
    form: FormOnPage | None = None
    history: list[str] = field(default_factory=list)

    def open(self, address: str) -> "Tab":
        """Open an address."""
        return self._shown(self.client.get(address, headers=NAVIGATES), address)

    def send(self, action: str = "send") -> "Tab":
        """Press the form's button."""
        return self.send_again(self.sent_by(action))

    def sent_by(self, action: str = "send") -> Values:
        """What pressing the button would send."""
        assert self.form is not None, self.page[-3000:]
        return self.form.data(action=action)

    def send_again(self, data: Values) -> "Tab":
        """Send what was sent before, as it was."""
        answer = self.client.post(self.address, as_encoded(data), headers=NAVIGATES)
        return self._shown(answer, self.address)

    def save(self) -> dict[str, Any]:
        """What the page's script does while somebody types."""
        assert self.form is not None
        answer = self.client.post("/kept", as_encoded(self.form.data()))
        found: dict[str, Any] = answer.json()
        return found

    def _shown(self, answer: HttpResponseBase, address: str) -> "Tab":
        for _ in range(5):
            if answer.status_code not in (302, 303):
                break
            address = answer.headers["Location"]
            answer = self.client.get(address, headers=NAVIGATES)
        self.address, self.status = address, answer.status_code
        self.history.append(address)
        self.page = answer.content.decode()  # type: ignore[attr-defined]
        self.form = kept_form(self.page)
        return self


NAVIGATES = {"Sec-Fetch-Mode": "navigate"}


def as_encoded(data: Values) -> dict[str, Any]:
    """For Django's own client."""
    return {name: values if len(values) > 1 else values[0] for name, values in data.items()}

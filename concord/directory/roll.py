"""What a spreadsheet of agencies and people says, or every mistake in it. Changes nothing."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import slugify

from concord.directory.kinds import Kind
from concord.directory.spreadsheet import (
    SHEETS,
    Formula,
    Mistake,
    Row,
    SpreadsheetMistakes,
    Table,
)
from concord.rules.words import Tier

SINCE_BEFORE = date(2020, 1, 1)
"""Since when a post is held whose row does not say."""
PARTNERSHIP = "partnership"
SLUG = 50


@dataclass(frozen=True, slots=True)
class Office:
    """An office that a person may hold: the partnership's, any party's, or one agency's own."""

    id: str
    title: str
    of: Literal["partnership", "agency", "party"] = "partnership"
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """An agency that is in the directory already; whether it is in this partnership."""

    slug: str
    name: str
    missing_tiers: tuple[str, ...] = ()
    is_member: bool = True


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """What a row says of an agency."""

    slug: str
    name: str
    kind: str
    titles: dict[str, str]
    missing_tiers: tuple[str, ...]
    executive_member: bool = False
    key_partner: bool = False
    adopted: date | None = None
    review_due: date | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What a row says of a person in one post; `agency` is empty for the partnership's own."""

    name: str
    email: str
    telephone: str
    agency: str
    role: str
    title: str
    since: date
    until: date | None
    deputy: bool


@dataclass(frozen=True, slots=True)
class Roll:
    """All that the spreadsheets say. `vacant` are posts listed with nobody in them."""

    agencies: tuple[AgencyRow, ...]
    people: tuple[PersonRow, ...]
    vacant: tuple[str, ...]


@dataclass(slots=True)
class _Cells:
    """The cells of one row, read one by one; mistakes are noted and reading goes on."""

    table: Table
    row: Row
    mistakes: list[Mistake]

    def wrong(self, key: str, says: str) -> None:
        self.mistakes.append(self.table.mistake(self.row.number, key, says))

    def text(self, key: str) -> str:
        """The cell as text; empty where there is none, or a mistake in it."""
        if key not in self.row.cells:
            return ""  # the heading is missing, which is told once
        column = next(each for each in SHEETS[self.table.sheet] if each.key == key)
        value = self.row.cells.get(key)
        if isinstance(value, Formula):
            self.wrong(key, "this is a formula. Write the value itself.")
            return ""
        text = " ".join(str("" if value is None else value).split())
        if not text:
            if column.required:
                self.wrong(key, "this is empty, and every row needs it.")
            return ""
        if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in text):
            self.wrong(key, "this has a character that cannot be kept. Type it again.")
            return ""
        if len(text) > column.longest:
            self.wrong(key, f"this is longer than {column.longest} letters. Shorten it.")
            return ""
        return text

    def yes(self, key: str) -> bool:
        value = self.row.cells.get(key)
        text = ("yes" if value else "no") if isinstance(value, bool) else self.text(key).lower()
        if text not in ("yes", "y", "no", "n", ""):
            self.wrong(key, f"'{text}' is neither yes nor no.")
        return text in ("yes", "y")

    def day(self, key: str) -> date | None:
        value = self.row.cells.get(key)
        if isinstance(value, date):
            return value
        text = self.text(key)
        if not text:
            return None
        for form in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y"):
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007
            except ValueError:
                continue
        self.wrong(key, f"'{text}' is no date. Write it as 2026-01-31 or 31/01/2026.")
        return None


def read_roll(
    tables: Sequence[Table],
    offices: Sequence[Office],
    named: Mapping[str, str],
    known: Sequence[Known],
) -> Roll:
    """What the tables say. `named` are the agencies that the policy names: name to id.

    Raises SpreadsheetMistakes with every mistake in every table.
    """
    mistakes = [mistake for table in tables for mistake in table.mistakes]
    reader = _Reader(offices, {_same(name): slug for name, slug in named.items()}, known, mistakes)
    for table in tables:
        for row in table.rows:
            cells = _Cells(table, row, mistakes)
            reader.agency(cells) if table.sheet == "agencies" else reader.person(cells)
    if mistakes:
        raise SpreadsheetMistakes(mistakes)
    return Roll(tuple(reader.agencies), tuple(reader.people), tuple(reader.vacant))


def _same(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("_", " ").casefold().split())


class _Reader:
    """Reads row after row, and remembers those above, so that rows can contradict each other."""

    def __init__(
        self,
        offices: Sequence[Office],
        named: Mapping[str, str],
        known: Sequence[Known],
        mistakes: list[Mistake],
    ) -> None:
        self.named = named
        self.mistakes = mistakes
        self.agencies: list[AgencyRow] = []
        self.people: list[PersonRow] = []
        self.vacant: list[str] = []
        self.offices = {office.id: office for office in offices}
        self.posts = {_same(tier): tier.value for tier in Tier}
        self.posts |= {_same(office.title): office.id for office in offices}
        self.posts |= {_same(office.id): office.id for office in offices}
        self.there = {each.slug: each for each in known}
        self.members = {_same(each.name): each for each in known if each.is_member}
        self.agency_rows: dict[str, int] = {}
        self.names: dict[str, tuple[str, str, int]] = {}
        self.post_rows: dict[tuple[str, str, str, date], int] = {}

    def agency(self, cells: _Cells) -> None:
        """Read a row of the sheet of agencies."""
        before = len(self.mistakes)
        name = cells.text("name")
        kind = _kind(cells)
        missing = _tiers(cells)
        titles = {tier.value: text for tier in Tier if (text := cells.text(tier))}
        for tier in titles:
            if tier in missing:
                cells.wrong(tier, "this tier has a title, and is also among the tiers missing.")
        executive, key_partner = cells.yes("executive_member"), cells.yes("key_partner")
        adopted, review = cells.day("adopted"), cells.day("review_due")
        if review is not None and (adopted is None or review <= adopted):
            cells.wrong("review_due", "a review comes after the day on which it was adopted.")
        if adopted is not None and review is None:
            cells.wrong("review_due", "say when the review of the adopted policy is due.")
        slug = self._slug(cells, name)
        if name:
            # known to the sheet of people even if something else in this row is wrong
            self.members[_same(name)] = Known(slug, name, missing)
        if len(self.mistakes) == before:
            self.agencies.append(
                AgencyRow(
                    slug, name, kind, titles, missing, executive, key_partner, adopted, review
                )
            )

    def _slug(self, cells: _Cells, name: str) -> str:
        if not name:
            return ""
        slug = self.named.get(_same(name)) or slugify(name)[:SLUG].strip("-")
        if not slug or slug == PARTNERSHIP:
            cells.wrong("name", f"'{name}' cannot be an agency's name. Write its full name.")
            return ""
        if slug in self.agency_rows:
            cells.wrong("name", f"this agency stands in row {self.agency_rows[slug]} already.")
        elif slug in self.there and _same(self.there[slug].name) != _same(name):
            cells.wrong(
                "name",
                f"'{self.there[slug].name}' is there already and is too like this name. "
                "Write it the same way, or more differently.",
            )
        self.agency_rows.setdefault(slug, cells.row.number)
        return slug

    def person(self, cells: _Cells) -> None:
        """Read a row of the sheet of people."""
        if not any(cells.row.cells.get(key) for key in ("name", "email", "telephone")):
            self._vacancy(cells)
            return
        before = len(self.mistakes)
        name, email, telephone = cells.text("name"), _email(cells), _telephone(cells)
        agency, role = self._seat(cells)
        since, until = cells.day("since"), cells.day("until")
        if until is not None and until < (since or SINCE_BEFORE):
            cells.wrong("until", "this is before the day since when the post is held.")
        title, deputy = cells.text("title"), cells.yes("deputy")
        if not title and role in self.offices:
            title = self.offices[role].title
        if email and name:
            first = self.names.setdefault(email, (name, telephone, cells.row.number))
            if first[0] != name:
                cells.wrong("name", f"row {first[2]} gives this e-mail address to {first[0]}.")
            elif telephone and first[1] not in ("", telephone):
                cells.wrong("telephone", f"row {first[2]} gives this person another number.")
            elif telephone:
                self.names[email] = (name, telephone, first[2] if first[1] else cells.row.number)
        seat = (email, agency, role, since or SINCE_BEFORE)
        if email and role:
            earlier = self.post_rows.setdefault(seat, cells.row.number)
            if earlier != cells.row.number:
                cells.wrong("post", f"row {earlier} gives this person the same post already.")
        if email and len(self.mistakes) == before:
            self.people.append(
                PersonRow(
                    name, email, telephone, agency, role, title,
                    since or SINCE_BEFORE, until, deputy,
                )
            )  # fmt: skip

    def _vacancy(self, cells: _Cells) -> None:
        before = len(self.mistakes)
        self._seat(cells)
        title = cells.text("title") or cells.text("post")
        if len(self.mistakes) == before:
            self.vacant.append(f"{title}, {cells.text('agency')}")

    def _seat(self, cells: _Cells) -> tuple[str, str]:
        """The agency's slug, empty for the partnership, and the tier or office held there."""
        where, post = cells.text("agency"), cells.text("post")
        home = self.members.get(_same(where))
        is_partnership = _same(where) == PARTNERSHIP
        if where and home is None and not is_partnership:
            cells.wrong(
                "agency",
                f"there is no agency '{where}'. Add it to the sheet of agencies, or write "
                "Partnership for a post of the partnership itself.",
            )
        role = self.posts.get(_same(post), "")
        if post and not role:
            known = ", ".join(dict.fromkeys([*map(_words, Tier), *self._titles()]))
            cells.wrong("post", f"there is no post '{post}'. The posts are: {known}.")
        if not role or (home is None and not is_partnership):
            return "", ""
        says = self._misplaced(role, home)
        if says:
            cells.wrong("agency", says)
        return (home.slug if home else ""), role

    def _titles(self) -> list[str]:
        return [office.title for office in self.offices.values()]

    def _misplaced(self, role: str, home: Known | None) -> str:
        """Why this post cannot be held there; empty when it can."""
        office = self.offices.get(role)
        if office is None:
            if home is None:
                return f"a {_words(role)} is one of an agency. Write the agency's name."
            if role in home.missing_tiers:
                return f"the sheet of agencies says that {home.name} has no {_words(role)}."
            return ""
        if office.of == "partnership" and home is not None:
            return f"'{office.title}' is an office of the partnership. Write: Partnership."
        if office.of != "partnership" and home is None:
            return f"'{office.title}' is an office of an agency. Write the agency's name."
        if office.of == "agency" and home is not None and office.agency != home.slug:
            return f"'{office.title}' is an office of one agency, and {home.name} is not the one."
        return ""


def _words(tier: str) -> str:
    return tier.replace("_", " ")


def _kind(cells: _Cells) -> str:
    text = cells.text("kind")
    for value, label in Kind.choices:
        if _same(text) in (_same(value), _same(str(label))):
            return str(value)
    if text:
        known = ", ".join(str(label) for label in Kind.labels)
        cells.wrong("kind", f"there is no kind '{text}'. The kinds are: {known}.")
    return ""


def _tiers(cells: _Cells) -> tuple[str, ...]:
    known = {_same(tier): tier.value for tier in Tier}
    found: list[str] = []
    for part in filter(None, re.split(r"\s*[,;]\s*", cells.text("missing"))):
        if _same(part) in known:
            found.append(known[_same(part)])
        else:
            tiers = ", ".join(map(_words, Tier))
            cells.wrong("missing", f"there is no tier '{part}'. The tiers are: {tiers}.")
    if len(set(found)) == len(Tier):
        cells.wrong("missing", "an agency has at least one tier.")
    return tuple(tier.value for tier in Tier if tier.value in found)


def _email(cells: _Cells) -> str:
    text = cells.text("email").lower()
    if not text:
        return ""
    try:
        validate_email(text)
    except ValidationError:
        cells.wrong("email", f"'{text}' is no e-mail address. Write it as name@example.org.")
        return ""
    return text


def _telephone(cells: _Cells) -> str:
    if isinstance(cells.row.cells.get("telephone"), int | float):
        cells.wrong("telephone", "this is a number, which loses its first 0. Make the cell text.")
        return ""
    text = cells.text("telephone")
    if text and not re.fullmatch(r"\+?[\d ()-]{3,}(\s*(x|ext\.?)\s*\d+)?", text):
        cells.wrong("telephone", f"'{text}' is no telephone number.")
        return ""
    return text

"""Who types where: the made world's people and their pages, and what is done by sending them."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from random import Random

from django.db import connection, models, transaction
from django.utils import timezone

from concord.cases import invitations, kept
from concord.cases.contents import content_of
from concord.cases.models import Case, Draft, Entry, Invitation, Registered
from concord.cases.register import says
from concord.directory.models import Newcomer, Post, PostChange, Token, User
from concord.documents.models import TemplateChoice, WordTemplate
from concord.looks.models import Review
from concord.subject_access.models import Redaction, Request, Said, Step
from tests.kept.browsing import Tab
from tests.kept.places import Walked, Where
from tests.pages.world import World
from tests.turns import TURNS, this_turn

TIMES = int(os.environ.get("CONCORD_KEPT_TIMES") or 100)
SEED = int(os.environ.get("CONCORD_KEPT_SEED") or 20261125)
OUTSIDER, FIRST_TIME = "outsider", "first time"
DONE: dict[str, tuple[type[models.Model], str]] = {
    "records": (Entry, "*"), "cases": (Case, "*"), "posts": (Post, "*"),
    "changes": (PostChange, "*"), "invitations": (Invitation, "*"), "answered": (Invitation, "ended"),
    "newcomers": (Newcomer, "known"), "templates": (WordTemplate, "*"),
    "registered": (Registered, "*"), "requests": (Request, "*"), "steps": (Step, "*"),
    "redactions": (Redaction, "*"), "said": (Said, "*"),
    "choices": (TemplateChoice, "*"), "reviews": (Review, "*"), "people": (User, "*"),
    "tokens": (Token, "*"),
}  # fmt: skip
"""What a form does: the table, and the column that says so."""
WORDS: tuple[type[models.Model], ...] = (
    Review, Newcomer, WordTemplate, TemplateChoice, Request, Step, Redaction, Said, Token,
)  # fmt: skip
"""The tables besides the records where what was typed may stand then."""


@dataclass
class Everybody:
    """The world, and every place in it where somebody types."""

    world: World
    walked: Walked

    def tab(self, where: Where) -> Tab:
        """A tab with the page."""
        return Tab(self.world.clients[where.who]).open(where.address)

    @contextmanager
    def gone(self, where: Where) -> Iterator[None]:
        """Their browser has forgotten them meanwhile; afterwards all is as it was."""
        client = self.world.clients[where.who]
        cookies = client.cookies
        client.cookies = SimpleCookie()
        try:
            yield
        finally:
            client.cookies = cookies

    def come_back(self, where: Where, user: User | None) -> None:
        """They sign in again, or type a new code, in a browser that had forgotten them."""
        client = self.world.clients[where.who]
        if where.who == OUTSIDER:
            token = where.address.partition("?")[0].rsplit("/", 1)[-1]
            asked = invitations.by_token(token)
            assert asked is not None
            code = invitations.new_code(asked, timezone.now(), "")
            client.post(where.address, {"code": code})
        elif user is not None:
            client.force_login(user)

    def user(self, where: Where) -> User | None:
        """Who that is, if they have an account."""
        number = self.world.clients[where.who].session.get("_auth_user_id")
        return User.objects.get(pk=number) if number else None

    def each_time(self, seed: int) -> Iterator[tuple[Where, Random]]:
        """So many times, over every page in turn: each at least once, whatever is asked for.

        Where a run takes a part by its turn, it has a part of the pages, that much less often.
        """
        places = list(self.walked.places)
        Random(seed).shuffle(places)
        times = TIMES if this_turn() is None else TIMES // TURNS
        for number in range(max(times, len(places))):
            yield places[number % len(places)], Random(seed * 1000 + number)


def at_least(many: int) -> int:
    """Of so many that there are in all, what a run finds at least that takes a part by its turn."""
    return many if this_turn() is None else many // TURNS // 2


@dataclass
class Faults:
    """What went wrong, page by page: one that fails hides no other."""

    found: list[str] = field(default_factory=list)

    @contextmanager
    def at(self, where: Where) -> Iterator[None]:
        """Note what fails at a page."""
        try:
            yield
        except AssertionError as fault:
            self.found.append(f"{where}: {str(fault)[:1500]}")

    def none(self) -> None:
        """Fail if anything did."""
        assert not self.found, f"{len(self.found)} faults\n" + "\n\n".join(self.found)


@contextmanager
def and_undone() -> Iterator[None]:
    """What is done here is undone afterwards: each time begins with the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    kept.forget()


def done() -> Counter[str]:
    """How much was done so far, of everything that a form does."""
    counts = [f"(SELECT COUNT({column}) FROM {of._meta.db_table})" for of, column in DONE.values()]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}")
        found = Counter(dict(zip(DONE, cursor.fetchone(), strict=True)))
    found["concerns"] = Draft.objects.filter(kind="raise").count()
    return found


def typed_is_there(typed: dict[str, str], tab: Tab, where: Where) -> None:
    """Every character that was typed stands in the form of the page again."""
    assert tab.form is not None, (where, tab.status, tab.page[-2000:])
    assert {name: tab.form.typed().get(name) for name in typed} == typed, where


def can_be_copied(typed: dict[str, str], tab: Tab, where: Where) -> None:
    """Every character that was typed stands on the page, outside of a form."""
    page = unescape(tab.page).replace("\r\n", "\n")
    for name, value in typed.items():
        assert value in page, (where, name)


def is_somewhere(typed: dict[str, str], tab: Tab, where: Where, before: Counter[str]) -> None:
    """What was typed is in the record, if there is one; else it is on the page to be sent."""
    if done() == before and tab.address.partition("?")[0] == where.address:
        typed_is_there(typed, tab, where)
        return
    words = _recorded(before["records"]).replace("\r\n", "\n")
    for name, value in typed.items():
        if not name.endswith(("_day", "_month", "_year", "clock")) and value.strip():
            assert value.strip() in words, (where, name)


def _plain(text: str) -> str:
    """A text; of one that holds others, as a record does, these."""
    try:
        return "\0".join(str(each) for each in json.loads(text).values())
    except (ValueError, AttributeError):
        return text


def _recorded(after: int) -> str:
    """The words of every record after the first so many, and of what else forms change."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    for entry in Entry.objects.order_by("pk")[after:]:
        walk(json.loads(content_of(entry)))
    for each in Invitation.objects.all():
        found += [each.name, each.post, each.email]
    for line in Registered.objects.select_related("case", "partnership"):
        walk(dict(says(line)))  # encrypted with the key of its case
    for draft in Draft.objects.filter(kind="raise"):
        walk(draft.data)
    for user in User.objects.order_by("-pk")[:3]:
        found += [user.name, user.email, user.telephone]
    for of in WORDS:
        texts = [
            each.name
            for each in of._meta.fields
            if isinstance(each, (models.CharField, models.TextField))
        ]
        for row in of._default_manager.values_list(*texts):
            found += [_plain(str(each)) for each in row]
    return "\0".join(found)

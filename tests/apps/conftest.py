"""The one fixed cast of the pages and the ledger: the demonstration's invented people."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model
from django.test import Client

from concord.cases.ledger import Done, open_case
from concord.cases.models import Case
from concord.demo.cast import build_cast
from concord.directory.models import Agency, Partnership, Post, User
from concord.rules.clock import LONDON
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side

AT = datetime(2026, 11, 23, 9, 30, tzinfo=LONDON)


Rows = list[tuple[str, list[tuple[Any, ...]]]]


@pytest.fixture(scope="session")
def rows_of_the_cast() -> Rows:
    """The cast's rows, by the statement that puts them in: made once, then put in as they are."""
    return []


@pytest.fixture
def cast(db: None, rows_of_the_cast: Rows) -> dict[str, Partnership]:
    """Five partnerships with their agencies and people, by slug."""
    tables = list(apps.get_app_config("directory").get_models())
    with connection.cursor() as cursor:
        if not rows_of_the_cast:
            build_cast()
            rows_of_the_cast += [_as_they_are(cursor, table) for table in tables]
        else:
            for statement, rows in rows_of_the_cast:
                cursor.executemany(statement, rows)
            for statement in connection.ops.sequence_reset_sql(no_style(), tables):
                cursor.execute(statement)
    return {partnership.slug: partnership for partnership in Partnership.objects.all()}


def _as_they_are(cursor: Any, table: type[Model]) -> tuple[str, list[tuple[Any, ...]]]:
    """What puts the rows of a table in again; each value as the database writes it."""
    quoted = connection.ops.quote_name
    names = [quoted(str(each.column)) for each in table._meta.concrete_fields]
    bare = [f"+{each}" if connection.vendor == "sqlite" else f"{each}::text" for each in names]
    at = quoted(table._meta.db_table)
    cursor.execute(f"SELECT {', '.join(bare)} FROM {at}")
    places = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {at} ({', '.join(names)}) VALUES ({places})", cursor.fetchall()


@pytest.fixture
def person(cast: dict[str, Partnership]) -> Callable[[str, str], User]:
    """Who holds a post: person("practitioner", "sandwell-school") or person("chair", "sandwell")."""

    def held(role: str, where: str) -> User:
        posts = Post.objects.select_related("user").filter(role=role)
        post = posts.filter(agency__slug=where).first()
        post = post or posts.filter(agency=None, partnership__slug=where).first()
        assert post is not None
        assert post.user is not None
        return post.user

    return held


@pytest.fixture
def as_person(person: Callable[[str, str], User]) -> Callable[[str, str], Client]:
    """A browser in which somebody is signed in."""

    def signed_in(role: str, where: str) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(person(role, where))
        return client

    return signed_in


@pytest.fixture
def opened(person: Callable[[str, str], User]) -> Case:
    """A case between Sandwell's school and its Children's Trust, raised on 23 November 2026."""
    school = Agency.objects.get(slug="sandwell-school")
    trust = Agency.objects.get(slug="sandwell-childrens-trust")
    raiser = person("practitioner", "sandwell-school")
    record = Record(
        n=1, at=AT, written=AT, by=Who("practitioner", Side.RAISING, school.slug), act=Act.RAISE,
        key="the-raise",
        text={
            "child.1.name": "Plum Invented", "child.1.born": "2015-04-03",
            "decision_challenged": "The referral was closed.", "user": str(raiser.pk),
            "by_name": raiser.name,
        },
    )  # fmt: skip
    sandwell = Partnership.objects.get(slug="sandwell")
    answer = open_case(sandwell, school, [trust], {}, record, raiser)
    assert isinstance(answer, Done)
    return answer.case

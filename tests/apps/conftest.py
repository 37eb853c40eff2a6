"""The one fixed cast of the pages and the ledger: the demonstration's invented people."""

from collections.abc import Callable
from datetime import datetime

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


@pytest.fixture(scope="session")
def rows_of_the_cast() -> list[tuple[type[Model], list[Model]]]:
    """The cast's rows, table by table: made by the demonstration once, then put in as they are."""
    return []


@pytest.fixture
def cast(
    db: None, rows_of_the_cast: list[tuple[type[Model], list[Model]]]
) -> dict[str, Partnership]:
    """Five partnerships with their agencies and people, by slug."""
    tables = list(apps.get_app_config("directory").get_models())
    if not rows_of_the_cast:
        build_cast()
        rows_of_the_cast += [(table, list(table._default_manager.all())) for table in tables]
    else:
        for table, rows in rows_of_the_cast:
            table._default_manager.bulk_create(rows)
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            with connection.cursor() as cursor:
                cursor.execute(statement)
    return {partnership.slug: partnership for partnership in Partnership.objects.all()}


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

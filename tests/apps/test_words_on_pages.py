"""The policies' own words stand where a person needs them, each with its clause."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from concord.directory.models import Partnership
from concord.policies.library import load
from tests.policies.shown import shows

SignIn = Callable[[str, str], Client]
ALL = ("cumbria", "sandwell", "lincolnshire", "st-helens", "bromley")


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def question(client: Client, partnership: str, step: str) -> str:
    """A question of raising, once the area is chosen."""
    begun = client.post("/raise")
    token = begun.headers["Location"].split("/")[2]
    chosen = client.post(f"/raise/{token}/area", {"place": "", "partnership": partnership})
    assert chosen.status_code == 302
    return text_of(client, f"/raise/{token}/{step}")


@shows("SA-01", "SA-03", "SA-04", "SA-45", "SA-08", "CU-01", "CU-02", "LI-14", "LI-21", "SH-22",
       "SH-02", "BR-02", "BR-22", "BR-24")  # fmt: skip
@pytest.mark.parametrize("slug", ALL)
def test_an_areas_page_shows_its_scope_and_principles(
    cast: dict[str, Partnership], client: Client, slug: str
) -> None:
    shown = text_of(client, f"/area/{slug}")
    file = load(cast[slug].policy_id).file
    says = [(part.says, part.clause) for part in (*file.scope.applies_to, *file.principles)]
    for words, clause in says + [(part.says, part.clause) for part in file.scope.grounds]:
        assert " ".join(words.split()) in shown
        assert clause in shown


def test_the_registers_counts_are_shown(cast: dict[str, Partnership]) -> None:
    grounds = {
        name: load(name).file.scope.grounds for name in ("sandwell", "cumbria", "lincolnshire")
    }
    # eleven examples of Sandwell (one with SA-43's condition), six of Cumbria, five of Lincolnshire;
    # and in each an open last one
    assert [len(grounds[name]) for name in grounds] == [12, 7, 6]
    assert len([p for p in load("sandwell").file.principles if p.clause == "SA-03"]) == 9


@shows("BR-01", "BR-08")
def test_what_a_policy_is_read_with_is_linked(cast: dict[str, Partnership], client: Client) -> None:
    answer = client.get("/area/bromley").content.decode()
    assert 'href="https://www.londonsafeguardingchildrenprocedures.co.uk"' in answer


@shows("SA-08", "SA-42", "SA-46", "SA-47", "SA-48", "SH-21", "BR-03", "BR-07", "BR-23")
@pytest.mark.parametrize(
    ("slug", "agency", "clauses"),
    [
        ("sandwell", "sandwell-school", ("SA-08", "SA-42", "SA-46", "SA-47")),
        ("st-helens", "st-helens-school", ("SH-21",)),
        ("bromley", "bromley-school", ("BR-03", "BR-07", "BR-23")),
    ],
)
def test_support_is_offered_at_the_moment_of_raising(
    as_person: SignIn, slug: str, agency: str, clauses: tuple[str, ...]
) -> None:
    shown = question(as_person("practitioner", agency), slug, "why")
    for clause in clauses:
        assert clause in shown
    assert "Each agency supports its staff to raise a concern." in shown
    assert "Unsure whom to approach?" in shown


@shows("SA-04", "BR-02", "CU-02", "LI-14")
@pytest.mark.parametrize("slug", ALL)
def test_the_grounds_are_asked_at_raising(as_person: SignIn, slug: str) -> None:
    shown = question(as_person("practitioner", f"{slug}-school"), slug, "decision")
    policy = {"st-helens": "st_helens"}.get(slug, slug)
    for ground in load(policy).file.scope.grounds:
        assert " ".join(ground.says.split()) in shown


@shows("SA-43")
def test_whether_it_was_raised_in_the_conference_is_asked(as_person: SignIn) -> None:
    shown = question(as_person("practitioner", "sandwell-school"), "sandwell", "decision")
    assert "did you raise it during the conference" in shown


@shows("LI-17")
def test_who_is_unsure_is_sent_to_their_liaison_officer(as_person: SignIn) -> None:
    shown = question(as_person("practitioner", "lincolnshire-school"), "lincolnshire", "why")
    assert "Ask your Senior Liaison Officer" in shown


@shows("BR-21")
def test_an_overdue_review_shows(cast: dict[str, Partnership], client: Client) -> None:
    assert "Its review is overdue" in text_of(client, "/area/bromley")
    assert "Its review is overdue" not in text_of(client, "/area/cumbria")

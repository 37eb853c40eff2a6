"""CI's share of `bin/campaign hostile`: a hundred requests and more, and that the check can fail."""

import logging
from collections.abc import Iterator

import pytest

from campaign import hostile
from campaign.hostile import Attack
from campaign.tricks import TRICKS, Hostile
from concord.access.routes import BOTH, ROUTES, Door, Row
from tests.access.people import crowd_of
from tests.pages.addresses import ADDRESSES
from tests.pages.conftest import filled as filled
from tests.pages.world import World
from tests.turns import of_this_run

pytestmark = pytest.mark.django_db

SHARE = 120


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Most of what is asked here is refused: nobody needs it in the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def attack(filled: World) -> Attack:
    return Attack(crowd_of(filled), routes=of_this_run(sorted(ADDRESSES), 4))


def test_a_share_of_hostile_requests_opens_nothing_and_breaks_nothing(attack: Attack) -> None:
    result = hostile.fresh(seed=7)
    while result["requests"] < SHARE:
        hostile.one(attack, 7, result)
    assert not result["faults"], "\n".join(result["faults"])
    # every trick had its turn, and some of what was asked was in order
    assert set(result["answers"]) == {trick.__name__ for trick in TRICKS}
    said = hostile.counted(result)
    assert said["200"] and said["404"] and said["405"]


def test_a_door_that_opens_wider_is_found(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Hostile("GET", "/looks/review")
    assert attack.ask("colleague", asked) == (404, [])
    wide = {**ROUTES, "looks-review": Row(Door.SIGNED_IN, BOTH)}
    monkeypatch.setattr("concord.web.doors.ROUTES", wide)
    status, faults = attack.ask("colleague", asked)
    assert status == 200
    assert faults == ["200 at looks-review, which is not open to them"]


def test_a_child_named_to_whoever_has_nothing_to_do_with_it_is_found(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(attack.not_for["colleague"]) > 5
    monkeypatch.setattr(attack, "not_for", {"colleague": ["Help"]})
    assert attack.ask("colleague", Hostile("GET", "/help")) == (200, ["tells of Help"])


@pytest.mark.parametrize("length", ["x", "-1", "²", "1e3"])
def test_a_length_that_is_none_is_refused_wherever_it_is_read(attack: Attack, length: str) -> None:
    address = f"/case/{attack.crowd.world.cases['live']}/discuss"
    for name in ("colleague", "signed out", "practitioner raising"):
        asked = Hostile("POST", address, fields=[("said", "Seen.")], length=length)
        assert attack.ask(name, asked) == (400, [])


def test_a_fault_is_found(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("concord.web.views.about.page", broken)
    assert attack.ask("signed out", Hostile("GET", "/help")) == (500, ["500"])

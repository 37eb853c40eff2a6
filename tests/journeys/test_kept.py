"""In a real browser: Back, a double click, a dead line, two tabs, and the end of a session."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.walking import Walk
from tests.turns import of_this_run

pytestmark = pytest.mark.browser
Begin = Callable[..., Walk]
SCHOOL, OTHER = "Sandwell Meadow School", "sandwell-childrens-trust"
ODD = "\n\n  Bruises “seen” twice:\n\n- <b>left</b> arm & leg 👩‍👧‍👦\n  Zoë said 'ow'.  "
BOTH = [
    pytest.param(True, id="with-javascript"),
    pytest.param(False, id="without-javascript"),
]  # fmt: skip


@pytest.fixture
def teacher(walk: Begin) -> Callable[..., Walk]:
    """Somebody who has raised a concern."""

    def begin(**way: object) -> Walk:
        me = walk(axe=False, **way).become(SCHOOL, "Class teacher")
        return me.raise_concern("sandwell", OTHER, "threshold")

    return begin


def records(me: Walk) -> int:
    """How many records the case has."""
    page = me.page.context.new_page()
    page.goto(f"{me.server}{me.case}/timeline")
    found = page.locator(".concord-timeline > li").count()
    page.close()
    return found


def fill_a_talk(page: Page, said: str) -> None:
    """All that a talk asks, but for the button."""
    page.check(f"[name=present][value='practitioner@{OTHER}']")
    page.check("[name=means][value=telephone]")
    page.check("[name=outcome][value=unresolved]")
    page.fill("#id_said", said)


@pytest.mark.parametrize("javascript", of_this_run(BOTH, 2))
def test_back_after_sending_a_concern_shows_that_it_was_sent(
    teacher: Callable[..., Walk], javascript: bool
) -> None:
    me = teacher(javascript=javascript)
    for _ in range(6):
        me.page.go_back()
        assert me.page.title().endswith("- Concord"), me.page.title()
    assert me.failed == []
    assert "Your concern has been sent" in me.page.content()


@pytest.mark.parametrize("javascript", of_this_run(BOTH, 2))
def test_back_through_refusals_shows_pages_and_all_that_was_typed(
    teacher: Callable[..., Walk], javascript: bool
) -> None:
    me = teacher(javascript=javascript)
    me.go(f"{me.case}/discuss")
    me.page.fill("#id_said", ODD)
    me.press("Record this")
    assert "There is something to put right" in me.page.content()
    assert me.page.input_value("#id_said") == ODD
    fill_a_talk(me.page, ODD)
    me.press("Record this")
    assert me.page.url.endswith(me.case)
    before = records(me)
    for _ in range(2):
        me.page.go_back()
        assert me.page.title().endswith("Record a discussion - Concord"), me.page.title()
        assert "You have sent this page" in me.page.content()
    assert records(me) == before
    # and Back after moving the case offers no further move
    me.escalate()
    me.page.go_back()
    assert "You have just moved this case" in me.page.content()


@pytest.mark.parametrize("javascript", of_this_run(BOTH, 2))
def test_a_double_click_records_once(teacher: Callable[..., Walk], javascript: bool) -> None:
    me = teacher(javascript=javascript)
    before = records(me)
    me.go(f"{me.case}/discuss")
    fill_a_talk(me.page, ODD)
    me.page.get_by_role("button", name="Record this", exact=True).dblclick(no_wait_after=True)
    me.page.wait_for_url(f"**{me.case}")
    assert records(me) == before + 1


def test_a_dead_line_keeps_the_page_and_what_is_on_it(teacher: Callable[..., Walk]) -> None:
    me = teacher(javascript=True)  # without a script a browser shows its own page, and goes back
    before = records(me)
    me.go(f"{me.case}/discuss")
    me.page.context.set_offline(True)
    fill_a_talk(me.page, ODD)
    me.page.get_by_role("button", name="Record this", exact=True).click()
    expect(me.page.locator("[data-saved]")).to_contain_text("No connection")
    assert me.page.input_value("#id_said") == ODD
    me.page.context.set_offline(False)
    expect(me.page.locator("[data-saved]")).to_contain_text("Saved at", timeout=40_000)
    me.press("Record this")
    assert me.page.url.endswith(me.case)
    assert records(me) == before + 1


@pytest.mark.parametrize("javascript", of_this_run(BOTH, 2))
def test_an_answer_that_is_lost_is_asked_for_again_and_the_act_is_done_once(
    teacher: Callable[..., Walk], javascript: bool
) -> None:
    me = teacher(javascript=javascript)
    before = records(me)
    me.go(f"{me.case}/discuss")
    fill_a_talk(me.page, ODD)

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    me.page.route(re.compile(r"/discuss"), lose)
    with me.page.expect_event("requestfailed", lambda request: request.method == "POST"):
        me.page.get_by_role("button", name="Record this", exact=True).click(no_wait_after=True)
    me.page.unroute(re.compile(r"/discuss"))
    assert records(me) == before + 1
    me.page.goto(f"{me.server}{me.case}/discuss")
    assert "You have sent this page" in me.page.content()
    assert me.page.input_value("#id_said") == ""


@pytest.mark.parametrize("javascript", of_this_run(BOTH, 2))
def test_two_tabs_keep_their_own_words(teacher: Callable[..., Walk], javascript: bool) -> None:
    me = teacher(javascript=javascript)
    me.go(f"{me.case}/discuss")
    other = me.page.context.new_page()
    other.goto(f"{me.server}{me.case}/discuss")
    fill_a_talk(me.page, ODD)
    fill_a_talk(other, "Something else.")
    for page in (me.page, other) if javascript else ():
        expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    me.press("Record this")
    after = records(me)
    with other.expect_navigation():
        other.get_by_role("button", name="Record this", exact=True).click()
    assert "Something was recorded while you were writing" in other.content()
    assert other.input_value("#id_said") == "Something else."
    assert records(me) == after


def test_what_is_typed_is_there_after_the_browser_was_closed(teacher: Callable[..., Walk]) -> None:
    me = teacher(javascript=True)  # without a script only what is sent is kept, as the page says
    me.go(f"{me.case}/discuss")
    me.page.fill("#id_said", ODD)
    me.go("/work")  # before anything was saved by the clock: as the page goes, it is
    me.go(f"{me.case}/discuss")
    assert me.page.input_value("#id_said") == ODD
    assert "and have not sent it" in me.page.content()
    kept = me.page.evaluate("() => [localStorage.length, sessionStorage.length]")
    assert kept == [0, 0]


def test_the_end_of_a_session_is_announced_and_can_be_put_off(walk: Begin) -> None:
    me = walk(javascript=True).become(SCHOOL, "Class teacher")
    left = {"left": 240}
    me.page.route(re.compile(r"/session$"), lambda route: route.fulfill(json=left))
    me.page.clock.install()
    me.go("/raise").press("Begin")
    banner = me.page.get_by_role("region", name="You will be signed out in")
    expect(banner).to_be_hidden()
    me.page.clock.fast_forward(56 * 60_000 + 10_000)
    expect(banner).to_be_visible()
    expect(me.page.get_by_role("alert")).to_contain_text("You will be signed out in 4 minutes")
    me.look()
    me.page.get_by_role("button", name="Stay signed in").press("Enter")
    expect(banner).to_be_hidden()
    # nobody is there: what was typed is saved, and the page about a child goes
    me.page.check("[name=risk][value=no]")
    left["left"] = 0
    me.page.clock.fast_forward(61 * 60_000)
    me.page.wait_for_url("**/sign-in?ended=**")
    assert "You were signed out, because nothing was sent" in me.page.content()

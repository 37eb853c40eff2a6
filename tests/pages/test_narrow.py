"""Lists on the smallest telephone: rows one below the other, each cell labelled, no endless page."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.pages.addresses import ADDRESSES
from tests.pages.looking import NARROW, WIDE, Eye, is_page
from tests.pages.many import crowd_in
from tests.pages.typing_in import Typed, sendings
from tests.pages.world import SCHOOL, TRUST, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
TALLEST = 7_000
"""How many pixels a list may be tall at 320 wide, however much there is to be listed."""
LISTS = {
    "/work": (
        "practitioner raising", "line manager", "head of service", "counterpart's manager",
        "business manager", "chair", "independent reviewing officer",
    ),
    "/notices?show=all": ("line manager", "business manager", "head of service"),
    "/looks/mine": ("business manager",),
    "/looks/review": ("auditor",),
    "/notices/undelivered": ("business manager",),
    "/emergencies": ("business manager",),
    "/breaches": ("business manager",),
    "/agencies": ("executive",),
    "/partnerships/sandwell/directory": ("business manager",),
    "/partnerships/sandwell/learning": ("business manager",),
    "/partnerships/sandwell/retention": ("business manager",),
    "/partnerships/sandwell": ("business manager",),
    "/partnerships/sandwell?show=late": ("business manager",),
    "/partnerships/sandwell?show=ended": ("business manager",),
    f"/agencies/{TRUST}": ("head of service",),
    f"/agencies/{SCHOOL}": ("line manager", "executive"),
}  # fmt: skip
"""Pages that are one list, and who looks at them."""
CELLS = """() => [...document.querySelectorAll(".concord-stacked")].flatMap(table =>
  [...table.querySelectorAll("tbody td")].filter(cell => cell.innerText.trim()).map(cell => [
    getComputedStyle(cell, "::before").content, cell.getBoundingClientRect().left,
    table.getBoundingClientRect().left, getComputedStyle(cell).display]))"""
LINES = """() => [...document.querySelectorAll("th[scope=row] a")].map(link =>
  [link.innerText, link.getClientRects().length])"""
TALL = "() => document.documentElement.scrollHeight"


@pytest.fixture(scope="module")
def ruler(chromium: Browser) -> Iterator[Eye]:
    opened = Eye(chromium)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def crowded(filled: World) -> World:
    """The filled instance after a busy year: no list is short."""
    crowd_in(filled)
    return filled


def drawn(eye: Eye, client: Client, address: str, width: int) -> Page:
    """A page of the service in a browser so many pixels wide."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return eye.draw(answer, address, width)


@pytest.mark.dear("crowded")
@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_no_endless_page_on_a_telephone(crowded: World, ruler: Eye, address: str) -> None:
    for who in LISTS[address]:
        tall = drawn(ruler, crowded.clients[who], address, NARROW).evaluate(TALL)
        assert tall <= TALLEST, f"{address} as {who} is {tall} pixels tall"


@pytest.mark.parametrize("address", ["/work", "/partnerships/sandwell", f"/agencies/{TRUST}"])
def test_a_table_stands_as_labelled_rows_on_a_telephone_and_as_a_table_on_a_desk(
    filled: World, ruler: Eye, address: str
) -> None:
    who = "head of service" if TRUST in address else "business manager"
    page = drawn(ruler, filled.clients[who], address, NARROW)
    cells = page.evaluate(CELLS)
    assert len(cells) > 10
    for label, left, edge, display in cells:
        assert label.endswith(': "'), label
        assert display == "block"
        assert abs(left - edge) < 1
    page = drawn(ruler, filled.clients[who], address, WIDE)
    assert {(label, display) for label, _, _, display in page.evaluate(CELLS)} == {
        ("none", "table-cell")
    }


@pytest.mark.dear("crowded")
@pytest.mark.parametrize("width", [NARROW, 700, WIDE])
def test_a_reference_stands_on_one_line(crowded: World, ruler: Eye, width: int) -> None:
    address = "/partnerships/sandwell/retention"
    page = drawn(ruler, crowded.clients["business manager"], address, width)
    found = page.evaluate(LINES)
    assert len(found) > 3
    assert [each for each in found if each[1] != 1] == []


def test_the_parts_of_a_list_are_gone_through_without_a_script(
    filled: World, chromium: Browser
) -> None:
    client = filled.clients["business manager"]
    eye = Eye(chromium, javascript=False)
    page = drawn(eye, client, "/partnerships/sandwell?show=", NARROW)
    ways = page.get_by_role("navigation", name="Pages of cases")
    here = ways.locator("[aria-current=page]")
    assert here.inner_text().strip() == "1"
    address = page.get_by_role("link", name="Next page of cases").get_attribute("href")
    assert address == "?show=&page=2#list-page"
    page = drawn(eye, client, f"/partnerships/sandwell{address.partition('#')[0]}", NARROW)
    assert here.inner_text().strip() == "2"
    eye.close()


def test_a_list_to_choose_from_within_an_answer_that_is_wrong_fits_on_a_telephone(
    filled: World, ruler: Eye
) -> None:
    # Given the page where it is said what became of an action,
    client, looked = filled.clients["line manager"], 0
    for place in ADDRESSES["act"](filled):
        if not place.address.endswith("/complete"):
            continue
        page = client.get(place.address)
        if page.status_code != 200:
            continue
        # when it is sent with far too much in it,
        for sending in sendings(page.content, place.address, Typed.TOO_MUCH):
            if sending.method != "post" or sending.address.startswith("/sign-out"):
                continue
            answer = client.post(sending.address, sending.data)
            if is_page(answer):
                # then nothing stands outside the page.
                looked += 1
                assert ruler.look(answer, place.address) == []
    assert looked

"""Long lists come a part at a time, in one order, with by when in words and who has had it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from concord.cases.ledger import Done, act, open_case
from concord.cases.models import Case, Entry
from concord.directory.models import Agency, Partnership, Post, User
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from concord.web.paging import BESIDE, part_of
from concord.web.views.posts import POSTS
from tests.apps.test_pages import text

SignIn = Callable[[str, str], Client]
Raise = Callable[..., Case]
TEACHER = Who("practitioner", Side.RAISING, "sandwell-school")


@pytest.fixture
def raised(person: Callable[[str, str], User]) -> Raise:
    """Raises a concern of the school's about the trust: raised(at, immediate_risk=True).

    With `escalated`, it goes to the managers at once, who have limits.
    """
    raiser, count = person("practitioner", "sandwell-school"), iter(range(1000))

    def go(at: datetime, escalated: bool = False, **facts: bool) -> Case:
        n = next(count)
        text = {
            "child.1.name": f"Plum {n} Invented", "child.1.born": "2015-04-03",
            "decision_challenged": "It was closed.", "user": str(raiser.pk),
            "by_name": raiser.name,
        }  # fmt: skip
        record = Record(
            n=1, at=at, written=at, by=TEACHER, act=Act.RAISE, key=f"raise-{n}", facts=facts,
            text=text,
        )  # fmt: skip
        answer = open_case(
            Partnership.objects.get(slug="sandwell"), Agency.objects.get(slug="sandwell-school"),
            [Agency.objects.get(slug="sandwell-childrens-trust")], {}, record, raiser,
        )  # fmt: skip
        assert isinstance(answer, Done)
        if escalated:
            on = Record(n=0, at=at, written=at, by=TEACHER, act=Act.ESCALATE, key=f"on-{n}")
            assert isinstance(act(answer.case.reference, on, raiser), Done)
        return answer.case

    return go


def section(shown: str, heading: str) -> str:
    """What a page shows under one heading."""
    found = shown[shown.index(f">{heading}") :]
    return found.partition("</table>")[0]


def links(shown: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="(\?[^"]*#list-[^"]*)"', shown)]


def test_a_part_has_the_ways_to_the_others_and_keeps_what_else_the_address_says() -> None:
    query = QueryDict("show=late&others=2&show=again&page=5")
    part = part_of(list(range(1, 231)), query)
    assert (part.number, part.parts, part.first, part.last, part.total) == (5, 10, 101, 125, 230)
    assert part.rows == list(range(101, 126))
    assert [each.number for each in part.links] == [1, None, 4, 5, 6, None, 10]
    assert [each.number for each in part.links if each.is_here] == [5]
    assert part.before == "?show=late&show=again&others=2&page=4#list-page"
    assert part.after == "?show=late&show=again&others=2&page=6#list-page"


@pytest.mark.parametrize(("asked", "number"), [
    ("", 1), ("page=0", 2), ("page=-1", 2), ("page=99", 2), ("page=x", 1), ("page=1e9", 1),
    ("page=%00", 1), ("page=99999999999999999999999", 2),
])  # fmt: skip
def test_a_part_that_is_not_there_is_brought_near(asked: str, number: int) -> None:
    assert part_of(list(range(30)), QueryDict(asked)).number == number


def test_an_empty_list_is_an_empty_part() -> None:
    part = part_of([], QueryDict())
    assert not part
    assert (part.rows, part.before, part.after) == ([], "", "")


def test_the_partnership_s_log_comes_in_parts_that_keep_the_filter(
    raised: Raise, as_person: SignIn
) -> None:
    # given a log of 23 cases that are late, raised one after the other
    now = timezone.now()
    cases = [raised(now - timedelta(days=60, hours=n), escalated=True) for n in range(23)]
    client = as_person("business_manager", "sandwell")
    found: list[str] = []
    address = "/partnerships/sandwell?show=late"
    # when somebody goes from part to part by the links alone
    for number in (1, 2, 3):
        shown = text(client.get(address))
        assert f"Page {number} of 3:" in shown
        assert "Late (23)</strong>" in shown
        found += re.findall(r'href="/case/([^"]+)"', section(shown, "Cases (23)"))
        following = [each for each in links(shown) if f"page={number + 1}" in each]
        address = "/partnerships/sandwell" + following[-1] if following else ""
    # then each case was seen once, and what was not shown was left out of none
    assert address == ""
    assert sorted(found) == sorted(case.reference for case in cases)
    assert len(set(found)) == 23


def test_my_work_comes_in_parts_each_list_by_itself(raised: Raise, as_person: SignIn) -> None:
    now = timezone.now()
    for n in range(12):
        raised(now - timedelta(hours=n))
    client = as_person("manager", "sandwell-childrens-trust")
    shown = text(client.get("/work"))
    assert "Page 1 of 2: 1 to 8 of 12." in shown
    assert shown.count('data-label="Case"') == 8
    second = text(client.get("/work?needs=2&others=7"))
    assert "Page 2 of 2: 9 to 12 of 12." in second
    assert second.count('data-label="Case"') == 4
    assert (
        "?needs=1&amp;others=7#list-needs" in client.get("/work?needs=2&others=7").content.decode()
    )
    # a list of cases that stands on no second part is on its only one
    assert "Page 1 of 2: 1 to 8 of 12." in text(client.get("/work?others=7"))


def test_what_needs_me_is_in_one_order_urgent_first_then_by_the_limit(
    raised: Raise, as_person: SignIn
) -> None:
    # given what is new, what is late, what is later still, and a child at risk, in no order
    now = timezone.now()
    new = raised(now, escalated=True)
    late = raised(now - timedelta(days=30), escalated=True)
    later = raised(now - timedelta(days=90), escalated=True)
    risk = raised(now - timedelta(days=1), immediate_risk=True)
    for role, where, wanted in (
        ("business_manager", "sandwell", (risk, later, late, new)),
        ("manager", "sandwell-school", (later, late, new)),
    ):
        shown = text(as_person(role, where).get("/work"))
        shown = shown[shown.index("<table") :].partition("</table>")[0]
        found = re.findall(r'href="/case/([\w-]+)"', shown)
        # then what presses most comes first
        assert found == [each.reference for each in wanted], role


def test_each_duty_says_by_when_and_how_long_is_left(raised: Raise, as_person: SignIn) -> None:
    raised(timezone.now() - timedelta(days=30), escalated=True)
    shown = text(as_person("manager", "sandwell-school").get("/work"))
    assert re.search(r"by the end of \w+ \d+ \w+ \d{4}: late by \d+ working days", shown), shown


def test_lists_and_logs_say_how_long_each_side_has_had_a_case(
    raised: Raise, as_person: SignIn
) -> None:
    raised(timezone.now() - timedelta(days=14))
    for role, where, address in (
        ("business_manager", "sandwell", "/partnerships/sandwell"),
        ("manager", "sandwell-childrens-trust", "/agencies/sandwell-childrens-trust"),
        ("manager", "sandwell-school", "/agencies/sandwell-school"),
    ):
        client = as_person(role, where)
        shown = text(client.get(address))
        assert re.search(r"In hand: the responding side \d+ working days \(now\)", shown), address
        rows = client.get(f"{address}/log.csv").content.decode("utf-8-sig").splitlines()
        assert "Working days with the raising side,Working days with the responding side" in rows[0]
        assert any(re.search(r",0,\d+,0,the responding side$", row) for row in rows), rows


def test_each_case_is_found_by_the_links_of_the_lists_beside_the_first_too(
    raised: Raise, as_person: SignIn
) -> None:
    # given more cases that wait for others than one part holds
    now = timezone.now()
    cases = [raised(now - timedelta(hours=n)) for n in range(2 * BESIDE + 1)]
    client = as_person("business_manager", "sandwell")
    found: set[str] = set()
    address = "/work"
    # when somebody goes from part to part of that list alone
    while address:
        shown = text(client.get(address))
        found |= set(re.findall(r'href="/case/([^"]+)"', section(shown, "Waiting for others")))
        before = [each for each in links(shown) if "others=" in each]
        ahead = re.search(r'href="([^"]*)" rel="next"', shown)
        address = "/work" + unescape(ahead[1]).partition("#")[0] if ahead else ""
        assert before
    # then each was seen, with its reference to be read, and there is a way to find one at once
    assert found == {case.reference for case in cases}
    last = text(client.get("/work?others=3"))
    assert sum(f">{case.reference}</span></a>" in last for case in cases) == 1
    assert 'href="/find"' in shown.partition("<main")[2]


def test_what_asks_nothing_is_folded_with_how_many_it_is_and_opens_where_it_is_gone_through(
    raised: Raise, as_person: SignIn
) -> None:
    # given one case that needs an answer, and more that have ended than are shown unfolded
    now = timezone.now()
    raised(now, escalated=True)
    by = Who("practitioner", Side.RAISING, "sandwell-school")
    raiser = User.objects.get(pk=Entry.objects.earliest("pk").written_by_id or 0)
    for n in range(BESIDE + 1):
        case = raised(now - timedelta(hours=n))
        end = Record(n=0, at=now, written=now, by=by, act=Act.WITHDRAW, key=f"end-{n}",
                     reason="The child is safe.")  # fmt: skip
        assert isinstance(act(case.reference, end, raiser), Done)
    client = as_person("manager", "sandwell-childrens-trust")
    # then it is folded, and says how many; going on in it finds it open
    folded = r'<details class="govuk-details"( open)?>.*?Lately ended: 6 cases'
    shown = re.search(folded, text(client.get("/work")), re.DOTALL)
    assert shown is not None
    assert shown[1] is None
    # and a case that has ended says how, and not what comes next
    assert 'data-label="How it ended">Withdrawn' in text(client.get("/work"))
    there = re.search(folded, text(client.get("/work?ended=2")), re.DOTALL)
    assert there is not None
    assert there[1] == " open"


def test_the_directory_comes_in_parts_and_shows_one_agency_s_posts_alone(
    as_person: SignIn,
) -> None:
    client = as_person("business_manager", "sandwell")
    whole, address = set(), "/partnerships/sandwell/directory"
    while address:
        shown = text(client.get(address))
        assert shown.count('data-label="Post"') <= POSTS
        whole |= set(re.findall(r"/posts/(\d+)/holder", shown))
        ahead = re.search(r'href="([^"]*)" rel="next"', shown)
        address = "/partnerships/sandwell/directory" + unescape(ahead[1]) if ahead else ""
    posts = Post.objects.filter(partnership__slug="sandwell", covers=False)
    assert whole == {str(post.pk) for post in posts}
    one = text(client.get("/partnerships/sandwell/directory?agency=sandwell-school"))
    school = posts.filter(agency__slug="sandwell-school")
    assert set(re.findall(r"/posts/(\d+)/holder", one)) == {str(post.pk) for post in school}

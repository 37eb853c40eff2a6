"""How a person walks through the pages; every page visited is looked at."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Locator, Page, Response

from tests.accessible import looked_at, violations


def soon(days: int) -> tuple[int, int, int]:
    """A day to come, as a form asks for it."""
    day = date.today() + timedelta(days=days)
    return day.day, day.month, day.year


@dataclass
class Walk:
    """Somebody in a browser. Each page must be styled, found, and without an axe violation."""

    page: Page
    server: str
    axe: bool
    case: str = ""
    visited: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(30_000)
        self.page.on("response", self._noticed)
        self.page.on("pageerror", lambda error: self.failed.append(f"script: {error}"))

    def _noticed(self, response: Response) -> None:
        if response.status >= 400 and response.status not in (409, 422):
            self.failed.append(f"{response.status} {response.url}")

    def look(self) -> None:
        """Look at the page that is open."""
        assert self.failed == []
        title = self.page.title()
        assert title.endswith("- Concord"), title
        self.visited.append(title)
        font = self.page.locator("h1").first.evaluate("node => getComputedStyle(node).fontFamily")
        assert "arial" in font.lower()
        wide = self.page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{title} scrolls sideways by {wide} pixels"
        if self.axe and not looked_at(self.page):
            assert violations(self.page) == []

    def go(self, address: str) -> "Walk":
        """Open an address of the service."""
        self.page.goto(self.server + address)
        self.look()
        return self

    def press(self, words: str) -> "Walk":
        """Press a button or follow a link by its words, and look at what comes."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).or_(
                self.page.get_by_role("link", name=words, exact=True)
            ).first.click()
        self.look()
        return self

    def reads(self, *words: str) -> "Walk":
        """Look for words on the page, as somebody who came for them would: folds are opened."""
        self.page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
        said = " ".join(self.page.locator("main").inner_text().split())
        for each in words:
            assert each in said, f"'{each}' is not on {self.page.url}: {said[:2000]}"
        return self

    def finds(self, *words: str) -> "Walk":
        """Look for words in the page's lists, part by part: as somebody who looks for one case."""
        waiting, seen = [self.page.url.partition("#")[0]], set()
        while waiting:
            here = waiting.pop(0)
            if here in seen:
                continue
            seen.add(here)
            if here != self.page.url.partition("#")[0]:
                self.go(here.removeprefix(self.server))
            said = " ".join((self.page.locator("main").text_content() or "").split())
            if all(each in said for each in words):
                return self.reads(*words)
            onward = self.page.get_by_role("link", name="Next page of", exact=False)
            self.page.locator("details").evaluate_all("all => all.forEach(e => e.open = true)")
            waiting += [
                urljoin(here, link.get_attribute("href") or "").partition("#")[0]
                for link in onward.all()
            ]
        raise AssertionError(f"{words} stand in no part of the lists at {here}")

    def follow(self, link: Locator) -> "Walk":
        """Follow a link or press a button that is on the page, and look at what comes."""
        with self.page.expect_navigation():
            link.click()
        self.look()
        return self

    def saves(self, words: str) -> bytes:
        """Press a button that gives a file, and read it."""
        with self.page.expect_download(timeout=120_000) as coming:
            self.page.get_by_role("button", name=words).or_(
                self.page.get_by_role("link", name=words)
            ).first.click()
        return coming.value.path().read_bytes()

    def become(self, agency: str, title: str) -> "Walk":
        """Sign in as whoever holds a post: by the agency's or partnership's name, and the title."""
        self.page.goto(f"{self.server}/sign-in?next={self.case or '/work'}")
        self.page.get_by_text(title, exact=False)
        rows = self.page.locator("li", has_text=f"{title}").filter(has_text=agency)
        row = rows.first
        row.locator("xpath=ancestor::details").evaluate("node => { node.open = true }")
        with self.page.expect_navigation():
            row.get_by_role("button").click()
        self.look()
        return self

    def fill(self, **values: Any) -> "Walk":
        """Fill a form: text, a tick or choice by value, a list of ticks, a date as (d, m, y)."""
        for name, value in values.items():
            if isinstance(value, tuple):
                for part, number in zip(("day", "month", "year"), value, strict=True):
                    self.page.fill(f"#id_{name}_{part}", str(number))
                continue
            first = self.page.locator(f"[name={name}]").first
            if first.evaluate("node => node.tagName") == "SELECT":
                self.page.select_option(f"#id_{name}", value)
            elif first.get_attribute("type") in ("radio", "checkbox"):
                for each in value if isinstance(value, list) else [value]:
                    self.page.check(f"[name={name}][value='{each}']")
            else:
                self.page.fill(f"#id_{name}", value)
        return self

    def act(self, name: str, button: str, **values: Any) -> "Walk":
        """Perform one act on the case by its form."""
        self.go(f"{self.case}/{name}").fill(**values).press(button)
        assert self.page.url.endswith(self.case), self.page.locator("main").inner_text()[:600]
        return self

    def raise_concern(
        self, area: str, agency: str, ground: str, risk: str = "no", **need: Any
    ) -> "Walk":
        """All questions of raising a concern, in at most twelve pages.

        `risk`: whether the child is at immediate risk; `need`: what is said of its plan or status.
        """
        self.go("/raise").press("Begin")
        before = len(self.visited)
        self.fill(risk=risk).press("Continue")
        self.fill(partnership=area).press("Continue")
        self.fill(matter="disagreement").press("Continue")
        self.fill(name_1="Plum Invented", born_1=(3, 4, 2015)).press("Continue")
        self.fill(agency=agency).press("Continue")
        self.fill(decision="The referral was closed.", ground=ground).press("Continue")
        self.fill(why="Bruises seen twice.", basis="evidence").press("Continue")
        self.fill(aim="An assessment.").press("Continue")
        self.fill(talked="no").press("Continue")
        self.fill(**{"child_protection": "no", **need}).press("Continue")
        self.fill(family="The family knows.").press("Continue")
        assert len(self.visited) - before <= 12
        self.press("Send this concern").press("See the case, and what happens next")
        self.case = self.page.url.removeprefix(self.server)
        return self

    def talk(self, with_: list[str], outcome: str = "unresolved", act: str = "discuss") -> "Walk":
        """Record a discussion or meeting."""
        return self.act(
            act, "Record this", present=with_, means="telephone", said="We spoke.",
            outcome=outcome,
        )  # fmt: skip

    def escalate(self) -> "Walk":
        """To the next stage."""
        return self.act("escalate", "Take it there")

    def stage(self) -> str:
        """The stage that the case page shows."""
        return self.page.locator(".govuk-caption-l").inner_text()

    def status(self) -> str:
        """The status that the case page shows."""
        return self.page.locator("main .govuk-tag").first.inner_text()

"""An eye: a page as a browser draws it, held to what every page of Concord promises.

No violation of axe, a title and one heading, its own styles and every file that it asks for;
nothing scrolls sideways on the smallest telephone or on a desk, and no words stand outside their
place. What is found wrong is said in words, and nothing is raised: a walk sees all of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.http import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, Page, Route

from tests.accessible import violations

SERVER = "http://concord.test"
NARROW, WIDE = 320, 1280

AS_DRAWN = """() => {
  const faults = [];
  const root = document.documentElement;
  const extra = root.scrollWidth - root.clientWidth;
  if (extra > 0) faults.push(`scrolls sideways by ${extra} pixels`);
  const headings = [...document.querySelectorAll("h1")];
  if (headings.length !== 1) faults.push(`has ${headings.length} headings of level 1`);
  else if (!headings[0].innerText.trim()) faults.push("has an empty heading");
  for (const node of [document.body, ...headings]) {
    const font = getComputedStyle(node).fontFamily.toLowerCase();
    if (!font.includes("arial")) faults.push(`${node.tagName} is set in ${font}`);
  }
  const header = document.querySelector(".concord-header");
  if (!header || getComputedStyle(header).backgroundColor !== "rgb(29, 53, 87)")
    faults.push("its own styles are not there");
  const scrolls = /auto|scroll|hidden|clip/;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const outside = new Set();
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!text.data.trim()) continue;
    let box = text.parentElement;
    if (box.closest("svg, .govuk-visually-hidden, .govuk-skip-link, script, style, select")) continue;
    if (!box.checkVisibility()) continue;
    while (getComputedStyle(box).display.startsWith("inline") && box.parentElement)
      box = box.parentElement;
    let inside = false;
    for (let up = box; up; up = up.parentElement)
      if (scrolls.test(getComputedStyle(up).overflowX)) inside = true;
    if (inside) continue;
    range.selectNodeContents(text);
    const right = Math.max(...[...range.getClientRects()].map(each => each.right));
    const over = Math.round(right - box.getBoundingClientRect().right);
    if (over > 1) outside.add(`"${text.data.trim().slice(0, 40)}" stands ${over} pixels outside ${box.tagName}.${box.className}`);
  }
  const main = document.querySelector("main");
  const edge = main ? main.getBoundingClientRect().right + 1 : 0;
  for (const box of main ? main.querySelectorAll("*") : []) {
    if (box.closest("svg, .govuk-visually-hidden") || !box.checkVisibility()) continue;
    const style = getComputedStyle(box);
    const drawn = ["Top", "Right", "Bottom", "Left"].some(
      side => parseFloat(style[`border${side}Width`]) > 0 && style[`border${side}Style`] !== "none");
    const over = Math.round(box.getBoundingClientRect().right - edge);
    let inside = false;
    for (let up = box.parentElement; up !== main; up = up.parentElement)
      if (scrolls.test(getComputedStyle(up).overflowX)) inside = true;
    if (drawn && over > 1 && !inside)
      outside.add(`${box.tagName}.${box.className} stands ${over} pixels outside the page`);
  }
  return [...faults, ...[...outside].slice(0, 5)];
}"""


def is_page(answer: HttpResponseBase) -> bool:
    """Whether an answer is a page to be looked at: not a file, not a way elsewhere."""
    kind = answer.headers.get("Content-Type", "")
    return kind.startswith("text/html") and not 300 <= answer.status_code < 400


@dataclass
class Eye:
    """A browser page, made wide and narrow; the service's answers are given to it as they are."""

    chromium: Browser
    widths: tuple[int, ...] = (NARROW, WIDE)
    axe_at: tuple[int, ...] = (NARROW,)
    javascript: bool = True
    looked: int = 0
    _page: Page | None = None
    _answer: HttpResponseBase | None = None
    _address: str = ""
    _files: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    _missing: list[str] = field(default_factory=list)

    def look(self, answer: HttpResponseBase, address: str) -> list[str]:
        """What is wrong with a page, in words; empty where nothing is."""
        self._answer, self._address, self._missing = answer, address, []
        self.looked += 1
        faults: dict[str, None] = {}
        page = self._opened()
        page.goto(SERVER + address)
        for width in self.widths:
            page.set_viewport_size({"width": width, "height": 900})
            found = [*self._said_of(page), *self._missing]
            if width in self.axe_at:
                found += violations(page)
            faults.update(dict.fromkeys(f"{each} (at {width} pixels)" for each in found))
        return list(faults)

    def draw(self, answer: HttpResponseBase, address: str, width: int) -> Page:
        """The browser's page with an answer in it, so many pixels wide, to be measured."""
        self._answer, self._address, self._missing = answer, address, []
        page = self._opened()
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(SERVER + address)
        return page

    def close(self) -> None:
        """Closes what it opened."""
        if self._page is not None:
            self._page.context.close()
            self._page = None

    def _said_of(self, page: Page) -> Iterable[str]:
        yield from page.evaluate(AS_DRAWN)
        codes = sorted(set(re.findall(r"\bhouse-\d+\b", page.locator("main").inner_text())))
        if codes:
            yield f"a reader sees the code of a rule of Concord's own: {', '.join(codes)}"
        title = page.title()
        if not title.endswith(" - Concord") or title == " - Concord":
            yield f"its title is '{title}'"
        is_wrong = page.locator(".govuk-error-summary").count() > 0
        if is_wrong != title.startswith("Error: "):
            yield f"it {'has' if is_wrong else 'has no'} error summary, and its title is '{title}'"
        if page.locator("html").get_attribute("lang") != "en-GB":
            yield "it does not say its language"

    def _opened(self) -> Page:
        if self._page is None:
            page = self.chromium.new_context(java_script_enabled=self.javascript).new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: self._missing.append(f"script: {error}"))
            page.route("**/*", self._give)
            self._page = page
        return self._page

    def _give(self, route: Route) -> None:
        wanted = route.request.url.removeprefix(SERVER)
        if route.request.is_navigation_request():
            assert self._answer is not None
            status, headers, body = _whole(self._answer)
        else:
            path = urlsplit(wanted).path
            if path not in self._files:
                self._files[path] = _whole(Client().get(path))
            status, headers, body = self._files[path]
            if status >= 400:
                self._missing.append(f"{status} for {path}")
        route.fulfill(status=status, headers=headers, body=body)


def _whole(answer: HttpResponseBase) -> tuple[int, dict[str, str], bytes]:
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return answer.status_code, dict(answer.headers), body

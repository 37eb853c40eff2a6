"""What axe-core finds wrong with a page that is open in a browser: for every test that draws one.

It is put into a document once, however often that is looked at, and hands back only what is wrong:
the thousands of things that are right cost more to send than to find.
"""

import hashlib
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
IS_THERE = "() => typeof window.axe === 'object'"
LOOK = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map(each => [each.id, each.nodes.map(node => node.html)]);
}"""


SHAPE = """() => {
  const path = node => node ? `${path(node.parentElement)}>${node.tagName}.${node.className}` : "";
  const said = node => [...node.attributes].map(each =>
    ["href", "value", "content", "src", "d"].includes(each.name) ? each.name :
    each.name + "=" + each.value.replace(/[0-9a-f]{8,}|\\d+/g, "#")).sort().join(" ");
  const is_empty = node => node.childElementCount || node.textContent.trim() ? "" : "empty";
  const lines = [...document.querySelectorAll("*")].map(node =>
    `${path(node)} ${said(node)} ${is_empty(node)}`);
  const headings = [...document.querySelectorAll("h1, h2, h3, h4")].map(node => node.tagName);
  const ids = [...document.querySelectorAll("[id]")].map(node => node.id);
  return [...new Set(lines)].sort().join("\\n") + (ids.length - new Set(ids).size) +
    headings.filter((each, n) => each !== headings[n - 1]).join();
}"""
_looked_at: set[bytes] = set()


def looked_at(page: Page) -> bool:
    """Whether a page of this shape was looked at by this process, as wide: the same elements with
    the same attributes, in the same places, with other words. Remembers this one.
    """
    shape = f"{page.viewport_size} {page.evaluate(SHAPE)}"
    mark = hashlib.sha256(shape.encode()).digest()
    if mark in _looked_at:
        return True
    _looked_at.add(mark)
    return False


def violations(page: Page) -> list[str]:
    """Each rule that the open page breaks, with the first place where it does; empty for none."""
    if not page.evaluate(IS_THERE):
        page.evaluate(AXE)
    return [f"axe {rule}: {places[0][:200]}" for rule, places in page.evaluate(LOOK)]

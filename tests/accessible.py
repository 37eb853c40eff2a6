"""What axe-core finds wrong with a page that is open in a browser: for every test that draws one.

It is put into a document once, however often that is looked at, and hands back only what is wrong:
the thousands of things that are right cost more to send than to find.
"""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
IS_THERE = "() => typeof window.axe === 'object'"
LOOK = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.map(each => [each.id, each.nodes.map(node => node.html)]);
}"""


def violations(page: Page) -> list[str]:
    """Each rule that the open page breaks, with the first place where it does; empty for none."""
    if not page.evaluate(IS_THERE):
        page.evaluate(AXE)
    return [f"axe {rule}: {places[0][:200]}" for rule, places in page.evaluate(LOOK)]

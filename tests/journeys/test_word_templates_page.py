"""A business manager puts a form in the partnership's own layout, wide and on a small telephone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document as read_word

from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 320])
def test_a_business_manager_downloads_changes_uploads_tries_and_uses_a_template(
    walk: Callable[..., Walk], width: int, tmp_path: Path
) -> None:
    manager = walk(width=width, javascript=width > 320)
    page = manager.become("Sandwell", "Business manager").page
    manager.press("Agencies")
    page.get_by_role("link", name="Sandwell", exact=False).first.click()
    manager.press("Word templates of your forms")
    manager.press("Multi-Agency Escalation of Safeguarding Concern Template")
    page.locator("summary").first.click()
    manager.look()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download a template to start from").click()
    template = tmp_path / "ours.docx"
    coming.value.save_as(template)
    word = read_word(str(template))
    word.add_paragraph("Of our own, with {{ chld }}")
    word.save(str(template))
    page.set_input_files("#file", template)
    manager.fill(why="Our letterhead").press("Check it")
    assert "Did you mean {{ child }}?" in page.locator("main").inner_text()
    assert page.locator("#id_why").input_value() == "Our letterhead"
    word.paragraphs[-1].text = "Of our own"
    word.save(str(template))
    page.set_input_files("#file", template)
    manager.press("Check it")
    assert "Of our own" in page.get_by_role("region").inner_text()
    manager.fill(why="The board wants it").press("Use this version")
    assert "your template, version" in page.locator("main").inner_text()
    manager.press("Use Concord's own layout again").fill(why="Only tried")
    manager.press("Use Concord's own layout")
    assert "now in Concord's own layout" in page.locator("main").inner_text()

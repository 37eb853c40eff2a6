"""The page of a case's forms, looked at wide and on the smallest telephone; a form comes as a file."""

from collections.abc import Callable

import pytest

from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "javascript"), [(1280, False), (320, True)])
def test_a_teacher_finds_each_form_and_opens_it(
    walk: Callable[..., Walk], width: int, javascript: bool
) -> None:
    teacher = walk(width=width, javascript=javascript, axe=javascript).become(
        "Sandwell Meadow School", "Class teacher"
    )
    teacher.raise_concern("sandwell", "sandwell-childrens-trust", "threshold")
    teacher.press("Forms, as Word and PDF")
    teacher.page.locator("summary").first.click()
    teacher.look()
    with teacher.page.expect_download() as coming:
        teacher.page.get_by_role("button", name="Open as PDF").first.click()
    assert coming.value.suggested_filename.endswith("escalation-template.pdf")
    teacher.page.reload()
    teacher.look()
    assert "as the case stood then, as PDF" in teacher.page.locator("main").inner_text()

"""The eye sees what is wrong with a page: each of its checks can fail."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Browser

from tests.accessible import looked_at
from tests.pages.looking import Eye
from tests.pages.standing import taken_back

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SPOILT = {
    "axe image-alt": (b"<h1", b'<img src="/static/concord/icon.svg"><h1'),
    "404 for /static/concord/no-such-file.css": (
        b"<h1", b'<img alt="" src="/static/concord/no-such-file.css"><h1',
    ),
    "its own styles are not there": (b"concord/concord.css", b"concord/icon.svg"),
    "scrolls sideways by": (b"<h1", b"<pre>" + b"W" * 400 + b"</pre><h1"),
    "has 2 headings of level 1": (b"</main>", b"<h1>Another</h1></main>"),
    "has an empty heading": (b'<h1 class="govuk-heading-l">Help', b'<h1 class="govuk-heading-l">'),
    "its title is 'Untitled'": (b"Help - Concord", b"Untitled"),
    "it has no error summary, and its title is 'Error: Help": (b"<title>", b"<title>Error: "),
    "it does not say its language": (b'lang="en-GB"', b'lang="fr"'),
    "the code of a rule of Concord's own: house-6": (b"<h1", b"<p>By house-6.</p><h1"),
    "pixels outside the page": (b"<h1", b'<hr width="1260" size="3"><h1'),
}  # fmt: skip


@pytest.fixture(scope="module")
def a_page(django_db_setup: None, django_db_blocker: Any) -> bytes:
    """A page with nothing wrong."""
    with django_db_blocker.unblock(), taken_back():
        return Client().get("/help").content


def test_a_page_with_nothing_wrong(eye: Eye, a_page: bytes) -> None:
    assert eye.look(HttpResponse(a_page), "/help") == []


@pytest.mark.parametrize("says", SPOILT)
def test_what_is_wrong_is_seen(eye: Eye, a_page: bytes, says: str) -> None:
    good, bad = SPOILT[says]
    assert good in a_page
    found = eye.look(HttpResponse(a_page.replace(good, bad, 1)), "/help")
    assert says in " ".join(found), found


PLAIN = "<main><h1>Help</h1><p>Words.</p></main>"
OTHER = (
    "<main><h1>Help</h1><p>Words.</p><img></main>", "<main><h1>Help</h1><p></p></main>",
    '<main><h1 title="a">Help</h1><p>Words.</p></main>', "<main><h2>Help</h2><p>Words.</p></main>",
    '<main><h1>Help</h1><p class="grey">Words.</p></main>',
)  # fmt: skip


def test_other_words_are_not_looked_at_again_and_another_shape_is(
    chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.accessible._looked_at", set())
    page = chromium.new_page()
    page.set_content(PLAIN)
    assert not looked_at(page)
    page.set_content(PLAIN.replace("Help", "Privacy").replace("Words", "Other words"))
    assert looked_at(page)
    for other in OTHER:
        page.set_content(other)
        assert not looked_at(page), other
    page.set_content(PLAIN)
    page.set_viewport_size({"width": 320, "height": 900})
    assert not looked_at(page)
    page.close()

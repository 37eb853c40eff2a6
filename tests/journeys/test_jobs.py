"""No job is without a walk, and the page that lists them says what the walks do."""

import pytest

from tests.journeys.jobs import PAGE, jobs, page, walks


@pytest.mark.parametrize("name", jobs())
def test_each_job_is_done_by_a_walk(name: str) -> None:
    done = [test for each, _, test in walks() if each == name]
    assert done, f"no walk in tests/journeys does {name}: mark one with @job({name!r})"


def test_each_walk_does_a_job_of_the_list() -> None:
    assert {name for name, _, _ in walks()} <= set(jobs())


def test_the_reference_page_says_which_walk_does_which_job() -> None:
    says = "run `python -m tests.journeys.jobs` and read the difference"
    assert PAGE.read_text(encoding="utf-8") == page(), says

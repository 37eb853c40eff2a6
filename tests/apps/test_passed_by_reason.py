"""What a reason for passing over stages stands in for is named before anything is sent."""

from collections.abc import Callable
from html import unescape

from django.test import Client

from concord.cases.models import Case
from concord.policies.library import load

SignIn = Callable[[str, str], Client]
GATE = next(g for g in load("sandwell").policy.gates if g.id == "director-of-quality-informed")
ABOVE = load("sandwell").policy.stage(GATE.stage)


def text(answer: object) -> str:
    return " ".join(unescape(answer.content.decode()).split())  # type: ignore[attr-defined]


def test_the_page_says_what_passing_over_stages_would_pass(opened: Case, as_person: SignIn) -> None:
    # given a case of Sandwell's Trust, at its first stage
    teacher = as_person("practitioner", "sandwell-school")
    # when the teacher opens the page that takes it up, on which the next stage is chosen
    shown = text(teacher.get(f"/case/{opened.reference}/escalate"))
    # then they read what a reason would stand in for further up, and by which clause
    assert "If you go further than the next stage" in shown
    assert f"{ABOVE.title}: {GATE.why}" in shown
    assert "SA-25" in shown
    assert "Your reason stands in its place" not in shown


def test_checking_first_names_what_the_reason_stands_in_for(
    opened: Case, as_person: SignIn
) -> None:
    # given a teacher who chooses a stage further up, and gives a reason
    teacher, here = as_person("practitioner", "sandwell-school"), f"/case/{opened.reference}"
    typed = {"stage": ABOVE.id, "reason": "The child cannot wait.", "key": "k"}
    before = opened.entries.count()
    # when they check first
    shown = text(teacher.post(f"{here}/escalate", {**typed, "action": "check"}, follow=True))
    # then what is passed is named with its clause, and nothing is recorded
    assert "Checked, and not recorded yet" in shown
    assert f"What comes next: {ABOVE.title}" in shown
    passed = shown[shown.index("Your reason stands in its place") :]
    assert passed.index(GATE.why) < passed.index("SA-25") < passed.index("business manager sees it")
    assert "The child cannot wait." in shown
    assert opened.entries.count() == before
    # and once it is sent, the record names the same clause
    assert teacher.post(f"{here}/escalate", {**typed, "action": "send"}).status_code == 302
    case = text(as_person("manager", "sandwell-school").get(here))
    assert "Gone on without what a clause asks, with a reason" in case


def test_a_stage_that_nothing_stands_before_names_nothing(opened: Case, as_person: SignIn) -> None:
    teacher, here = as_person("practitioner", "sandwell-school"), f"/case/{opened.reference}"
    typed = {"stage": "stage-2", "reason": "Sooner.", "key": "k", "action": "check"}
    shown = text(teacher.post(f"{here}/escalate", typed, follow=True))
    assert "Checked, and not recorded yet" in shown
    assert "stands in its place" not in shown

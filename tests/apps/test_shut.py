"""A page that could only be refused says so before anything is typed; and what it says instead."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from concord.cases import drafts, ledger
from concord.cases.ledger import state_of
from concord.cases.models import Case
from concord.directory.models import User
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side

ROOT = Path(__file__).parent.parent.parent
SignIn = Callable[[str, str], Client]
SCHOOL = Who("practitioner", Side.RAISING, "sandwell-school")


def text(answer: object) -> str:
    return " ".join(unescape(answer.content.decode()).split())  # type: ignore[attr-defined]


def done(case: Case, by: Who, act: Act, **particulars: str) -> None:
    now = timezone.now()
    answer = ledger.act(case.reference, Record(0, now, now, by, act, text=particulars), None)
    assert isinstance(answer, ledger.Done), answer


def test_who_may_not_decide_is_told_before_they_write(opened: Case, as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    shown = client.get(f"/case/{opened.reference}/decide")
    assert shown.status_code == 409
    assert "not possible now" in text(shown)
    assert "<form method" not in shown.content.decode().partition("</header>")[2]


def test_what_was_typed_is_shown_though_the_act_is_no_longer_possible(
    opened: Case, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    someone = person("practitioner", "sandwell-school")
    typed = {"decision": ["The words that took an hour"]}
    place = drafts.Place(someone.pk, opened.pk, "decide")
    drafts.keep(place, "one-tab", typed, timezone.now())
    shown = text(
        as_person("practitioner", "sandwell-school").get(f"/case/{opened.reference}/decide")
    )
    assert "The words that took an hour" in shown


def test_who_proposed_an_outcome_is_told_whose_word_is_awaited(
    opened: Case, as_person: SignIn
) -> None:
    client = as_person("practitioner", "sandwell-school")
    assert "No outcome waits" in text(client.get(f"/case/{opened.reference}/confirm"))
    done(opened, SCHOOL, Act.RESOLVE, outcome="The referral is opened again.")
    shown = text(client.get(f"/case/{opened.reference}/confirm"))
    assert "Your agency has agreed to this outcome already. It waits for Sandwell Children" in shown
    other = as_person("manager", "sandwell-childrens-trust")
    assert other.get(f"/case/{opened.reference}/confirm").status_code == 200


def test_the_case_names_who_is_to_confirm(opened: Case, as_person: SignIn) -> None:
    done(opened, SCHOOL, Act.RESOLVE, outcome="The referral is opened again.")
    shown = text(as_person("practitioner", "sandwell-school").get(f"/case/{opened.reference}"))
    five = shown.partition("Who must do what?")[2].partition("By when")[0]
    assert "to confirm the outcome proposed, or say why not" in five


def test_an_outcome_is_offered_for_confirming_to_those_alone_whom_it_waits_for(
    opened: Case, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    # given an outcome that the school proposed
    done(opened, SCHOOL, Act.RESOLVE, outcome="The referral is opened again.")
    here, offer = f"/case/{opened.reference}", f'href="/case/{opened.reference}/confirm"'
    # then whoever proposed it, and their line, are not offered to confirm it: not in their list,
    teacher = as_person("practitioner", "sandwell-school")
    assert "An outcome is proposed: confirm it" not in text(teacher.get("/work"))
    # nor on the case,
    trust = person("manager", "sandwell-childrens-trust").name
    for role in ("practitioner", "manager", "executive"):
        client = as_person(role, "sandwell-school")
        shown = text(client.get(here))
        assert offer not in shown
        assert (
            f"To confirm it, or say why not: Sandwell Children's Trust (demonstration): {trust}"
            in shown
        )
        assert "Your agency has agreed to it." in shown
        # nor on the brief;
        brief = text(client.get(f"{here}/brief"))
        assert "Confirm the outcome" not in brief
        assert f"{trust} (Team manager): to confirm the outcome proposed, or say why not." in brief
    # the other side is
    for role in ("manager", "executive"):
        client = as_person(role, "sandwell-childrens-trust")
        shown = text(client.get(here))
        assert offer in shown
        assert "Your agency has agreed to it." not in shown
        assert "Confirm the outcome" in text(client.get(f"{here}/brief"))
    # and whoever proposed it cannot by its address
    assert teacher.post(f"{here}/confirm", {"key": "k"}).status_code == 409
    assert not opened.entries.filter(act=Act.CONFIRM).exists()


def test_a_child_who_comes_to_be_at_risk_is_referred_and_the_case_says_so(
    opened: Case, as_person: SignIn
) -> None:
    client = as_person("practitioner", "sandwell-school")
    here = f"/case/{opened.reference}"
    assert f'href="{here}/refer"' in client.get(here).content.decode()
    asks = text(client.get(f"{here}/refer"))
    assert "01632 960999" in asks, "the numbers to ring stand on the page"
    client.post(f"{here}/refer", {"risk": "yes", "said": "Telephoned, reference 12", "seen": "1"})
    assert state_of(Case.objects.get(pk=opened.pk)).facts.get("immediate_risk") is True
    assert "Said to be at immediate risk" in text(client.get(here))


def test_a_record_bears_the_post_of_whoever_wrote_it(
    opened: Case, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    who = person("manager", "sandwell-childrens-trust")
    post = who.posts.get(role="manager")
    post.title = "Team manager, North locality"
    post.save()
    client = as_person("manager", "sandwell-childrens-trust")
    reply = {"position": "We disagree.", "reply": "It was checked twice.", "seen": "1"}
    client.post(f"/case/{opened.reference}/answer", reply)
    shown = text(client.get(f"/case/{opened.reference}/timeline"))
    assert f"{who.name}, Team manager, North locality, Sandwell Children" in shown


def test_serving_takes_no_arguments_silently() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "concord.config.serve", "--port", "8010"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 2
    assert "PORT=8010 bin/serve" in answer.stderr


@pytest.mark.parametrize(
    ("born", "says"),
    [
        (("3", "4", "1987"), "Check the year"),
        (("3", "4", "2050"), "when the birth is expected"),
    ],
)
def test_a_date_of_birth_that_is_no_childs_is_queried(
    born: tuple[str, str, str], says: str, as_person: SignIn
) -> None:
    client = as_person("practitioner", "sandwell-school")
    token = client.post("/raise").headers["Location"].split("/")[2]
    client.post(f"/raise/{token}/area", {"partnership": "sandwell"})
    typed = dict(zip(("born_1_day", "born_1_month", "born_1_year"), born, strict=True))
    answer = client.post(f"/raise/{token}/child", {"name_1": "Plum Invented", **typed})
    assert answer.status_code == 422
    assert says in text(answer)


def test_a_birth_still_to_come_is_queried_until_the_child_is_said_to_be_unborn(
    as_person: SignIn,
) -> None:
    client = as_person("practitioner", "sandwell-school")
    token = client.post("/raise").headers["Location"].split("/")[2]
    client.post(f"/raise/{token}/area", {"partnership": "sandwell"})
    soon = timezone.localdate() + timedelta(days=60)
    typed = {"name_1": "Baby Invented", "born_1_day": soon.day, "born_1_month": soon.month,
             "born_1_year": soon.year}  # fmt: skip
    answer = client.post(f"/raise/{token}/child", typed)
    assert answer.status_code == 422
    assert "is still to come. Check the date" in text(answer)
    assert "Baby Invented" in text(answer), "what was typed is kept"
    assert client.post(f"/raise/{token}/child", {**typed, "unborn": "yes"}).status_code == 302


def test_a_date_of_birth_may_be_25_years_ago_to_the_day_and_no_longer(as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    token = client.post("/raise").headers["Location"].split("/")[2]
    client.post(f"/raise/{token}/area", {"partnership": "sandwell"})
    today = timezone.localdate()
    last = date(
        today.year - 25, today.month, 28 if (today.month, today.day) == (2, 29) else today.day
    )
    for born, status in ((last, 302), (last - timedelta(days=1), 422)):
        typed = {"name_1": "Plum Invented", "born_1_day": born.day, "born_1_month": born.month,
                 "born_1_year": born.year}  # fmt: skip
        assert client.post(f"/raise/{token}/child", typed).status_code == status, born

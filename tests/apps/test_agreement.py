"""The other side of a recorded call agrees the record, or says what is wrong; both stay visible."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import User
from concord.notifications.loop import go_round
from concord.notifications.models import Notice
from concord.rules.agreement import said_of, to_agree
from concord.rules.decide import Accepted, Refused, decide, perform
from concord.rules.record import Record
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act, Means, Outcome, Side
from tests.apps.conftest import AT
from tests.apps.test_pages import text

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
TEACHER = Who("practitioner", Side.RAISING, "sandwell-school")
WORKER = Who("practitioner", Side.RESPONDING, "sandwell-childrens-trust")
EXECUTIVE = Who("executive", Side.RESPONDING, "sandwell-childrens-trust")
LEAD = Who("manager", Side.RESPONDING, "sandwell-childrens-trust")


@pytest.fixture
def called(opened: Case) -> Case:
    """A call that the teacher wrote down for both sides."""
    call = Record(
        n=0, at=AT, written=AT, by=TEACHER, act=Act.DISCUSS, people=(WORKER,),
        means=Means.TELEPHONE, outcome=Outcome.UNRESOLVED, key="call",
        text={"said": "They will visit on Monday."},
    )  # fmt: skip
    assert isinstance(ledger.act(opened.reference, call, None), ledger.Done)
    return opened


def said(by: Who, act: Act, **more: object) -> Record:
    base = Record(n=3, at=AT, written=AT, by=by, act=act, of=2)
    return replace(base, **more)  # type: ignore[arg-type]


def state(case: Case) -> CaseState:
    case.refresh_from_db()
    return ledger.state_of(case)


def test_who_took_part_for_another_side_is_asked(called: Case) -> None:
    now = state(called)
    assert [r.n for r in to_agree(now, (WORKER,))] == [2]
    # the manager of whom the call names may answer too; who wrote it is not asked
    assert [r.n for r in to_agree(now, (LEAD,))] == [2]
    assert to_agree(now, (EXECUTIVE,)) == ()
    assert to_agree(now, (TEACHER,)) == ()
    assert to_agree(now, (Who("chair"),)) == ()


@pytest.mark.parametrize("by", [TEACHER, Who("chair"), Who("business_manager")])
def test_nobody_else_agrees_it(called: Case, by: Who) -> None:
    answer = decide(state(called), said(by, Act.CONFIRM))
    assert isinstance(answer, Refused)
    assert "agreed by those who took part" in answer.first.why


@pytest.mark.parametrize("act", [Act.CONFIRM, Act.CORRECT])
def test_nobody_of_the_other_side_who_was_not_there_agrees_or_disputes_it(
    called: Case, act: Act
) -> None:
    for by in (EXECUTIVE, replace(LEAD, role="service_lead"), replace(LEAD, role="slo")):
        answer = decide(state(called), said(by, act))
        assert isinstance(answer, Refused)
        assert "those who were there" in answer.first.why
        assert "Ask one of them" in answer.first.instead
    for by in (WORKER, LEAD, replace(LEAD, role="safeguarding_lead")):
        assert isinstance(decide(state(called), said(by, act)), Accepted), by


def test_on_the_page_an_executive_reads_who_agrees_it(called: Case, as_person: SignIn) -> None:
    here = f"/case/{called.reference}"
    executive = as_person("executive", "sandwell-childrens-trust")
    assert "Is the record right?" not in text(executive.get(here))
    page = text(executive.get(f"{here}/record/2"))
    assert "Is this record right?" not in page
    assert "Ask one of them to look at it" in page
    refused = executive.post(f"{here}/record/2", {"right": "yes", "key": "e"})
    assert refused.status_code == 403
    assert "Ask one of them to look at it" in text(refused)
    assert called.entries.count() == 2


def test_only_a_record_of_a_talk_is_agreed(called: Case) -> None:
    for of in (1, 99):
        assert isinstance(decide(state(called), said(WORKER, Act.CONFIRM, of=of)), Refused)


def test_agreeing_a_record_confirms_no_outcome(called: Case) -> None:
    proposed, answer = perform(
        state(called), Record(3, AT, AT, TEACHER, Act.RESOLVE, text={"outcome": "Agreed."})
    )
    assert isinstance(answer, Accepted)
    agreed, answer = perform(proposed, said(WORKER, Act.CONFIRM, n=4))
    assert isinstance(answer, Accepted)
    assert agreed.status == "open"
    assert agreed.proposed == proposed.proposed


def test_whoever_disputes_it_changes_nothing_in_it(called: Case) -> None:
    now = state(called)
    changing = said(WORKER, Act.CORRECT, change={"outcome": Outcome.RESOLVED})
    assert isinstance(decide(now, changing), Refused)
    later, answer = perform(now, said(WORKER, Act.CORRECT, text={"disputed": "Not Monday."}))
    assert isinstance(answer, Accepted)
    assert later.records[:2] == now.records
    [found] = said_of(later, later.records[1])
    assert (found.agrees, found.by) == (False, WORKER)
    assert to_agree(later, (WORKER,)) == ()


def test_a_record_corrected_since_is_asked_about_again(called: Case) -> None:
    agreed, _ = perform(state(called), said(WORKER, Act.CONFIRM))
    assert to_agree(agreed, (WORKER,)) == ()
    corrected, answer = perform(
        agreed, said(TEACHER, Act.CORRECT, n=4, text={"correction": "On Tuesday."})
    )
    assert isinstance(answer, Accepted)
    assert [r.n for r in to_agree(corrected, (WORKER,))] == [2]


def test_on_the_page_it_is_offered_agreed_and_shown(called: Case, as_person: SignIn) -> None:
    home = f"/case/{called.reference}"
    worker = as_person("practitioner", "sandwell-childrens-trust")
    manager = as_person("manager", "sandwell-childrens-trust")
    assert worker.get(home).status_code == 404  # not in the case: only their line sees it yet
    shown = text(manager.get(home))
    assert "Is the record right?" in shown
    assert f"{home}/record/2" in shown
    assert "They will visit on Monday." in text(manager.get(f"{home}/record/2"))
    answer = manager.post(f"{home}/record/2", {"right": "yes", "key": "a"})
    assert answer.status_code == 302
    teacher = as_person("practitioner", "sandwell-school")
    for page in (home, f"{home}/timeline", f"{home}/record/2"):
        assert "Agreed by the other side" in text(teacher.get(page))
    assert "Is the record right?" not in text(manager.get(home))
    # sent twice is once
    manager.post(f"{home}/record/2", {"right": "yes", "key": "a"})
    assert called.entries.count() == 3


def test_on_the_page_it_is_disputed_and_both_stay(called: Case, as_person: SignIn) -> None:
    home = f"/case/{called.reference}"
    manager = as_person("manager", "sandwell-childrens-trust")
    asked = manager.post(f"{home}/record/2", {"right": "no", "wrong": ""})
    assert asked.status_code == 422
    assert "Say what is wrong or missing" in text(asked)
    kept = manager.post(
        f"{home}/record/2", {"right": "no", "wrong": "We said Tuesday.", "action": "save"}
    )
    assert kept.status_code == 302
    assert f"{home}/record/2" in text(manager.get("/work"))
    assert "We said Tuesday." in text(manager.get(f"{home}/record/2"))
    manager.post(f"{home}/record/2", {"right": "no", "wrong": "We said Tuesday.", "key": "w"})
    shown = text(as_person("practitioner", "sandwell-school").get(f"{home}/timeline"))
    assert "Disputed" in shown
    assert "We said Tuesday." in shown
    assert "They will visit on Monday." in shown


def test_who_wrote_it_may_not_say_so_on_the_page(called: Case, as_person: SignIn) -> None:
    home = f"/case/{called.reference}"
    teacher = as_person("practitioner", "sandwell-school")
    assert "Is this record right?" not in text(teacher.get(f"{home}/record/2"))
    assert teacher.post(f"{home}/record/2", {"right": "yes"}).status_code == 403
    assert teacher.get(f"{home}/record/99").status_code == 404
    stranger = as_person("manager", "bromley-school")
    assert stranger.get(f"{home}/record/2").status_code == 404


def test_both_are_told(called: Case, as_person: SignIn, person: Person) -> None:
    go_round(AT, mails=False)
    manager = as_person("manager", "sandwell-childrens-trust")
    assert "those who took part can say whether it is right" in text(manager.get("/notices"))
    manager.post(f"/case/{called.reference}/record/2", {"right": "no", "wrong": "No.", "key": "w"})
    go_round(AT, mails=False)
    teacher = person("practitioner", "sandwell-school")
    assert Notice.objects.filter(recipient=teacher, act="record_disputed").exists()
    shown = text(as_person("practitioner", "sandwell-school").get("/notices"))
    assert "Something was said to be wrong in a record" in shown

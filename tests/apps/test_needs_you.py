"""What needs somebody stands in their list, and on top of the case, until it is done."""

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import Agency, Partnership, User
from concord.rules.clock import LONDON
from concord.rules.dates import day
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side

SignIn = Callable[[str, str], Client]
SCHOOL = Who("practitioner", Side.RAISING, "welton-st-marys")
CARE = "lincolnshire-social-care"
THEIRS = Who("manager", Side.RESPONDING, CARE)


def text(answer: object) -> str:
    return " ".join(unescape(answer.content.decode()).split())  # type: ignore[attr-defined]


def needs(client: Client) -> str:
    """What "My work" says needs the viewer, up to what waits for others or has ended."""
    shown = text(client.get("/work"))
    shown = shown[shown.index("Needs you") :]
    return shown.partition("Waiting for others")[0].partition("Lately ended")[0]


@pytest.fixture
def at_risk(person: Callable[[str, str], User]) -> Case:
    """A concern that Lincolnshire's school raised just now, with immediate risk."""
    now = timezone.now()
    raiser = person(SCHOOL.role, "welton-st-marys")
    record = Record(
        n=1, at=now, written=now, by=SCHOOL, act=Act.RAISE, key="the-raise",
        facts={"immediate_risk": True},
        text={
            "child.1.name": "Hazel Invented", "child.1.born": "2021-12-20",
            "decision_challenged": "The case was closed.", "user": str(raiser.pk),
            "by_name": raiser.name,
        },
    )  # fmt: skip
    answer = ledger.open_case(
        Partnership.objects.get(slug="lincolnshire"), Agency.objects.get(slug="welton-st-marys"),
        [Agency.objects.get(slug=CARE)], {}, record, raiser,
    )  # fmt: skip
    assert isinstance(answer, ledger.Done)
    return answer.case


def done(case: Case, by: Who, act: Act, **particulars: str) -> None:
    now = timezone.now()
    answer = ledger.act(case.reference, Record(0, now, now, by, act, text=particulars), None)
    assert isinstance(answer, ledger.Done), answer


def end(case: Case) -> None:
    done(case, SCHOOL, Act.RESOLVE, outcome="The case stays open.")
    done(case, THEIRS, Act.CONFIRM)


def test_an_urgent_duty_stays_first_though_the_case_has_ended(
    at_risk: Case, as_person: SignIn
) -> None:
    end(at_risk)
    client = as_person("practitioner", "welton-st-marys")
    needed = needs(client)
    assert at_risk.reference in needed
    assert "LI-15" in needed
    assert "Lately ended" not in text(client.get("/work"))
    assert at_risk.reference not in needs(as_person("manager", CARE))
    shown = text(client.get(f"/case/{at_risk.reference}"))
    top = shown[: shown.index("What you can do")]
    assert top.index("A child was said to be at immediate risk") < top.index("Is the child safe")
    assert "tel:999" in top
    answer = top[top.index("What happens if they don't?") : top.index("What you do now")]
    assert "refer the child to the MASH" in answer
    assert "though the case has ended" in answer
    assert f"/case/{at_risk.reference}/refer?for=escalate-urgently" in top
    assert "you owe nothing more" not in text(
        as_person("manager", CARE).get(f"/case/{at_risk.reference}")
    )


def test_an_urgent_duty_that_was_done_no_longer_holds_an_ended_case_up(
    at_risk: Case, as_person: SignIn
) -> None:
    end(at_risk)
    client = as_person("practitioner", "welton-st-marys")
    done(at_risk, SCHOOL, Act.REFER, reference="By telephone.")
    assert at_risk.reference not in needs(client)
    lately = text(client.get("/work")).partition("Lately ended")[2]
    assert 'data-label="When it ended">' + day(timezone.now().astimezone(LONDON).date()) in lately
    assert "By when" not in lately
    shown = text(client.get(f"/case/{at_risk.reference}"))
    assert "A child was said to be at immediate risk" not in shown
    for page in ("", "/brief"):
        shown = text(client.get(f"/case/{at_risk.reference}{page}"))
        assert "The case has ended." in shown
        assert "can reopen it, with a reason, if the child still seems unsafe" in shown


def test_whoever_may_confirm_a_proposed_outcome_is_asked_to(
    at_risk: Case, as_person: SignIn
) -> None:
    done(at_risk, THEIRS, Act.ANSWER, note="We looked again.")
    ours, theirs = as_person("manager", "welton-st-marys"), as_person("manager", CARE)
    asks, button = "confirm it, or say why not", ">Confirm the outcome, or say why not</a>"
    done(at_risk, SCHOOL, Act.RESOLVE, outcome="The case stays open.")
    assert asks in needs(theirs)
    assert asks not in text(ours.get("/work"))
    page = f"/case/{at_risk.reference}"
    now = text(theirs.get(page)).partition("What you do now")[2].partition("</section>")[0]
    assert now.index(f'href="{page}/confirm"') < now.index(button) < now.index("Say why not</a>")
    assert "You owe nothing here now" not in now
    assert button not in text(ours.get(page))
    assert "Say why not" in text(theirs.get(f"{page}/confirm"))
    # whoever said why not was heard, and is not asked again
    done(at_risk, THEIRS, Act.STATE, position="The plan has no date.")
    assert asks not in text(theirs.get("/work"))
    assert button not in text(theirs.get(page))


def test_a_new_concern_needs_whoever_is_told_of_it(
    at_risk: Case, as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    asks, page = "A new concern: answer it, or pass it on.", f"/case/{at_risk.reference}"
    manager = as_person("manager", CARE)
    assert asks in needs(manager)
    now = text(manager.get(page)).partition("What you do now")[2].partition("</section>")[0]
    assert (
        now.index(asks) < now.index(f'href="{page}/answer"') < now.index(f'href="{page}/pass_on"')
    )
    for role, where in (("executive", CARE), ("manager", "welton-st-marys")):
        assert asks not in text(as_person(role, where).get("/work"))
        assert asks not in text(as_person(role, where).get(page))
    # passed on, it needs the one to whom it was passed, by what the policy asks of them
    done(at_risk, THEIRS, Act.PASS_ON, passed_to=str(person("practitioner", CARE).pk))
    worker = as_person("practitioner", CARE)
    assert asks not in text(manager.get("/work"))
    assert asks not in text(manager.get(page))
    assert "LI-06" in needs(worker)
    assert asks not in text(worker.get(page))


def test_a_new_concern_was_answered_once_it_was(at_risk: Case, as_person: SignIn) -> None:
    done(at_risk, THEIRS, Act.ANSWER, note="We looked again.")
    manager = as_person("manager", CARE)
    for page in ("/work", f"/case/{at_risk.reference}"):
        assert "A new concern" not in text(manager.get(page))


def test_what_is_still_owed_after_the_end_stays_in_the_list(
    opened: Case, as_person: SignIn
) -> None:
    # given a case that ended before its outcome was put on the child's file
    now = timezone.now()
    side = Who("manager", Side.RAISING, "sandwell-school")
    outcome = {"outcome": "The decision is changed."}
    theirs = Who("manager", Side.RESPONDING, "sandwell-childrens-trust")
    for one in (
        Record(0, now, now, side, Act.RESOLVE, text=outcome),
        Record(0, now, now, theirs, Act.CONFIRM),
    ):
        assert isinstance(ledger.act(opened.reference, one, None), ledger.Done)
    teacher = as_person("practitioner", "sandwell-school")
    # then it needs whoever owes that, and stands with what has ended too
    assert opened.reference in needs(teacher)
    assert "Lately ended" in text(teacher.get("/work"))
    # until it is recorded
    filed = Record(
        0, now, now, Who("practitioner", Side.RAISING, "sandwell-school"), Act.FILE,
        text={"said": "Page 12."},
    )  # fmt: skip
    assert isinstance(ledger.act(opened.reference, filed, None), ledger.Done)
    assert opened.reference not in needs(teacher)


def test_whoever_confirms_an_outcome_reads_it_first(at_risk: Case, as_person: SignIn) -> None:
    done(at_risk, SCHOOL, Act.RESOLVE, outcome="The case stays open, and is reviewed in June.")
    shown = text(as_person("manager", CARE).get(f"/case/{at_risk.reference}/confirm"))
    assert "The outcome proposed:" in shown
    assert "The case stays open, and is reviewed in June." in shown

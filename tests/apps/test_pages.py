"""The pages: nothing typed is lost, GET changes nothing, and no input gives a 500."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from concord.cases import ledger
from concord.cases.models import Case, Draft, Entry
from concord.directory.models import User
from concord.notifications.loop import go_round
from concord.notifications.models import Notice
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from concord.web.forms.acts import FORMS
from concord.web.forms.raising import STEPS
from tests.apps.conftest import AT
from tests.turns import this_turn

SignIn = Callable[[str, str], Client]
ANSWERS: dict[str, dict[str, object]] = {
    "risk": {"risk": "no"},
    "area": {"partnership": "sandwell"},
    "about": {"matter": "disagreement"},
    "child": {"name_1": "Plum Invented", "born_1_day": "3", "born_1_month": "4", "born_1_year": "2015"},
    "agency": {"agency": "sandwell-childrens-trust"},
    "decision": {"decision": "The referral was closed.", "ground": "threshold"},
    "why": {"why": "Bruises seen twice.", "basis": "evidence"},
    "outcome": {"aim": "An assessment."},
    "talked": {"talked": "no"},
    "need": {"child_protection": "no", "status": ["looked_after", "child_in_need"]},
    "family": {"family": "The family knows."},
}  # fmt: skip


def begun(client: Client) -> str:
    return client.post("/raise").headers["Location"].split("/")[2]


def answered(client: Client, **other: dict[str, object]) -> str:
    token = begun(client)
    for step in STEPS:
        answer = client.post(f"/raise/{token}/{step}", {**ANSWERS[step], **other.get(step, {})})
        assert answer.status_code == 302, (step, answer.content.decode()[-3000:])
    return token


def text(answer: object) -> str:
    return unescape(answer.content.decode())  # type: ignore[attr-defined]


def test_whoever_raises_is_the_practitioner_of_the_case_whatever_their_post(
    as_person: SignIn, person: Callable[[str, str], User]
) -> None:
    lead = person("manager", "sandwell-school")
    client = as_person("manager", "sandwell-school")
    token = answered(client)
    check = text(client.get(f"/raise/{token}/check"))
    assert "Sandwell Children's Trust (demonstration)" in check
    assert "sandwell-childrens-trust" not in check
    client.post(f"/raise/{token}/check")
    case = Case.objects.get()
    shown = text(client.get(f"/case/{case.reference}"))
    assert f"{lead.name}, who raised it, Sandwell Meadow School" in shown
    assert "What you do now" in shown.partition("What you can do")[0]
    assert "Talk to your counterpart" in text(client.get("/work")).partition("Waiting")[0]
    go_round(timezone.now(), mails=False)
    told = [notice for notice in Notice.objects.filter(recipient=lead) if "SA-09" in notice.clause]
    assert told
    assert all(notice.instead == "" for notice in told)


def test_who_gets_it_is_who_is_told(as_person: SignIn, person: Callable[[str, str], User]) -> None:
    # Given a concern about an agency whose social worker is not in the case,
    client = as_person("practitioner", "sandwell-school")
    token = answered(client)
    manager, worker = (
        person(role, "sandwell-childrens-trust") for role in ("manager", "practitioner")
    )
    # when it is checked and sent, then both pages name who is told, and can open it.
    check = text(client.get(f"/raise/{token}/check")).partition("Who will get it")[2]
    sent = text(client.post(f"/raise/{token}/check", follow=True)).partition("Who has it now")[2]
    go_round(timezone.now(), mails=False)
    assert Notice.objects.filter(recipient=manager).exists()
    for page in (check, sent):
        assert manager.name in page
        assert worker.name not in page


def test_what_was_sent_says_what_comes_next_and_by_when(as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    token = answered(client)
    sent = text(client.post(f"/raise/{token}/check", follow=True))
    mine = sent.partition("What you do next")[2].partition("What they must do")[0]
    assert "Talk to your counterpart" in mine
    theirs = sent.partition("What they must do, and by when")[2]
    assert "See the case, and what happens next" in theirs
    assert "For the child's file" in theirs


def test_my_work_leads_straight_to_the_first_question(as_person: SignIn) -> None:
    shown = text(as_person("practitioner", "sandwell-school").get("/work"))
    form = shown.partition('<form method="post" action="/raise">')[2].partition("</form>")[0]
    assert "Raise a concern" in form


def test_a_talk_to_come_is_no_talk_had(as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    token = begun(client)
    for step in ("risk", "area", "about", "child", "agency"):
        client.post(f"/raise/{token}/{step}", ANSWERS[step])
    talk = {"talked": "yes", "means": "telephone", "said": "No.",
            "day_day": "1", "day_month": "1", "day_year": "2030"}  # fmt: skip
    refused = client.post(f"/raise/{token}/talked", talk)
    assert refused.status_code == 422
    assert "Enter a day and time that have passed" in text(refused)
    assert "2030" in text(refused)


def test_a_concern_is_raised_once_though_sent_twice(as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    token = answered(client)
    data = dict(Draft.objects.get(token=token).data)
    first = client.post(f"/raise/{token}/check")
    assert first.status_code == 302
    # the draft is back, as it is for a second tab that still shows it
    user = User.objects.get(pk=client.session["_auth_user_id"])
    Draft.objects.create(user=user, kind="raise", token=token, data=data, updated=AT)
    second = client.post(f"/raise/{token}/check")
    assert second.headers["Location"] == first.headers["Location"]
    assert Case.objects.count() == 1
    state = ledger.state_of(Case.objects.get())
    assert state.facts["child_status"] == ("looked_after", "child_in_need")
    assert state.records[0].text["child.1.name"] == "Plum Invented"


def test_immediate_risk_is_first_and_stays_on_top(as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    token = begun(client)
    first = text(client.get(f"/raise/{token}/risk"))
    assert "999" in first
    assert "01632 960999" in first
    token = answered(client, risk={"risk": "yes"})
    sent = client.post(f"/raise/{token}/check", follow=True)
    assert "act now" in text(sent)
    case = Case.objects.get()
    shown = text(client.get(f"/case/{case.reference}"))
    assert shown.index("SA-06") < shown.index("SA-09")


@pytest.mark.parametrize(("matter", "clause"), [("whistleblowing", "SA-37"), ("family_appeal", "SA-05"), ("complaint", "Concord's own rule")])  # fmt: skip
def test_the_wrong_door_is_told_before_any_case_is_opened(
    as_person: SignIn, matter: str, clause: str
) -> None:
    client = as_person("practitioner", "sandwell-school")
    token = begun(client)
    client.post(f"/raise/{token}/area", {"partnership": "sandwell"})
    shown = text(client.post(f"/raise/{token}/about", {"matter": matter}))
    assert clause in shown
    assert "No case has been opened" in shown
    assert Case.objects.count() == 0


def test_where_the_child_lives_chooses_the_policy(as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    token = begun(client)
    assert client.post(f"/raise/{token}/area", {"place": "Oldbury"}).status_code == 302
    elsewhere = client.post(f"/raise/{token}/area", {"place": "BR1 3UH"})
    assert elsewhere.status_code == 422
    assert "Your agency is not in Bromley" in text(elsewhere)
    unknown = client.post(f"/raise/{token}/area", {"place": "Atlantis"})
    assert "No area here has a place" in text(unknown)


def test_a_draft_keeps_every_answer_and_is_its_owners_alone(as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    token = begun(client)
    client.post(f"/raise/{token}/area", {"partnership": "sandwell"})
    client.post(f"/raise/{token}/why", {"why": "Half a thought", "action": "save"})
    assert "Half a thought" in text(client.get(f"/raise/{token}/why"))
    other = as_person("manager", "sandwell-school")
    assert other.get(f"/raise/{token}/why").status_code == 404


def test_two_at_once_the_second_is_told_and_loses_no_text(opened: Case, as_person: SignIn) -> None:
    client = as_person("manager", "sandwell-childrens-trust")
    page = text(client.get(f"/case/{opened.reference}/answer"))
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    escalated = Record(
        n=0, at=AT + timedelta(hours=1), written=AT + timedelta(hours=1), act=Act.ESCALATE,
        by=Who("practitioner", Side.RAISING, "sandwell-school"),
    )  # fmt: skip
    ledger.act(opened.reference, escalated, None)
    typed = {
        "position": "We disagree.",
        "reply": "Every word of this is kept.",
        "seen": seen[1],
        "key": "k",
    }
    answer = client.post(f"/case/{opened.reference}/answer", typed)
    assert answer.status_code == 409
    shown = text(answer)
    assert "Something was recorded while you were writing" in shown
    assert "Every word of this is kept." in shown
    again = re.search(r'name="seen" value="(\d+)"', shown)
    assert again
    sent = client.post(f"/case/{opened.reference}/answer", {**typed, "seen": again[1]})
    assert sent.status_code == 302
    assert opened.entries.count() == 3


def test_a_double_click_is_one_act(opened: Case, as_person: SignIn) -> None:
    client = as_person("practitioner", "sandwell-school")
    typed = {"said": "On the file.", "seen": "1", "key": "the-same"}
    for _ in range(3):
        assert client.post(f"/case/{opened.reference}/file", typed).status_code == 302
    assert opened.entries.count() == 2


def test_a_refusal_says_why_by_which_clause_and_keeps_the_text(
    opened: Case, as_person: SignIn
) -> None:
    client = as_person("practitioner", "sandwell-school")
    typed = {"stage": "stage-4", "reason": "", "seen": "1", "key": "k"}
    answer = client.post(f"/case/{opened.reference}/escalate", typed)
    assert answer.status_code == 409
    assert "SA-07" in text(answer)
    assert "Give the reason" in text(answer)


def test_a_gate_is_passed_on_the_page_with_a_reason(opened: Case, as_person: SignIn) -> None:
    raiser = Who("practitioner", Side.RAISING, "sandwell-school")
    for hour in (1, 2):
        at = AT + timedelta(hours=hour)
        ledger.act(opened.reference, Record(0, at, at, raiser, Act.ESCALATE), None)
    client = as_person("manager", "sandwell-school")
    typed = {"stage": "stage-3", "reason": "No agreement.", "seen": "3", "key": "k"}
    answer = client.post(f"/case/{opened.reference}/escalate", typed)
    assert f'href="/case/{opened.reference}/notify">Tell somebody</a>' in answer.content.decode()
    shown = text(answer)
    assert "SA-25" in shown
    assert "Or go on without it, because" in shown
    # what would open the gate is one link away, and what was typed waits
    page = client.get("/work").content.decode()
    assert f'href="/case/{opened.reference}/escalate' in page
    typed["override"] = "The office does not answer."
    assert client.post(f"/case/{opened.reference}/escalate", typed).status_code == 302
    assert "Gone on without what a clause asks" in text(client.get(f"/case/{opened.reference}"))


def test_get_changes_nothing(opened: Case, as_person: SignIn) -> None:
    client = as_person("manager", "sandwell-school")
    before = Entry.objects.count(), Draft.objects.count()
    for act in FORMS:
        assert client.get(f"/case/{opened.reference}/{act}").status_code in (200, 403, 409)
    for address in ("/", "/work", "/raise", "/you", f"/case/{opened.reference}",
                    f"/case/{opened.reference}/timeline", "/sign-out", "/sign-in/as"):  # fmt: skip
        client.get(address)
    assert (Entry.objects.count(), Draft.objects.count()) == before
    assert client.get("/work").status_code == 200


def test_nobody_signed_out_sees_anything(opened: Case) -> None:
    client = Client()
    for address in (
        "/work",
        "/raise",
        f"/case/{opened.reference}",
        f"/case/{opened.reference}/answer",
    ):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in")


def test_not_yours_looks_like_not_there(opened: Case, as_person: SignIn) -> None:
    client = as_person("manager", "bromley-school")
    yours = client.get(f"/case/{opened.reference}")
    none = client.get("/case/AAAA-AAAA")
    assert yours.status_code == none.status_code == 404
    assert yours.content.replace(opened.reference.encode(), b"") == none.content.replace(
        b"AAAA-AAAA", b""
    )


def test_no_page_is_kept_by_a_cache_or_lets_script_in(opened: Case, as_person: SignIn) -> None:
    answer = as_person("manager", "sandwell-school").get(f"/case/{opened.reference}")
    assert answer.headers["Cache-Control"] == "no-store"
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "Plum" not in answer.request["PATH_INFO"]


def test_a_link_onward_after_sign_in_stays_on_the_service(as_person: SignIn) -> None:
    client = as_person("manager", "sandwell-school")
    user = client.session["_auth_user_id"]
    answer = client.post("/sign-in/as", {"person": user, "next": "https://example.com/steal"})
    assert answer.headers["Location"] == "/work"


ODD = st.sampled_from(["", "x", "\x00", "'; DROP TABLE", "<script>", "9" * 400, "-1", "é\u202e", "1e9", "²",
                       "2026-13-45", "stage-99", "manager@raising", "a" * 11_000])  # fmt: skip
FIELDS = ["said", "note", "reason", "present", "means", "outcome", "day_day", "day_month", "day_year", "clock",
          "stage", "seat", "seen", "key", "override", "to", "form", "by_day", "by_month", "by_year", "time", "person",
          "office", "action", "done", "of", "change", "what_1", "owner_1", "due_1_day", "decision", "position",
          "reply", "passed_to", "on_day", "on_month", "on_year", "start", "risk", "place", "partnership", "matter",
          "name_1", "born_1_day", "born_1_month", "born_1_year", "agency", "ground", "talked", "status"]  # fmt: skip


@settings(
    max_examples=240 if this_turn() is None else 40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=8),
    st.lists(st.sampled_from(sorted(FORMS)), min_size=2, max_size=2),
    st.sampled_from(sorted(STEPS)),
)
def test_nonsense_is_answered_plainly_and_never_with_a_500(
    opened: Case, as_person: SignIn, typed: dict[str, str], acts: list[str], step: str
) -> None:
    client = as_person("manager", "sandwell-childrens-trust")
    for act in acts:
        answer = client.post(f"/case/{opened.reference}/{act}", typed)
        assert answer.status_code < 500, (act, typed)
    token = begun(client)
    assert client.post(f"/raise/{token}/{step}", typed).status_code < 500, (step, typed)
    assert client.post(f"/raise/{token}/check", typed).status_code < 500
    for address in ("/sign-in", "/sign-in/as"):
        assert Client(raise_request_exception=False).post(address, typed).status_code < 500
    assert client.get("/area/sandwell", typed).status_code < 500
    assert (
        client.get(f"/case/{opened.reference}/timeline", {"act": typed.get("said", "")}).status_code
        == 200
    )
    assert client.get("/work").status_code == 200

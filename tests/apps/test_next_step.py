"""The case page leads to what the viewer owes, and says who answers and how to reach them."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from html import unescape

from django.test import Client
from django.utils import timezone

from concord.cases import ledger
from concord.cases.models import Case
from concord.directory.models import Post, User
from concord.policies.library import load, policy_ids
from concord.rules.clock import LONDON
from concord.rules.decide import Refused, perform
from concord.rules.duties import Owed, owed
from concord.rules.may import acts_for
from concord.rules.record import PlannedAction, Record
from concord.rules.state import CaseState
from concord.rules.who import Who
from concord.rules.words import Act, Form, Means, Outcome, Side
from concord.web.leading import lead, nearest_limit, until_nearest_limit
from tests.apps.conftest import AT
from tests.policies.scenes import Scene, scene

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
ALL_FACTS = {
    "child_protection": True, "immediate_risk": True,
    "child_status": ("child_protection_plan", "looked_after"),
}  # fmt: skip
TRUST = "sandwell-childrens-trust"


def situations() -> Iterator[Scene]:
    """Each stage of each policy: on entering it, and after talking without and with agreement."""
    for policy in policy_ids():
        for stage in load(policy).policy.stages:
            told = scene(policy, responding=(TRUST,)).raised(ALL_FACTS).up_to(stage.id)
            yield told
            told.done(
                "executive@raising discuss executive@responding",
                outcome="unresolved",
                override="the story needs it",
            )
            told.done("executive@raising agree", actions=[("Visit", date(2026, 12, 28))])
            yield told


def led(state: CaseState, entry: Owed, at: datetime) -> Record | None:
    """The record that a person makes who follows the lead, and only adds words."""
    owner = entry.owner or Who("slo", Side.RAISING, state.parties.raising)
    way = lead(state, entry, owner, acts_for(state, owner, at), at)
    if way is None:
        return None
    names = state.parties.resolve
    return Record(
        n=state.records[-1].n + 1, at=at, written=at, by=owner, act=way.act,
        people=tuple(who for name in way.filled.get("present", ()) for who in names(name)),
        to=tuple(who for name in way.filled.get("to", ()) for who in names(name)),
        form=Form(way.filled["form"]) if "form" in way.filled else None,
        due=way.filled.get("by"), office=way.filled.get("office", ""), agency="town-hospital", outcome=Outcome.JUSTIFIED, means=Means.TELEPHONE,
        actions=(PlannedAction("Visit"),) if way.act is Act.AGREE else (),
        action=int(way.filled["which"]) if "which" in way.filled else None,
        done=True if "which" in way.filled else None,
        of=way.meeting,
        text={
            **dict.fromkeys(("problem", "challenge", "aim", "note"), "words"),
            **({"time.1": (at + timedelta(days=1)).isoformat()} if way.act is Act.CONVENE else {}),
        },
    )  # fmt: skip


def test_every_duty_leads_to_an_act_that_meets_it() -> None:
    """As the lead fills it in; but for what needs an appointment, or a gate opened, first.

    A meeting that is to be held is arranged first: then the lead is to its record.
    """
    met, astray = 0, set()
    for told in situations():
        at = told.at + timedelta(minutes=5)
        for entry in owed(told.state, at):
            if not entry.is_open or entry.limit:
                continue
            record = led(told.state, entry, at)
            if record is None:
                astray.add(entry.rule)
                continue
            after, answer = perform(told.state, record)
            if isinstance(answer, Refused):
                assert not answer.first.hard, (entry.rule, answer.first.why)
                astray.add(entry.rule)
                continue
            if record.act is Act.CONVENE and not _is_met(entry, after, at):
                held = led(after, entry, at)
                assert held is not None and held.act is Act.MEET
                after, answer = perform(after, held)
            assert _is_met(entry, after, at), (told.state.policy.id, entry.rule, record)
            met += 1
    assert met > 400
    assert astray == {"formal.decide", "step-2.managers-discuss"}


def _is_met(entry: Owed, state: CaseState, at: datetime) -> bool:
    return all(each.met for each in owed(state, at) if _name(each) == _name(entry))


def _name(entry: Owed) -> tuple[str, Who | None, int | None]:
    return entry.rule, entry.owner, entry.action


def test_the_limit_to_be_made_shorter_is_filled_in() -> None:
    """24 hours where it is about child protection (CU-14), else 7 working days (CU-13)."""
    entered = datetime(2026, 12, 17, 10, 0, tzinfo=LONDON)
    for facts, rule, filled in (
        ({"child_protection": True}, "CU-14", {"by": date(2026, 12, 18), "time": "10:00"}),
        ({}, "CU-13", {"by": date(2026, 12, 30)}),
    ):
        told = scene("cumbria").raised(facts)
        told.done("executive@raising escalate", entered, stage="formal", reason="Too long.")
        limit = nearest_limit(told.state, told.at)
        assert limit is not None
        assert limit.clause == rule
        assert until_nearest_limit(told.state, told.at) == filled


def text(answer: object) -> str:
    return " ".join(unescape(answer.content.decode()).split())  # type: ignore[attr-defined]


def test_the_case_page_leads_to_what_is_owed_and_the_form_is_filled(
    opened: Case, as_person: SignIn
) -> None:
    by = Who("practitioner", Side.RAISING, "sandwell-school")
    risk = Record(0, AT, AT, by, Act.FILE, facts={"immediate_risk": True})
    assert isinstance(ledger.act(opened.reference, risk, None), ledger.Done)
    client = as_person("practitioner", "sandwell-school")
    shown = text(client.get(f"/case/{opened.reference}"))
    now = shown.index("What you do now")
    assert shown.index("What happens if they don't?") < now < shown.index("The concern")
    # the urgent duty first, then the others, each with its form
    first = f"/case/{opened.reference}/refer?for=marf-to-mash"
    talk = f"/case/{opened.reference}/discuss?for=discussion.talk-to-your-counterpart"
    assert now < shown.index(first) < shown.index("All that you owe") < shown.index(talk)
    form = text(client.get(talk))
    assert "This is for: <strong>Talk to your counterpart" in form
    box = form[form.index(f'value="practitioner@{TRUST}"') :][:70]
    assert "checked" in box


def test_somebody_who_owes_nothing_is_told_what_it_waits_for(
    opened: Case, as_person: SignIn
) -> None:
    shown = text(as_person("executive", TRUST).get(f"/case/{opened.reference}"))
    assert "You owe nothing here now. It waits for" in shown


def test_ones_opposite_number_is_shown_with_title_telephone_and_mail(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    school = Who("practitioner", Side.RAISING, "sandwell-school")
    up = Record(0, AT, AT, school, Act.ESCALATE)
    assert isinstance(ledger.act(opened.reference, up, None), ledger.Done)
    other = person("manager", TRUST)
    shown = text(as_person("manager", "sandwell-school").get(f"/case/{opened.reference}"))
    shown = shown[shown.index("Who answers now") :]
    for words in (other.name, "Team manager", other.telephone, f"mailto:{other.email}"):
        assert words in shown
    # on leave, whoever covers the post is the one to reach
    cover = person("service_lead", TRUST)
    post = Post.objects.get(user=other)
    Post.objects.create(
        role="manager", title=post.title, agency=post.agency, partnership=post.partnership,
        user=cover, since=date(2020, 1, 1), covers=True,
    )  # fmt: skip
    shown = text(as_person("manager", "sandwell-school").get(f"/case/{opened.reference}"))
    shown = shown[shown.index("Who answers now") :]
    assert cover.name in shown
    assert "covers the post now" in shown
    assert other.name not in shown[: shown.index("More about this case")]


def test_going_up_says_to_whom_and_which_dates_hold_then(
    opened: Case, as_person: SignIn, person: Person
) -> None:
    shown = text(
        as_person("practitioner", "sandwell-school").get(f"/case/{opened.reference}/escalate")
    )
    assert "What comes next: Escalation to team manager" in shown
    assert person("manager", TRUST).name in shown
    assert "SA-12" in shown


def test_the_button_and_the_page_call_the_resolution_meeting_by_its_name(
    opened: Case, as_person: SignIn
) -> None:
    """SA-31: what the business manager is asked to do is said, not only that it is a meeting."""
    now = timezone.now()
    executive = Who("executive", Side.RAISING, "sandwell-school")
    for key in ("a", "b", "c", "d"):
        up = Record(0, now, now, executive, Act.ESCALATE, key=key, override="The story needs it.")
        assert isinstance(ledger.act(opened.reference, up, None), ledger.Done)
    client = as_person("business_manager", "sandwell")
    here = f"/case/{opened.reference}"
    shown = unescape(client.get(here).content.decode())
    assert ">Arrange the resolution meeting</a>" in shown or (
        ">Arrange the resolution meeting<span" in shown
    )
    page = unescape(client.get(f"{here}/convene?for=stage-4.resolution-meeting").content.decode())
    assert re.search(r"<h1[^>]*>Arrange the resolution meeting</h1>", page)
    assert "<title>Arrange the resolution meeting" in page
    assert "<title>Arrange a meeting" in client.get(f"{here}/convene").content.decode()
    # when it is arranged, the button leads to its record, under the same name
    to_come = {"time.1": (now + timedelta(hours=3)).isoformat(), "when": "soon"}
    manager = Who("business_manager")
    call = Record(
        0, now, now, manager, Act.CONVENE, key="call", people=(Who("chair"),), text=to_come
    )
    assert isinstance(ledger.act(opened.reference, call, None), ledger.Done)
    assert "Record the resolution meeting" in unescape(client.get(here).content.decode())
    number = Case.objects.get(pk=opened.pk).last_sequence
    hold = f"{here}/meetings/{number}/hold"
    assert "<title>Record this meeting" in client.get(hold).content.decode()
    named = client.get(f"{hold}?for=stage-4.resolution-meeting").content.decode()
    assert "<title>Record the resolution meeting" in named


def test_what_was_recorded_is_said_once(opened: Case, as_person: SignIn) -> None:
    # given somebody who records a talk
    teacher, here = as_person("practitioner", "sandwell-school"), f"/case/{opened.reference}"
    said = {"present": ["practitioner@sandwell-childrens-trust"], "means": "telephone",
            "said": "We spoke.", "outcome": "unresolved", "key": "once"}  # fmt: skip
    assert teacher.post(f"{here}/discuss", said).status_code == 302
    # then the next page says that it is recorded, and the one after does not
    assert "Record a discussion: this is recorded." in teacher.get(here).content.decode()
    assert "this is recorded." not in teacher.get(here).content.decode()


def test_the_stage_that_is_chosen_is_the_one_that_is_shown(opened: Case, as_person: SignIn) -> None:
    # given somebody who would pass over a stage, and gives no reason
    teacher, here = as_person("practitioner", "sandwell-school"), f"/case/{opened.reference}"
    answer = teacher.post(
        f"{here}/escalate", {"stage": "stage-2", "reason": "", "key": "k"}, follow=True
    )
    shown = answer.content.decode()
    # then the page tells what comes at the stage that they chose
    title = load("sandwell").policy.stage("stage-2").title
    assert f"What comes next: {title}" in shown

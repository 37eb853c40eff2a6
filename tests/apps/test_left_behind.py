"""What somebody leaves behind goes on: to whoever has their post, or to the next tier up."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from concord.cases import ledger
from concord.cases.doorway import NotFound, cases_for, find, viewer
from concord.cases.models import Case
from concord.directory import cover
from concord.directory.arrivals import say
from concord.directory.models import Agency, Newcomer, Partnership, Post, User
from concord.notifications.loop import go_round
from concord.notifications.models import Kind, Notice
from concord.rules.clock import LONDON
from concord.rules.dates import moment
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side
from tests.apps.test_first_time import sent

SignIn = Callable[[str, str], Client]
Person = Callable[[str, str], User]
SCHOOL, TRUST = "sandwell-school", "sandwell-childrens-trust"
RAISER = Who("practitioner", Side.RAISING, SCHOOL)
URGENT = "Tell your agency's safeguarding lead now."


def text(answer: object) -> str:
    return " ".join(unescape(answer.content.decode()).split())  # type: ignore[attr-defined]


def needs(client: Client) -> str:
    """What "My work" says needs the viewer, up to what waits for others or has ended."""
    shown = text(client.get("/work"))
    shown = shown[shown.index("Needs you") :]
    for after in ("Waiting for others", "For information", "Lately ended", "People to confirm"):
        shown = shown.partition(after)[0]
    return shown


def who_must(client: Client, case: Case) -> str:
    """What the case's page says under "Who must do what?"."""
    shown = text(client.get(f"/case/{case.reference}"))
    return shown.partition("Who must do what?")[2].partition("By when, and why then?")[0]


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def today() -> date:
    return timezone.now().astimezone(LONDON).date()


def round_of_the_loop() -> None:
    go_round(timezone.now(), mails=True)


@pytest.fixture
def at_risk(person: Person) -> Case:
    """A concern of the school's class teacher, with immediate risk, of which all were told."""
    now = timezone.now()
    raiser = person("practitioner", SCHOOL)
    record = Record(
        n=1, at=now, written=now, by=RAISER, act=Act.RAISE, key="the-raise",
        facts={"immediate_risk": True},
        text={
            "child.1.name": "Plum Invented", "child.1.born": "2015-04-03",
            "decision_challenged": "The referral was closed.", "user": str(raiser.pk),
            "by_name": raiser.name, "post": "Class teacher",
        },
    )  # fmt: skip
    answer = ledger.open_case(
        Partnership.objects.get(slug="sandwell"), Agency.objects.get(slug=SCHOOL),
        [Agency.objects.get(slug=TRUST)], {}, record, raiser,
    )  # fmt: skip
    assert isinstance(answer, ledger.Done)
    round_of_the_loop()
    return answer.case


def leave(user: User, person: Person, holder: User | None = None) -> Post:
    """The business manager records that somebody holds their post no longer, from today."""
    post = Post.objects.filter(user=user).order_by("id")[0]
    unit = person("business_manager", "sandwell")
    return cover.change_holder(post, holder, today(), unit, timezone.now())


def owed_in(notices: object) -> list[str]:
    return [each["what"] for notice in notices for each in notice.owes]  # type: ignore[attr-defined]


def test_what_a_leaver_owed_is_the_next_tiers_at_once(
    at_risk: Case, as_person: SignIn, person: Person
) -> None:
    # given a child at immediate risk, whose class teacher raised it
    teacher, manager = person("practitioner", SCHOOL), person("manager", SCHOOL)
    client = as_person("manager", SCHOOL)
    assert at_risk.reference not in needs(client)
    before = set(Notice.objects.values_list("pk", flat=True))
    # when the class teacher leaves, and nobody holds the post yet
    leave(teacher, person)
    round_of_the_loop()
    # then it needs the next tier up, who is named and told at once, as urgent
    assert at_risk.reference in needs(client)
    shown = text(client.get(f"/case/{at_risk.reference}"))
    assert "You owe nothing here now" not in shown
    assert f"It waits for {teacher.name}" not in shown
    assert f"{manager.name} (" in who_must(client, at_risk)
    assert f"{teacher.name}, who raised it, holds no post there now" in who_must(client, at_risk)
    new = Notice.objects.exclude(pk__in=before)
    assert {notice.recipient for notice in new} == {manager}
    told = new.get()
    assert told.urgent
    assert told.kind == Kind.DUTY
    assert told.state == "waiting"
    assert told.not_before is not None
    assert told.not_before <= timezone.now()
    assert "holds no post there now" in told.instead
    assert teacher.name not in told.instead
    # and another round tells nothing twice
    round_of_the_loop()
    assert Notice.objects.exclude(pk__in=before).count() == 1


def test_the_next_tier_does_what_a_leaver_owed(
    at_risk: Case, as_person: SignIn, person: Person
) -> None:
    # given that the class teacher left an urgent duty behind
    leave(person("practitioner", SCHOOL), person)
    client = as_person("manager", SCHOOL)
    # when the next tier opens the case
    shown = text(client.get(f"/case/{at_risk.reference}"))
    # then the page leads to what is to be done
    now = shown.partition("What you do now")[2].partition("What you can do")[0]
    assert (
        f"/case/{at_risk.reference}/" in client.get(f"/case/{at_risk.reference}").content.decode()
    )
    assert "?for=" in client.get(f"/case/{at_risk.reference}").content.decode()
    assert "You owe nothing" not in now


def test_where_no_tier_is_filled_the_business_manager_has_it(
    at_risk: Case, as_person: SignIn, person: Person
) -> None:
    # given an agency of which everybody has left
    unit = person("business_manager", "sandwell")
    leave(person("practitioner", SCHOOL), person)
    yesterday = today() - timedelta(days=1)
    Post.objects.filter(agency__slug=SCHOOL).update(until=yesterday)
    # when the loop goes round
    before = set(Notice.objects.values_list("pk", flat=True))
    round_of_the_loop()
    # then the business manager has what is owed, and is told as urgent
    client = as_person("business_manager", "sandwell")
    assert at_risk.reference in needs(client)
    assert unit.name in who_must(client, at_risk)
    new = Notice.objects.exclude(pk__in=before).filter(recipient=unit)
    assert [notice.urgent for notice in new] == [True]


def test_who_holds_the_post_since_has_it_and_is_named(
    at_risk: Case, as_person: SignIn, person: Person
) -> None:
    # given a post that stood vacant, and then was filled
    teacher = person("practitioner", SCHOOL)
    vacant = leave(teacher, person)
    round_of_the_loop()
    Post.objects.filter(pk=vacant.pk).update(since=today() - timedelta(days=1))
    vacant.refresh_from_db()
    jonah = User.objects.create_user("jonah@example.org", "Jonah Invented")
    unit = person("business_manager", "sandwell")
    cover.change_holder(vacant, jonah, today(), unit, timezone.now())
    # when the loop goes round
    round_of_the_loop()
    # then they were told, see the case, act in its seat, and are named in place of who left
    assert [notice.urgent for notice in Notice.objects.filter(recipient=jonah)] == [True]
    client = signed_in(jonah)
    assert at_risk.reference in needs(client)
    look = find(viewer(jonah, timezone.now()), at_risk.reference)
    assert RAISER in look.seats
    for each in (client, as_person("manager", SCHOOL), as_person("manager", TRUST)):
        assert f"{jonah.name}, in place of {teacher.name}" in who_must(each, at_risk)
    # and the next tier has it no longer, nor the one who left
    assert at_risk.reference not in needs(as_person("manager", SCHOOL))
    with pytest.raises(NotFound):
        find(viewer(teacher, timezone.now()), at_risk.reference)


def test_a_colleague_with_another_post_sees_nothing_of_it(at_risk: Case, person: Person) -> None:
    # given a class teacher who left, whose post somebody has, and another class teacher
    other = User.objects.create_user("other@example.org", "Other Invented")
    leave(person("practitioner", SCHOOL), person)
    Post.objects.create(
        role="practitioner", agency=Agency.objects.get(slug=SCHOOL), user=other,
        partnership=Partnership.objects.get(slug="sandwell"), since=today(),
    )  # fmt: skip
    # when the other one looks, then the case is not there
    who = viewer(other, timezone.now())
    with pytest.raises(NotFound):
        find(who, at_risk.reference)
    assert not cases_for(who).exists()


def test_cover_of_a_class_teacher_has_their_cases_for_those_days(
    at_risk: Case, person: Person
) -> None:
    # given a class teacher who raised a concern, and is away from today
    teacher, stands_in = person("practitioner", SCHOOL), person("service_lead", SCHOOL)
    other = User.objects.create_user("cover@example.org", "Cover Invented")
    post = Post.objects.filter(user=teacher).get()
    Post.objects.create(
        role="practitioner", agency=post.agency, partnership=post.partnership, user=other,
        since=today() - timedelta(days=9),
    )  # fmt: skip
    now = timezone.now()
    # when somebody covers them today
    cover.set_cover(post, other, today(), today(), stands_in, now)
    # then the cover sees the case, in the teacher's seat, and tomorrow no longer
    assert RAISER in find(viewer(other, now), at_risk.reference).seats
    assert at_risk in cases_for(viewer(other, now))
    later = now + timedelta(days=1)
    with pytest.raises(NotFound):
        find(viewer(other, later), at_risk.reference)
    assert at_risk not in cases_for(viewer(other, later))


def test_what_somebody_unknown_left_is_the_leads_and_the_unit_is_told(
    cast: object, as_person: SignIn, person: Person
) -> None:
    # given a concern of somebody who came for the first time
    case = sent(Client())
    round_of_the_loop()
    newcomer = Newcomer.objects.get()
    unit = person("business_manager", "sandwell")
    # when the safeguarding lead says that they do not know them
    lead = as_person("safeguarding_lead", SCHOOL)
    answer = lead.post(f"/newcomers/{newcomer.pk}", {"known": "no"})
    assert "The business manager is told now." in text(answer)
    # then the business manager is told at once, as urgent, with no name
    told = Notice.objects.get(recipient=unit, kind=Kind.UNKNOWN)
    assert told.urgent
    assert told.case == case
    assert newcomer.post.user is not None
    assert newcomer.post.user.name not in told.instead
    # and what the unknown person owed is the next tier's, who is told of it
    round_of_the_loop()
    manager = as_person("manager", SCHOOL)
    assert case.reference in needs(manager)
    assert "You owe nothing here now" not in text(manager.get(f"/case/{case.reference}"))
    assert person("manager", SCHOOL).name in who_must(manager, case)
    duty = Notice.objects.filter(recipient=person("manager", SCHOOL), kind=Kind.DUTY)
    assert owed_in(duty)
    # and asked again, nothing is told twice
    assert not say(newcomer, False, unit, timezone.now())


def days(name: str, when: date) -> dict[str, str]:
    return {f"{name}_day": str(when.day), f"{name}_month": str(when.month), f"{name}_year": str(when.year)}  # fmt: skip


def test_cover_is_told_at_once_of_the_days_and_of_what_waits(
    at_risk: Case, as_person: SignIn, person: Person
) -> None:
    # given a case that stands with the managers
    escalated = timezone.now()
    done = ledger.act(
        at_risk.reference, Record(0, escalated, escalated, RAISER, Act.ESCALATE), None
    )
    assert isinstance(done, ledger.Done)
    manager, stands_in = person("manager", SCHOOL), person("practitioner", SCHOOL)
    post = Post.objects.filter(user=manager).get()
    first, last = today() + timedelta(days=1), today() + timedelta(days=4)
    typed = {"person": str(stands_in.pk), **days("since", first), **days("until", last)}
    # when the manager sets cover for days to come
    answer = as_person("manager", SCHOOL).post(f"/posts/{post.pk}/cover", typed)
    assert answer.status_code == 302
    # then whoever covers is told now: from when, until when, and how much waits; no name, no words
    told = Notice.objects.get(kind=Kind.COVER)
    assert told.recipient == stands_in
    assert told.told <= timezone.now()
    for part in (f"{first.day} {first:%B %Y}", f"{last.day} {last:%B %Y}", "1 case waits"):
        assert part in told.instead
    assert manager.name not in told.instead
    shown = text(signed_in(stands_in).get("/notices"))
    assert "You cover a post while its holder is away" in shown
    assert told.instead in shown
    # it is of a post and of no case: the button says which notice it is by when it was told
    cover_notice = shown[shown.index("You cover a post while its holder is away</h2>") :]
    button = cover_notice[cover_notice.index("Mark as read<") :].partition("</button>")[0]
    assert button.endswith(f"while its holder is away, told {moment(told.told)}</span>"), button


def test_a_day_that_comes_hands_over_too(at_risk: Case, person: Person) -> None:
    # given a class teacher who leaves tomorrow, as was recorded today
    teacher, unit = person("practitioner", SCHOOL), person("business_manager", "sandwell")
    post = Post.objects.filter(user=teacher).get()
    cover.change_holder(post, None, today() + timedelta(days=1), unit, timezone.now())
    before = set(Notice.objects.values_list("pk", flat=True))
    round_of_the_loop()
    manager = person("manager", SCHOOL)
    assert not Notice.objects.exclude(pk__in=before).filter(recipient=manager, kind=Kind.DUTY)
    # when tomorrow comes
    noon = datetime.combine(today() + timedelta(days=1), datetime.min.time(), LONDON)
    go_round(noon + timedelta(minutes=1), mails=True)
    # then the next tier is told
    handed = Notice.objects.exclude(pk__in=before).filter(recipient=manager, kind=Kind.DUTY)
    assert [notice.urgent for notice in handed] == [True]

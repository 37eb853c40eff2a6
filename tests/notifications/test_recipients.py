"""Who is told: posts, not people; away, left, vacant, passed on: nothing is dropped."""

from collections.abc import Callable
from datetime import date

import pytest

from concord.cases.doorway import find, viewer
from concord.cases.models import Case
from concord.demo.build import build_if_empty
from concord.directory.models import Agency, Partnership, Post, User
from concord.notifications.models import Notice
from concord.rules.who import Who
from tests.notifications.conftest import AT, RAISER, SCHOOL, TRUST, Acting, Rounds, hours, told_to

Person = Callable[[str, str], User]


def somebody(name: str) -> User:
    return User.objects.create_user(f"{name}@example.org", name.title() + " Invented")


def post(role: str, where: str, **more: object) -> Post:
    """A post in Sandwell: its first holder's, changed as said."""
    found = Post.objects.filter(role=role, agency__slug=where).first()
    found = found or Post.objects.get(role=role, agency=None, partnership__slug=where)
    for name, value in more.items():
        setattr(found, name, value)
    found.save()
    return found


def another(role: str, where: str, user: User, **more: object) -> Post:
    agency = Agency.objects.get(slug=where)
    sandwell = Partnership.objects.get(slug="sandwell")
    return Post.objects.create(role=role, agency=agency, partnership=sandwell, user=user, **more)


def heard() -> set[str]:
    """The names of those told of the escalation on the other side."""
    found = Notice.objects.filter(act="escalate")
    return {notice.recipient.name if notice.recipient else "nobody" for notice in found}


def why() -> str:
    return Notice.objects.get(act="escalate").instead


def test_cover_by_dates_stands_in_while_the_holder_is_away(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    holder = person("manager", "sandwell-school")
    cover = somebody("cover")
    another("manager", "sandwell-school", cover, covers=True,
            since=date(2026, 11, 23), until=date(2026, 11, 24))  # fmt: skip
    act("escalate", RAISER)
    rounds(AT)
    begun = Notice.objects.filter(post="manager@raising")
    assert {notice.recipient for notice in begun} == {cover}
    # once the cover has ended, the holder is told again
    rounds(AT + hours(48))
    late = Notice.objects.filter(post="manager@raising", rung="one_day_left")
    assert {notice.recipient for notice in late} == {holder}


def test_a_deputy_is_told_where_the_holder_has_left(
    opened: Case, act: Acting, rounds: Rounds
) -> None:
    deputy = somebody("deputy")
    another("manager", "sandwell-childrens-trust", deputy, deputy=True)
    post("manager", "sandwell-childrens-trust", until=date(2026, 11, 20))
    act("escalate", RAISER)
    rounds(AT)
    assert heard() == {deputy.name}


def test_a_vacant_tier_goes_to_the_next_one_up_and_says_so(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    post("manager", "sandwell-childrens-trust", user=None)
    act("escalate", RAISER)
    rounds(AT)
    assert heard() == {person("service_lead", "sandwell-childrens-trust").name}
    assert "vacant" in why()


def test_an_agency_that_has_not_the_tier_answers_by_its_nearest(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    Agency.objects.filter(slug="sandwell-childrens-trust").update(missing_tiers=["manager"])
    act("escalate", RAISER)
    rounds(AT)
    assert heard() == {person("service_lead", "sandwell-childrens-trust").name}
    assert why() == ""


def test_an_empty_line_goes_to_the_liaison_officer_then_the_business_manager(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    Post.objects.filter(agency__slug="sandwell-childrens-trust").update(user=None)
    officer = somebody("officer")
    slo = another("slo", "sandwell-childrens-trust", officer)
    act("escalate", RAISER)
    rounds(AT)
    assert heard() == {officer.name}
    slo.delete()
    act("refer_up", SCHOOL)
    rounds(AT)
    last = Notice.objects.get(act="refer_up")
    assert last.recipient == person("business_manager", "sandwell")
    assert "vacant" in last.instead


def test_with_nobody_at_all_the_notice_is_kept_and_addressed_to_nobody(
    opened: Case, act: Acting, rounds: Rounds
) -> None:
    Post.objects.update(user=None)
    act("escalate", RAISER)
    rounds(AT)
    assert heard() == {"nobody"}


def test_who_has_left_between_two_rungs_drops_nothing(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    act("escalate", RAISER)
    rounds(AT)
    gone = person("manager", "sandwell-school")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    new = somebody("new")
    another("manager", "sandwell-school", new)
    rounds(AT + hours(48))
    assert "one_day_left" in {notice.rung for notice in told_to(new)}
    assert "one_day_left" not in {notice.rung for notice in told_to(gone)}


def test_of_several_at_a_tier_the_one_in_the_case_is_told_and_after_passing_on_the_other(
    opened: Case, act: Acting, rounds: Rounds
) -> None:
    one, other = somebody("one"), somebody("other")
    for user in (one, other):
        another("manager", "sandwell-childrens-trust", user)
    act("acknowledge", TRUST, user=one, text={"user": str(one.pk)})
    act("escalate", RAISER)
    rounds(AT)
    assert heard() == {one.name}
    act("pass_on", TRUST, user=one, text={"user": str(one.pk), "passed_to": str(other.pk)})
    act("refer_up", SCHOOL)
    rounds(AT)
    assert Notice.objects.get(act="refer_up").recipient == other


def test_nobody_outside_the_case_is_told_because_they_are_practitioners_too(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    rounds(AT)
    assert told_to(person("practitioner", "sandwell-childrens-trust")) == []
    told = Notice.objects.get(act="raise")
    assert told.recipient == person("manager", "sandwell-childrens-trust")
    assert "Pass it on" in told.instead


def test_what_goes_outside_concord_tells_nobody(opened: Case, act: Acting, rounds: Rounds) -> None:
    rounds(AT)
    act("refer", RAISER)
    rounds(AT)
    posts = set(Notice.objects.filter(act="refer").values_list("post", flat=True))
    assert "mash" not in posts


def test_an_office_of_an_agency_is_found_where_the_policy_places_it(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    act("notify", RAISER, to=(Who("director_quality_review"),))
    rounds(AT)
    told = told_to(person("director_quality_review", "sandwell-childrens-trust"))
    assert "notify" in {notice.act for notice in told}


def test_an_office_of_a_party_named_without_its_party_is_that_of_who_acts(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    act("notify", SCHOOL, to=(Who("board_rep"),))
    rounds(AT)
    assert "notify" in {each.act for each in told_to(person("board_rep", "sandwell-school"))}
    assert told_to(person("board_rep", "sandwell-childrens-trust")) == []
    act("notify", Who("business_manager"), to=(Who("board_rep"),))
    rounds(AT)
    assert "notify" in {
        each.act for each in told_to(person("board_rep", "sandwell-childrens-trust"))
    }


def test_who_raised_it_is_told_where_it_stands(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    raiser = person("practitioner", "sandwell-school")
    act("answer", TRUST)
    act("escalate", SCHOOL)
    act("file", SCHOOL)
    act("escalate", RAISER, user=raiser)
    rounds(AT)
    assert [each.act for each in told_to(raiser) if each.act] == ["answer", "escalate"]


def test_at_the_last_stage_the_body_and_both_sides_are_told(
    opened: Case, act: Acting, rounds: Rounds, person: Person
) -> None:
    act("escalate", RAISER, stage="stage-4", reason="The child cannot wait.", override="At risk.")
    act("notify", Who("business_manager"), to=(Who("iro"),))
    rounds(AT)
    for role, where in (("executive", "sandwell-school"), ("executive", "sandwell-childrens-trust"),
                        ("chair", "sandwell")):  # fmt: skip
        assert "notify" in {each.act for each in told_to(person(role, where))}, role


@pytest.mark.dear
@pytest.mark.django_db
def test_the_demonstration_tells_posts_that_there_can_be_and_people_who_can_open_the_case() -> None:
    build_if_empty(AT)
    # the party's own offices are looked for in the party, never at the partnership
    for role in ("slo", "board rep", "manager", "executive"):
        assert not Notice.objects.filter(instead__contains=f"post of {role} at").filter(
            instead__contains="Partnership (demonstration)"
        )
    assert Notice.objects.filter(post__startswith="slo@").exists()
    # and everybody who is told of a case can open it
    told = Notice.objects.select_related("recipient", "case")
    pairs = {(each.recipient_id, each.case_id): each for each in told}
    assert len(pairs) > 300
    for notice in pairs.values():
        assert notice.recipient is not None
        assert notice.case is not None
        assert find(viewer(notice.recipient, AT), notice.case.reference).case == notice.case

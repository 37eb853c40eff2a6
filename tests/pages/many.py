"""As much as a busy year brings: so many cases, posts, agencies and looks that no list is short."""

from dataclasses import replace
from datetime import timedelta

from concord.cases.ledger import Done, act, open_case
from concord.cases.models import Case
from concord.directory.models import Agency, Membership, Partnership, Post, User
from concord.notifications.loop import go_round
from concord.notifications.models import Kind, MailState, Notice
from concord.rules.record import Record
from concord.rules.who import Who
from concord.rules.words import Act, Side, Tier
from tests.pages.world import SCHOOL, TRUST, World

MANY = 30
NAMES = ("Plum Invented-Featherstone", "Basil Madeup", "Rowan Example")


def crowd_in(world: World) -> None:
    """Put into a filled instance what makes each list long: cases of every kind both ways."""
    client = world.clients["practitioner raising"]
    raiser = User.objects.get(pk=client.session["_auth_user_id"])
    for number in range(MANY):
        for kind in ("new", "escalated", "ended", "told"):
            _case(world, raiser, kind, number)
    _posts(world)
    _agencies(world)
    _undelivered(world)
    _emergencies(world)
    _lessons(world)
    for reference in Case.objects.values_list("reference", flat=True)[: 2 * MANY]:
        world.clients["business manager"].get(f"/case/{reference}")
        world.clients["practitioner raising"].get(f"/case/{reference}")
        world.clients["executive of no party"].get(f"/case/{reference}")
    go_round(world.at, mails=False)


def _case(world: World, raiser: User, kind: str, number: int) -> None:
    """A case raised by the school or the trust by turns: new, with the managers, ended, told."""
    ours, theirs = (SCHOOL, TRUST) if number % 2 else (TRUST, SCHOOL)
    at = world.at - timedelta(days=number + 20, hours=number)
    who = Who("practitioner", Side.RAISING, ours)
    first = Record(
        n=1, at=at, written=at, by=who, act=Act.RAISE, key=f"many-{kind}-{number}",
        facts={"immediate_risk": number % 5 == 0, "child_protection": True},
        text={
            "child.1.name": f"{NAMES[number % 3]} {number}", "child.1.born": "2015-04-03",
            "decision_challenged": "The referral was closed without a visit.",
            "user": str(raiser.pk), "by_name": raiser.name,
        },
    )  # fmt: skip
    agency = {each.slug: each for each in Agency.objects.filter(slug__in=(SCHOOL, TRUST))}
    partnership = Partnership.objects.get(slug="sandwell")
    answer = open_case(partnership, agency[ours], [agency[theirs]], {}, first, raiser)
    assert isinstance(answer, Done), answer
    later = replace(first, n=0, key=f"{first.key}-on", facts={}, text={}, act=Act.ESCALATE)
    if kind == "ended":
        later = replace(later, act=Act.WITHDRAW, reason="The child was assessed.", at=world.at,
                        written=world.at)  # fmt: skip
    elif kind == "told":
        later = replace(later, act=Act.NOTIFY, to=(Who("iro"), Who("chair")))
    if kind != "new":
        assert isinstance(act(answer.case.reference, later, raiser), Done)


def _posts(world: World) -> None:
    """More people in the school than one screen holds, and posts that nobody holds."""
    sandwell, school = Partnership.objects.get(slug="sandwell"), Agency.objects.get(slug=SCHOOL)
    for number in range(MANY):
        person = User.objects.create_user(
            f"robin.{number}@{SCHOOL}.example.org", f"Robin Invented {number}"
        )
        Post.objects.create(
            partnership=sandwell, agency=school, role=Tier.PRACTITIONER, user=person,
            title="Deputy designated safeguarding lead", since=world.at.date() - timedelta(days=30),
        )  # fmt: skip
        if number < MANY // 2:
            Post.objects.create(
                partnership=sandwell, agency=school, role="safeguarding_lead", user=None,
                title=f"Designated safeguarding lead, site {number}",
                since=world.at.date() - timedelta(days=30),
            )  # fmt: skip


def _agencies(world: World) -> None:
    """The school's executive leads a group of schools."""
    holder = world.clients["executive"].session["_auth_user_id"]
    sandwell = Partnership.objects.get(slug="sandwell")
    for number in range(2 * MANY):
        agency = Agency.objects.create(
            slug=f"school-{number}", name=f"Sandwell Meadow School {number} (invented)",
            kind="school",
        )  # fmt: skip
        Membership.objects.create(agency=agency, partnership=sandwell)
        Post.objects.create(
            partnership=sandwell, agency=agency, role="executive", user_id=holder,
            title="Chief executive", since=world.at.date() - timedelta(days=30),
        )  # fmt: skip


def _undelivered(world: World) -> None:
    """Mails that came back, with what the server said."""
    for number in range(MANY):
        Notice.objects.create(
            key=f"many-undelivered-{number}", kind=Kind.ACT, act="file", case=world.case("live"),
            told=world.at, state=MailState.BOUNCED, error="550 5.1.1 no such user",
            recipient=User.objects.earliest("pk"),
        )  # fmt: skip


def _emergencies(world: World) -> None:
    """Cases opened in an emergency that wait for their review."""
    client = world.clients["who opened it in an emergency"]
    for reference in Case.objects.order_by("-pk").values_list("reference", flat=True)[:MANY]:
        sent = {"reference": reference, "why": "The child is at our door, and says nothing. " * 3}
        assert client.post("/emergency", sent).status_code == 302


def _lessons(world: World) -> None:
    """What was learned, each with its own theme."""
    manager = world.clients["line manager"]
    for number in range(MANY // 2):
        seen = world.case("live").last_sequence
        sent = manager.post(f"/case/{world.cases['live']}/learn", {
            "lesson": "Write down who decides a threshold, and by when they must.",
            "theme": f"Thresholds {number}", "group": "Quality of practice",
            "key": f"lesson-{number}", "seen": str(seen),
        })  # fmt: skip
        assert sent.status_code == 302, sent.content.decode()

"""A filled instance to walk through: the demonstration, and what it has no example of.

The people of `pages.md` are found in the demonstration's own cast. What is added is added as they
would: through the pages' own forms.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from concord.cases.models import Case, Draft, Invitation, Registered
from concord.demo.build import build_if_empty
from concord.demo.cast import build_cast
from concord.directory.models import Agency, Newcomer, Post, User
from concord.notifications.models import Kind, MailState, Notice
from concord.rules.clock import LONDON
from concord.subject_access.models import Piece, Redaction
from concord.web.forms.raising import STEPS
from tests.apps.test_pages import ANSWERS
from tests.pages.typing_in import BROKEN, UNBROKEN

IN_USE = "minutes"
"""The form whose Word copies are made with a template of the partnership's own."""
SCHOOL, TRUST, HEALTH = "sandwell-school", "sandwell-childrens-trust", "sandwell-health"

POSTS: dict[str, tuple[str, str]] = {
    "practitioner raising": ("practitioner", SCHOOL),
    "counterpart": ("practitioner", TRUST),
    "line manager": ("manager", SCHOOL),
    "counterpart's manager": ("manager", TRUST),
    "head of service": ("service_lead", TRUST),
    "senior liaison officer": ("slo", "welton-st-marys"),
    "executive": ("executive", SCHOOL),
    "business manager": ("business_manager", "sandwell"),
    "chair": ("chair", "sandwell"),
    "independent reviewing officer": ("iro", "sandwell"),
    "auditor": ("data_protection_officer", "sandwell"),
    "executive of no party": ("executive", "sandwell-charity"),
    "whose words are long": ("practitioner", HEALTH),
    "whose manager's are": ("manager", HEALTH),
}
OTHERS = ("panel member", "administrator", "outsider", "first time", "signed out")
PERSONAS = (*POSTS, *OTHERS)


@dataclass
class World:
    """Who may look, and where there is something to see."""

    at: datetime
    clients: dict[str, Client] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    """References, by what the case shows: "live", "decided", "long" and so on."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Parts of addresses that are made up by chance: a draft's, an invitation's."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Numbers in addresses: a post's, a newcomer's, a record's."""

    codes: dict[str, str] = field(default_factory=dict)
    """What was read out over the telephone, by what it opens: an invitation."""

    def case(self, what: str) -> Case:
        """One of the cases."""
        return Case.objects.get(reference=self.cases[what])


@contextmanager
def undone() -> Iterator[None]:
    """What happens here is taken back: a page that is sent changes nothing for the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def peopled(filled: bool) -> World:
    """A world with the cast; with every story and what they lack too, where it is filled."""
    at = timezone.now().replace(microsecond=0)
    if filled:
        build_if_empty(at)
    else:
        build_cast()
    world = World(at)
    for name, (role, where) in POSTS.items():
        world.clients[name] = _client(_holder(role, where))
    world.clients["administrator"] = _client(
        User.objects.create_user("runs.the.service@example.org", "Robin Administrator")
    )
    for name in ("panel member", "outsider", "first time", "signed out"):
        world.clients[name] = Client(raise_request_exception=False)
    _posts(world)
    if filled:
        _cases(world)
        _drafts(world)
        _long(world)
        _papers(world)
        _subject_access(world)
        _outsiders(world)
        _emergencies(world)
        _called_back(world)
        _retention(world)
        _arrivals(world)
        _undelivered(world)
        _template(world)
    return world


def _client(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def _holder(role: str, where: str) -> User:
    posts = Post.objects.filter(role=role).select_related("user")
    post = posts.filter(agency__slug=where).first()
    post = post or posts.filter(agency=None, partnership__slug=where).first()
    assert post is not None and post.user is not None, (role, where)
    return post.user


def _send(client: Client, address: str, **data: Any) -> Any:
    answer = client.post(address, data)
    assert answer.status_code == 302, (address, answer.status_code, _wrong(answer))
    return answer


def _wrong(answer: Any) -> str:
    """What a page says is wrong, or its beginning."""
    words = re.sub(r"<[^>]*>|\s+", " ", answer.content.decode().partition("<main")[2])
    return (words.partition("to put right")[2] or words)[:800]


def _cases(world: World) -> None:
    """The stories that show what a page is to be seen with."""
    wanted: dict[str, dict[str, Any]] = {
        "live": {"summary__status": "open", "summary__stage": "discussion", "parties__agency__slug": SCHOOL},
        "last stage": {"summary__status": "open", "summary__stage": "stage-4", "parties__agency__slug": SCHOOL},
        "resolved": {"summary__status": "resolved", "parties__agency__slug": SCHOOL, "summary__open_actions": 1},
        "decided": {"summary__status": "decided", "parties__agency__slug": SCHOOL},
        "withdrawn": {"summary__status": "withdrawn", "parties__agency__slug": SCHOOL},
    }  # fmt: skip
    for name, where in wanted.items():
        cases = Case.objects.filter(partnership__slug="sandwell", **where).order_by("pk")
        world.cases[name] = cases[0].reference
    panel = Case.objects.get(partnership__slug="bromley", summary__status="decided")
    world.cases["panel"] = panel.reference
    member = panel.summary.appointed[0][1]
    world.clients["panel member"] = _client(User.objects.get(pk=member))
    liaison = Case.objects.filter(
        partnership__slug="lincolnshire", summary__status="open", summary__stage="step-3",
        parties__agency__slug="welton-st-marys",
    )  # fmt: skip
    world.cases["liaison"] = liaison.order_by("pk")[0].reference


def _posts(world: World) -> None:
    post = Post.objects.get(role="manager", agency__slug=SCHOOL)
    world.numbers["post"] = post.pk
    lead = _client(_holder("service_lead", SCHOOL))
    other = Post.objects.get(role="service_lead", agency__slug=SCHOOL)
    day = world.at.astimezone(LONDON).date()
    since, until = day, day + timedelta(days=7)
    _send(
        lead, f"/posts/{post.pk}/cover", person=str(other.user_id),
        since_day=since.day, since_month=since.month, since_year=since.year,
        until_day=until.day, until_month=until.month, until_year=until.year,
    )  # fmt: skip
    world.numbers["cover"] = Post.objects.get(covers=True).pk
    vacant = Post.objects.get(role="board_rep", agency__slug="sandwell-charity")
    vacant.user = None
    vacant.save(update_fields=["user"])


def _subject_access(world: World) -> None:
    """A request about the child of a case, gathered, with one redaction that waits."""
    child = world.case("live").children.all()[0]
    born = child.born or world.at.date()
    day = world.at.astimezone(LONDON).date()
    officer = world.clients["auditor"]
    asked = {
        "child": child.name, "asked_by": "Rowan Madeup", "standing": "parent", "note": "All of it.",
        "how_proved": "Passport seen", "born_day": born.day, "born_month": born.month,
        "born_year": born.year,
    } | {
        f"{name}_{part}": getattr(day, part)
        for name in ("received", "proved") for part in ("day", "month", "year")
    }  # fmt: skip
    made = _send(officer, "/partnerships/sandwell/subject-access/new", **asked)
    here = made.headers["Location"]
    world.tokens["request"] = here.rpartition("/")[2]
    _send(officer, f"{here}/gathered")
    pieces = Piece.objects.filter(request__reference=world.tokens["request"]).order_by("number")
    piece = pieces[2]
    world.numbers["piece"] = piece.number
    world.numbers["paper"] = pieces.exclude(document=None)[0].number
    _send(officer, f"{here}/pieces/{piece.number}", code="T1", why="Of somebody else.")
    world.numbers["redaction"] = Redaction.objects.latest("pk").pk


def _begin(
    client: Client, address: str, answers: dict[str, dict[str, object]], **first: Any
) -> str:
    """A draft with every question answered."""
    token: str = _send(client, address, **first).headers["Location"].split("/")[2]
    for step, typed in answers.items():
        _send(client, f"/raise/{token}/{step}", **typed)
    return token


Typed = dict[str, dict[str, object]]
YOU: dict[str, object] = {
    "name": "Wren Newcomer", "job": "Teaching assistant", "telephone": "01632 960123",
    "email": f"wren.newcomer@{SCHOOL}.example.org",
}  # fmt: skip
FIRST_TIME: Typed = {
    "risk": ANSWERS["risk"],
    "you": YOU,
    **{s: ANSWERS[s] for s in list(STEPS)[1:]},
}


def _drafts(world: World) -> None:
    world.tokens["draft"] = _begin(world.clients["practitioner raising"], "/raise", ANSWERS)
    world.tokens["first time"] = _begin(world.clients["first time"], "/first-time", FIRST_TIME)
    unit = world.clients["business manager"]
    behalf = {"agency": "sandwell-surgery", "name": "Robin Surgeon", "post": "General practitioner"}
    token = _begin(unit, "/raise/for", ANSWERS, **behalf)
    _send(unit, f"/raise/{token}/check")
    world.cases["on behalf"] = Case.objects.latest("pk").reference
    world.tokens["behalf draft"] = _begin(unit, "/raise/for", ANSWERS, **behalf)


def _long(world: World) -> None:
    """Somebody whose name, agency, child and words are as long as they may be."""
    name = "Wilhelmina Featherstonehaugh-Cholmondeley-" + "W" * 78
    Agency.objects.filter(slug=HEALTH).update(name="Sandwell Community Health " + "W" * 170)
    User.objects.filter(pk=_holder("practitioner", HEALTH).pk).update(name=name)
    User.objects.filter(pk=_holder("manager", HEALTH).pk).update(name=name)
    client = world.clients["whose words are long"]
    answers: Typed = {
        **ANSWERS,
        "child": {"name_1": "W" * 200, "born_1_day": "3", "born_1_month": "4", "born_1_year": "2015"},
        "decision": {"decision": UNBROKEN, "ground": "threshold"},
        "why": {"why": BROKEN, "basis": "evidence"},
        "outcome": {"aim": UNBROKEN},
        "family": {"family": "The family knows.", "note": BROKEN},
    }  # fmt: skip
    token = _begin(client, "/raise", answers)
    world.tokens["long draft"] = token
    _send(client, f"/raise/{token}/check")
    world.cases["long"] = Case.objects.latest("pk").reference
    world.tokens["long draft"] = _begin(client, "/raise", answers)
    day = (world.at + timedelta(days=1)).astimezone(LONDON)
    on = {"on_day": day.day, "on_month": day.month, "on_year": day.year, "start": "10:00",
          "on_2_day": day.day, "on_2_month": day.month, "on_2_year": day.year, "start_2": "14:00"}  # fmt: skip
    due = {"due_1_day": day.day, "due_1_month": day.month, "due_1_year": day.year}
    other = _client(_holder("manager", TRUST))
    _act(world, other, "long", "answer", position="We disagree.", reply=UNBROKEN)
    talk = {"present": f"practitioner@{TRUST}", "means": "telephone", "said": UNBROKEN,
            "outcome": "unresolved"}  # fmt: skip
    _act(world, client, "long", "discuss", **talk)
    world.numbers["record"] = world.case("long").last_sequence
    _act(world, client, "long", "convene", present=f"manager@{TRUST}", place="W" * 200, **on)
    world.numbers["meeting"] = world.case("long").last_sequence
    first = {name: on[name] for name in ("on_day", "on_month", "on_year", "start")}
    _act(world, other, "long", "convene", present=f"manager@{HEALTH}", **first)
    _act(world, client, "long", "agree", what_1="W" * 500, owner_1=f"manager@{TRUST}", **due)
    _act(world, other, "long", "complete", which="1", done="yes", evidence=UNBROKEN)


def _act(world: World, client: Client, what: str, name: str, **data: Any) -> None:
    here = f"/case/{world.cases[what]}/{name}"
    seen = str(world.case(what).last_sequence)
    _send(client, here, key=f"{name}-{what}-{seen}", seen=seen, **data)


def _papers(world: World) -> None:
    """Documents with the record, the meeting and the referral; the bundle that follows from it."""
    manager = world.clients["line manager"]
    paper = SimpleUploadedFile(
        "What the school saw " + "W" * 150 + ".txt", b"Seen.\n", "text/plain"
    )
    _act(
        world, manager, "live", "submit", form="escalation_template", to=["business_manager"],
        note="", files=[paper],
    )  # fmt: skip
    _act(world, manager, "live", "learn", lesson="W" * 900, theme="W" * 200, group="Learning group")
    _act(
        world, world.clients["practitioner raising"], "live", "discuss",
        present=f"practitioner@{TRUST}", means="telephone", said="We spoke.", outcome="unresolved",
    )  # fmt: skip
    world.numbers["live record"] = world.case("live").last_sequence


def _emergencies(world: World) -> None:
    """One that waits for its review, and one that was reviewed."""
    unit = world.clients["business manager"]
    reader = _client(_holder("manager", "sandwell-charity"))
    world.clients["who opened it in an emergency"] = reader
    for what in ("live", "last stage"):
        _send(
            reader, "/emergency", reference=world.cases[what], why="The child is at our door. " * 3
        )
    line = Registered.objects.earliest("pk")
    _send(unit, f"/emergencies/{line.pk}", proper="no", words="W" * 60 + " was asked about it.")


def _retention(world: World) -> None:
    """One case under a legal hold, with something said of it."""
    unit, day = world.clients["business manager"], world.at + timedelta(days=90)
    here = f"/partnerships/sandwell/retention/{world.cases['resolved']}"
    _send(
        unit, f"{here}/hold", why="A review of practice. " + "W" * 60, review_day=day.day,
        review_month=day.month, review_year=day.year,
    )  # fmt: skip
    _send(unit, f"{here}/say", looked_after="yes", why="The trust says so. " + "W" * 60)


def _called_back(world: World) -> None:
    """A question that went to the wrong professional."""
    raiser, case = world.clients["practitioner raising"], world.case("live")
    _send(
        raiser, f"/case/{case.reference}/invite", name="Robin Wrong", key="wrong",
        post="General practitioner, another surgery", email="robin.wrong@orchard.example.org",
        question="Is it in keeping with a fall?", shown="A child of four.",
    )  # fmt: skip
    number = Invitation.objects.latest("pk").number
    _send(
        raiser, f"/case/{case.reference}/call-back", recipient=f"invitation:{number}",
        why="It was another surgery. " + "W" * 60, action="call",
    )  # fmt: skip


def _outsiders(world: World) -> None:
    """One who is asked and has opened the link with the code; one who has the link alone."""
    teacher = world.clients["practitioner raising"]
    here = f"/case/{world.cases['live']}/invite"
    for who in ("closed", "opened"):
        answer = teacher.post(here, {
            "name": "Robin Surgeon", "post": "General practitioner, Orchard Surgery",
            "email": f"robin.{who}@orchard.example.org", "question": "Is it in keeping with a fall?",
            "shown": BROKEN, "key": who,
        }, follow=True)  # fmt: skip
        found = re.search(r"/invited/([\w-]+)", answer.content.decode())
        assert found, _wrong(answer)
        world.tokens[f"{who} invitation"] = found[1]
        world.numbers["invitation"] = Invitation.objects.latest("pk").number
    page = f"/case/{world.cases['live']}/invitations/{world.numbers['invitation']}"
    code = re.search(r"\b\d{4} \d{4}\b", teacher.post(page, {"action": "code"}).content.decode())
    assert code
    world.codes["opened invitation"] = code[0]
    _send(world.clients["outsider"], f"/invited/{world.tokens['opened invitation']}", code=code[0])


def _arrivals(world: World) -> None:
    """Somebody of the school who came for the first time, and whom it is to confirm."""
    client = Client(raise_request_exception=False)
    token = _begin(client, "/first-time", FIRST_TIME)
    shown = client.post(f"/raise/{token}/prove", {"action": "send"}).content.decode()
    code = re.search(r"Your code is (\d{6})", shown)
    assert code, shown[-3000:]
    _send(client, f"/raise/{token}/prove", code=code[1])
    world.numbers["newcomer"] = Newcomer.objects.get().pk
    assert Draft.objects.filter(token=world.tokens["first time"]).exists()
    page = world.clients["signed out"].post("/sign-in/code", {"email": str(YOU["email"])})
    assert page.status_code == 302


def _template(world: World) -> None:
    """A Word template of the partnership's own, made of the one to start from."""
    unit = world.clients["business manager"]
    here = "/partnerships/sandwell/templates/escalation_template"
    starter = unit.get(f"{here}/starter.docx").content
    _send(unit, here, why="W" * 200, file=SimpleUploadedFile("ours.docx", starter))
    here = f"/partnerships/sandwell/templates/{IN_USE}"
    starter = unit.get(f"{here}/starter.docx").content
    _send(unit, here, why="Our logo", file=SimpleUploadedFile("ours.docx", starter))
    _send(unit, f"{here}/1", why="It has our logo")


def _undelivered(world: World) -> None:
    for number, state in enumerate((MailState.FAILED, MailState.BOUNCED, MailState.NONE)):
        Notice.objects.create(
            key=f"undelivered-{number}", kind=Kind.ACT, act="file", case=world.case("live"),
            told=world.at, state=state, error="550 5.1.1 no such user " + "x" * 200,
            recipient=_holder("manager", SCHOOL) if number < 2 else None,
            instead="The post of Team manager at an agency is vacant, so this comes to you.",
        )  # fmt: skip

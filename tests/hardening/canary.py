"""A canary in every field: a child and people of that name, in a case of many acts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile

from concord.cases.models import Case
from concord.directory.models import Post, User
from concord.notifications.models import Notice
from concord.rules.clock import LONDON
from tests.apps.test_pages import ANSWERS
from tests.pages import world as peopling
from tests.pages.world import TRUST, YOU, World, peopled

CANARY = "Zyxcanary"
BORN = {"born_1_day": "9", "born_1_month": "7", "born_1_year": "2013"}
BIRTHDAYS = ("2013-07-09", "9 July 2013", "09/07/2013", "9/7/2013")
WORDS = f"{CANARY} was seen in Canary Street."
STEPS: dict[str, dict[str, object]] = {
    **ANSWERS,
    "child": {"name_1": f"{CANARY} Quince", **BORN},
    "decision": {"decision": WORDS, "ground": "threshold"},
    "why": {"why": WORDS, "basis": "evidence"},
    "outcome": {"aim": WORDS},
    "family": {"family": "The family knows.", "note": WORDS},
}
SOMEBODY: dict[str, object] = {**YOU, "name": f"{CANARY} Newcomer", "job": f"{CANARY} teacher"}


def sings(text: str) -> bool:
    """Whether a text holds something of a person."""
    low = text.lower()
    return CANARY.lower() in low or "quince" in low or any(each in text for each in BIRTHDAYS)


def full_of_canaries() -> World:
    """A filled instance, whose people are canaries, with one case that is shown to everybody."""
    with _named():
        world = peopled(filled=True)
    _case(world)
    for user in User.objects.all():
        user.name, user.job_title = f"{CANARY} Person", f"{CANARY} post"
        user.email = f"zyxcanary.{user.pk}@example.org"
        user.save()
    Post.objects.update(title=f"{CANARY} title")
    Notice.objects.exclude(error="").update(error=f"550 no such user {CANARY}@example.org")
    world.cases = {"live": world.cases["live"], "on behalf": world.cases["on behalf"]}
    return world


@contextmanager
def _named() -> Iterator[None]:
    """Whoever comes for the first time and each draft that is begun are canaries' too."""
    typed = {**STEPS, "you": SOMEBODY}
    first_time = {name: typed[name] for name in peopling.FIRST_TIME}
    with (
        patch.object(peopling, "ANSWERS", STEPS),
        patch.object(peopling, "FIRST_TIME", first_time),
        patch.object(peopling, "YOU", SOMEBODY),
    ):
        yield


def _case(world: World) -> None:
    """A canary's case, with words of every kind in it, in place of the live one."""
    teacher, manager = world.clients["practitioner raising"], world.clients["line manager"]
    other = world.clients["counterpart's manager"]
    token = peopling._begin(teacher, "/raise", STEPS)
    peopling._send(teacher, f"/raise/{token}/check")
    world.cases["live"] = Case.objects.latest("pk").reference
    day = (world.at + timedelta(days=1)).astimezone(LONDON)
    on = {"on_day": day.day, "on_month": day.month, "on_year": day.year, "start": "10:00"}
    due = {"due_1_day": day.day, "due_1_month": day.month, "due_1_year": day.year}
    act = peopling._act
    act(world, other, "live", "answer", position="We disagree.", reply=WORDS)
    act(
        world, teacher, "live", "discuss", present=f"practitioner@{TRUST}", means="telephone",
        said=WORDS, outcome="unresolved",
    )  # fmt: skip
    act(world, teacher, "live", "convene", present=f"manager@{TRUST}", place=WORDS, **on)
    act(world, teacher, "live", "agree", what_1=WORDS, owner_1=f"manager@{TRUST}", **due)
    act(world, other, "live", "complete", which="1", done="yes", evidence=WORDS)
    paper = SimpleUploadedFile(f"{CANARY} Quince.txt", b"Seen.\n", "text/plain")
    act(
        world, manager, "live", "submit", form="escalation_template", to=["business_manager"],
        note="", files=[paper],
    )  # fmt: skip
    # a lesson that names the child is refused: it sings of a place that has the name in it
    lesson = f"In {CANARY}ville families were asked late."
    act(world, manager, "live", "learn", lesson=lesson, theme=lesson, group=lesson)
    peopling._outsiders(world)

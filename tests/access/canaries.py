"""A case with a canary in every field, and everything that somebody can get to see of it."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from html import unescape
from itertools import product
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from concord.access.fields import Field
from concord.access.routes import ROUTES, Door, Way
from concord.api.urls import urlpatterns as of_programs
from concord.cases.ledger import Done, act, open_case, state_of
from concord.cases.models import Case
from concord.directory.models import Agency, Partnership, Post, User
from concord.rules.record import PlannedAction, Record
from concord.rules.who import Who
from concord.rules.words import Act, Means, Outcome, Side
from concord.web.urls import urlpatterns
from tests.api.reading import get
from tests.apps.conftest import AT
from tests.pages.world import undone

SCHOOL, TRUST, CHARITY = "sandwell-school", "sandwell-childrens-trust", "sandwell-charity"
RAISER = Who("practitioner", Side.RAISING, SCHOOL)
ANSWERS = Who("manager", Side.RESPONDING, TRUST)
NAME, BORN = "Canary Quince", date(2016, 2, 29)
LOOKER = "Canary Looker"
STATUS = "Child in need"
BIRTHDAYS = ("29 February 2016", "2016-02-29", "29/02/2016", "29 Feb 2016")


def said(field: Field) -> str:
    """The canary of a field: in nobody's words but there."""
    return f"canaryof{field.name.lower().replace('_', '')}"


def case_of_canaries() -> Case:
    """A case, told to the chair and to the reviewing officer, open, with every field sung for."""
    school, trust = (Agency.objects.get(slug=slug) for slug in (SCHOOL, TRUST))
    raiser = _holder("practitioner", SCHOOL)
    first = Record(
        n=1, at=AT, written=AT, by=RAISER, act=Act.RAISE, key="raise",
        facts={"child_status": ("child_in_need",)},
        text={
            "child.1.name": NAME, "child.1.born": BORN.isoformat(), "user": str(raiser.pk),
            "by_name": raiser.name, "decision_challenged": said(Field.DISPUTE),
            "aim": said(Field.AIM), "why": said(Field.REASONS), "level_now": said(Field.NEED),
            "family": said(Field.FAMILY), "challenged_person": said(Field.CHALLENGED_PERSON),
            "address": said(Field.CHILD_ADDRESS),
        },
    )  # fmt: skip
    sandwell = Partnership.objects.get(slug="sandwell")
    answer = open_case(sandwell, school, [trust], {}, first, raiser)
    assert isinstance(answer, Done)
    case = answer.case
    for number, (by, name, particulars) in enumerate(_records(), 2):
        record = Record(
            n=number, at=AT, written=AT, by=by, act=name, key=f"k{number}", **particulars
        )
        done = act(case.reference, record, None)
        assert isinstance(done, Done), (name, done)
    _enclose(case)
    _be_refused(case)
    return case


def end(case: Case) -> None:
    """The case ends, and how is a field of its own."""
    number = len(state_of(case).records) + 1
    record = Record(
        n=number, at=AT, written=AT, by=RAISER, act=Act.WITHDRAW, key="end",
        reason=said(Field.OUTCOME),
    )  # fmt: skip
    assert isinstance(act(case.reference, record, None), Done)


def _records() -> list[tuple[Who, Act, dict[str, Any]]]:
    return [
        (RAISER, Act.DISCUSS, {"people": (ANSWERS,), "means": Means.TELEPHONE,
                               "outcome": Outcome.UNRESOLVED, "text": {"said": said(Field.TALKS)}}),
        (ANSWERS, Act.ANSWER, {"text": {"position": "We disagree.",
                                        "reply": said(Field.POSITIONS)}}),
        (RAISER, Act.AGREE, {"actions": (PlannedAction(said(Field.AGREEMENTS), ANSWERS,
                                                       AT.date()),)}),
        (RAISER, Act.LEARN, {"text": {"lesson": said(Field.LESSONS)}}),
        (RAISER, Act.NOTIFY, {"to": (Who("iro"),), "text": {"note": said(Field.TO_ONESELF)}}),
        (RAISER, Act.NOTIFY, {"to": (Who("chair"),), "text": {"note": "They are asked to look."}}),
    ]  # fmt: skip


def _enclose(case: Case) -> None:
    """A form is sent with a supporting document, by the page: the bundle follows from it."""
    name, words = said(Field.DOCUMENT_NAMES), said(Field.DOCUMENTS)
    manager = client_of("manager", SCHOOL)
    answer = manager.post(f"/case/{case.reference}/submit", {
        "form": "escalation_template", "to": ["business_manager"], "note": "", "key": "submit",
        "seen": str(len(state_of(case).records)),
        "files": [SimpleUploadedFile(f"{name}.txt", words.encode(), "text/plain")],
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()


def _be_refused(case: Case) -> None:
    """Somebody without business there asks for the case: their name stands where looks are told."""
    user = User.objects.create_user("canary.looker@example.org", LOOKER)
    partnership, agency = case.partnership, Agency.objects.get(slug="sandwell-health")
    Post.objects.create(partnership=partnership, agency=agency, role="practitioner", user=user)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    assert client.get(f"/case/{case.reference}").status_code == 404


def _holder(role: str, where: str) -> User:
    posts = Post.objects.select_related("user").filter(role=role)
    post = posts.filter(agency__slug=where).first()
    post = post or posts.filter(agency=None, partnership__slug=where).first()
    assert post is not None and post.user is not None
    return post.user


def client_of(role: str, where: str) -> Client:
    """Somebody's browser, by the post they hold."""
    client = Client(raise_request_exception=False)
    client.force_login(_holder(role, where))
    return client


# --- everything that somebody can get to see ------------------------------------------------


def heard(client: Client, case: Case, sending: bool = True) -> set[Field]:
    """Of which fields something is shown to somebody, on any page or in any file of the service.

    `sending`: what buttons send is sent, too.
    """
    found: set[Field] = set()
    for route, address in addresses(case):
        for sent in ways(route, case):
            if sent is not None and not sending:
                continue
            with undone():
                answer = get(client, address) if sent is None else client.post(address, sent)
                found |= sung(answer, case)
                if route in ("form-open", "bundle-open") and answer.status_code == 200:
                    found.add(Field.FORMS)
    return found


def ways(route: str, case: Case) -> Iterator[dict[str, str] | None]:
    """How an address is asked for: opened, and sent with what its button would send."""
    row = ROUTES[route]
    if Way.OPENED in row.ways:
        yield None
    if Way.SENT not in row.ways or (row.door is not Door.CASE and route != "find"):
        return  # what is sent elsewhere signs out, or removes a way to sign in: it shows no case
    if route == "find":
        yield {"reference": case.reference}
        yield {"name": NAME, "born_0": "29", "born_1": "2", "born_2": "2016",
               "born_day": "29", "born_month": "2", "born_year": "2016"}  # fmt: skip
        return
    yield {"as": "docx" if route == "form-open" else "pdf"}


def addresses(case: Case) -> Iterator[tuple[str, str]]:
    """Every address that a case can be seen by: all of its own, and the lists and exports."""
    records = len(state_of(case).records)
    partnership = [case.partnership.slug]
    agencies = [SCHOOL, TRUST, CHARITY]
    parts: dict[str, list[Any]] = {
        "reference": [case.reference], "number": list(range(1, records + 1)), "version": [1], "mark": ["none"],
        "form": [each.form for each in state_of(case).policy.forms], "ending": ["csv", "xlsx"],
        "agency": [SCHOOL, TRUST], "name": list(Act),
    }  # fmt: skip
    for pattern in (*urlpatterns, *of_programs):
        name = str(pattern.name)
        row = ROUTES[name]
        if row.door not in (Door.CASE, Door.SIGNED_IN, Door.POST) or name in _BESIDE:
            continue
        wanted = re.findall(r"<\w+:(\w+)>", str(pattern.pattern))
        if "reference" in wanted and row.door is not Door.CASE:
            continue  # of something else: a request, of which there is none here
        few = {**parts, "number": [1, 2]} if name.startswith(("meeting", "act", "supp")) else parts
        choices = [
            agencies if part == "slug" and name.startswith("agency")
            else partnership if part == "slug" else few[part]
            for part in wanted
        ]  # fmt: skip
        for chosen in product(*choices):
            yield name, reverse(name, args=chosen)


_BESIDE = frozenset({"session-stay", "kept-throw", "notices-again", "notices-read"})
"""What a button sends that shows nothing: it leads to pages that are seen here anyway."""


def sung(answer: Any, case: Case) -> set[Field]:
    """The fields whose canary an answer shows."""
    words = re.sub(r"\s+", " ", _words(answer))
    found = {field for field in Field if said(field) in words}
    if case.reference in words:
        found.add(Field.STANDING)
    if NAME in words:
        found.add(Field.CHILD_NAME)
    if any(each in words for each in BIRTHDAYS):
        found.add(Field.CHILD_BORN)
    if STATUS in words:
        found.add(Field.CHILD_STATUS)
    if LOOKER in words:
        found.add(Field.WHO_LOOKED)
    return found


def _words(answer: Any) -> str:
    """What can be read in an answer, whatever kind of file it is; not what was typed to ask."""
    if answer.status_code >= 300:
        return ""
    kind = answer.headers.get("Content-Type", "")
    content = b"".join(answer) if answer.streaming else answer.content
    if "html" in kind:
        return re.sub(r'\bvalue="[^"]*"', "", unescape(content.decode()))
    if "pdf" in kind:
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if "officedocument" in kind:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            text = "".join(parts.read(each).decode("utf-8", "replace") for each in parts.namelist())
        return unescape(re.sub(r"<[^>]*>", "", text))
    return content.decode("utf-8", "replace")

"""GOV.UK Notify, through its own client library, against a stand-in of its service on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from concord.cases.models import Case
from concord.notifications.carriers import Away, carrier
from concord.notifications.delivery import Worker
from concord.notifications.models import Channel, Kind, MailState, Notice
from concord.notifications.notify import Notify
from tests.notifications.conftest import AT, told_to
from tests.notifications.sending import Clock, Person, drain, staff, waiting

SERVICE = "11111111-2222-3333-4444-555555555555"
SECRET = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
KEY = f"test-{SERVICE}-{SECRET}"


class StandIn:
    """What the service was sent, and what it knows of it."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.status: dict[str, str] = {}
        self.refuses: tuple[int, str] | None = None
        self.url = ""
        self.leads_to = ""
        """Where every question is sent on to; empty: it is answered here."""


@pytest.fixture
def service() -> Iterator[StandIn]:
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, code: int, body: dict[str, Any]) -> None:
            raw = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def is_known(self) -> bool:
            token = self.headers["Authorization"].removeprefix("Bearer ")
            claims = jwt.decode(token, SECRET, algorithms=["HS256"])
            return bool(claims["iss"] == SERVICE)

        def is_led_on(self) -> bool:
            if stand_in.leads_to:
                self.send_response(307)
                self.send_header("Location", stand_in.leads_to + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()
            return bool(stand_in.leads_to)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.is_led_on():
                return
            if not self.is_known():
                self.answer(403, {"errors": [{"error": "AuthError", "message": "Invalid token"}]})
            elif stand_in.refuses:
                code, says = stand_in.refuses
                self.answer(code, {"errors": [{"error": "Error", "message": says}]})
            else:
                stand_in.taken.append(body)
                self.answer(
                    201, {"id": f"id-{len(stand_in.taken)}", "reference": body["reference"]}
                )

        def do_GET(self) -> None:
            if self.is_led_on():
                return
            wanted = {name: each[0] for name, each in parse_qs(urlsplit(self.path).query).items()}
            rows = [
                {"id": f"id-{n}", "reference": each["reference"]}
                for n, each in enumerate(stand_in.taken, start=1)
                if wanted.get("reference", each["reference"]) == each["reference"]
                and wanted.get("status", "") == stand_in.status.get(each["reference"], wanted.get("status", ""))
                and ("status" not in wanted or each["reference"] in stand_in.status)
            ]  # fmt: skip
            self.answer(200, {"notifications": rows, "links": {}})

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield stand_in
    server.shutdown()
    server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def worker(service: StandIn, clock: Clock) -> Worker:
    return Worker(clock, Notify(KEY, "the-template", service.url))


def test_a_notice_goes_by_notify_with_its_number_as_reference(
    opened: Case, service: StandIn, worker: Worker
) -> None:
    [notice] = waiting(opened, *staff(1))
    worker.go_round()
    notice.refresh_from_db()
    assert notice.state == MailState.SENT
    assert notice.sent_as == "id-1"
    [taken] = service.taken
    assert taken["email_address"] == "p0@example.org"
    assert taken["template_id"] == "the-template"
    assert taken["reference"] == notice.message_id
    assert opened.reference in taken["personalisation"]["subject"]
    assert f"/case/{opened.reference}" in taken["personalisation"]["body"]


def test_what_may_have_been_accepted_before_is_not_sent_again(
    opened: Case, service: StandIn, worker: Worker, clock: Clock
) -> None:
    [notice] = waiting(opened, *staff(1))
    worker.go_round()
    # the mark of it is lost, as when the worker was killed after the service had accepted
    Notice.objects.update(state=MailState.WAITING, sent_as="", lease="gone", leased_until=AT)
    clock.on(minutes=3)
    worker.go_round()
    notice.refresh_from_db()
    assert (notice.state, notice.sent_as) == (MailState.SENT, "id-1")
    assert len(service.taken) == 1


@pytest.mark.parametrize("code", [403, 404, 500, 503, 400])
def test_a_service_that_cannot_be_used_costs_no_letter_a_try(
    opened: Case, service: StandIn, worker: Worker, clock: Clock, code: int
) -> None:
    waiting(opened, *staff(3))
    service.refuses = (code, "Template not found")
    for _ in range(30):
        assert worker.go_round() == 0
        clock.on(minutes=1)
    assert Channel.objects.get().streak > 1
    assert str(code) in Channel.objects.get().error
    service.refuses = None
    drain(worker, clock)
    assert [each["email_address"] for each in service.taken] == [
        f"p{n}@example.org" for n in range(3)
    ]


def test_being_told_to_slow_down_is_no_failure(
    opened: Case, service: StandIn, worker: Worker, clock: Clock
) -> None:
    waiting(opened, *staff(3))
    service.refuses = (429, "Exceeded rate limit")
    worker.go_round()
    service.refuses = None
    drain(worker, clock)
    assert len(service.taken) == 3


def test_a_refused_address_fails_and_a_service_out_of_reach_waits(
    opened: Case, service: StandIn, worker: Worker, clock: Clock
) -> None:
    [notice] = waiting(opened, *staff(1))
    service.refuses = (400, "email_address Not a valid email address")
    worker.go_round()
    notice.refresh_from_db()
    assert notice.state == MailState.FAILED
    nowhere = Worker(clock, Notify(KEY, "t", "http://127.0.0.1:9"))
    Notice.objects.update(state=MailState.WAITING)
    nowhere.go_round()
    assert "503" in Channel.objects.get().error


def test_what_notify_could_not_deliver_is_a_bounce(
    opened: Case, service: StandIn, worker: Worker, clock: Clock, person: Person
) -> None:
    [notice] = waiting(opened, person("manager", "sandwell-school"))
    worker.go_round()
    service.status[notice.message_id] = "permanent-failure"
    for _ in range(3):
        clock.on(minutes=11)
        worker.go_round()
    notice.refresh_from_db()
    assert notice.state == MailState.BOUNCED
    assert [each.kind for each in told_to(person("business_manager", "sandwell"))] == [Kind.BOUNCE]


def test_the_carrier_is_chosen_in_one_place(settings: Any) -> None:
    assert carrier() is None
    settings.CONCORD_MAIL, settings.CONCORD_NOTIFY_KEY = "notify", KEY
    assert type(carrier()).__name__ == "Notify"
    settings.CONCORD_MAIL = "smtp"
    assert type(carrier()).__name__ == "Smtp"


@contextmanager
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another place that would answer: its address, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            raw = b'{"id": "elsewhere", "notifications": []}'
            self.send_response(201)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_it_is_sent_on_to_no_other_place(
    opened: Case, service: StandIn, worker: Worker, clock: Clock
) -> None:
    # Given a service that sends whoever asks on to another place, which would answer,
    [notice] = waiting(opened, *staff(1))
    with elsewhere() as (service.leads_to, asked):
        # when a letter is handed over, and what came back is asked for,
        assert worker.go_round() == 0
        with pytest.raises(Away):
            list(Notify(KEY, "the-template", service.url).returned())
        # then nothing goes there, and it waits as for any service that cannot be used.
        assert asked == []
    notice.refresh_from_db()
    assert notice.state == MailState.WAITING
    assert "307" in Channel.objects.get().error
    service.leads_to = ""
    drain(worker, clock)
    assert len(service.taken) == 1

"""What Concord asks of an agency's sign-in is asked of that address alone."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import RequestFactory

from concord.web.signing_in import openid
from concord.web.signing_in.providers import Provider
from tests.notifications.test_notify import elsewhere

SLUG = "sandwell-school"


def test_an_agency_that_sends_us_on_is_not_followed() -> None:
    # Given an agency whose sign-in sends whoever asks on to another place, which would answer,
    with elsewhere() as (other, asked):

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(302)
                self.send_header("Location", other + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        issuer = f"http://127.0.0.1:{server.server_port}"
        provider = Provider(SLUG, issuer, "concord", "a-secret", frozenset({"example.org"}))
        request = RequestFactory().get("/")
        request.session = {}  # type: ignore[assignment]
        # when somebody begins to sign in there, then it is refused, and nothing is asked elsewhere.
        with pytest.raises(openid.Refused, match="does not answer as it should"):
            openid.begin(request, provider, "/work")
        assert asked == []
        server.shutdown()
        server.server_close()

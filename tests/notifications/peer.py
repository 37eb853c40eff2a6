"""A mail server of our own, on loopback: takes mail, or refuses it as a test says."""

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller


class Peer:
    """What the server took in, in order, and how it answers."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Message]] = []
        self.answer_to_all = ""
        """A refusal for every recipient, as "451 4.3.0 not now"; empty: mail is taken."""
        self.answer_to: dict[str, str] = {}
        self.answer_to_data = ""
        self.port = 0

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        refusal = self.answer_to_all or self.answer_to.get(address, "")
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer_to_data:
            return self.answer_to_data
        message = email.message_from_bytes(envelope.content)
        self.taken += [(address, message) for address in envelope.rcpt_tos]
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs taken in, in order."""
        return [str(message["Message-ID"]) for _, message in self.taken]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(peer: Peer, port: int) -> Iterator[None]:
    """The server, answering on this port until the end of the block."""
    controller = Controller(peer, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()

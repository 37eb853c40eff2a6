"""A mail server on loopback that takes everything, and writes down what it took, in order."""

import asyncio
import email
import socket
from typing import Any

from aiosmtpd.controller import Controller


class Taking:
    """What was taken, as (Message-ID, recipient), in order."""

    def __init__(self, pause: float) -> None:
        self.taken: list[tuple[str, str]] = []
        self.pause = pause
        self.refusal = ""
        """The answer to every recipient, as "451 4.3.0 not now"; empty: mail is taken."""

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or refuse it as everybody else."""
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a mail: `pause` seconds before it is taken, and after, before it is said."""
        await asyncio.sleep(self.pause)
        number = str(email.message_from_bytes(envelope.content)["Message-ID"])
        self.taken += [(number, address) for address in envelope.rcpt_tos]
        await asyncio.sleep(self.pause)
        return "250 OK"


def start(peer: Taking, port: int | None = None) -> tuple[Controller, int]:
    """The server, answering on this port or a free one, and its port."""
    if port is None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
    controller = Controller(peer, hostname="127.0.0.1", port=port)
    controller.start()
    return controller, port

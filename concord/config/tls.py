"""TLS between the proxy and the pages, as the server (gunicorn) is to speak it.

The server reads this module as its configuration, and takes from it what has the name of one of
its own settings: `ssl_context`, which it calls for each connection. A certificate that was renewed
is shown from the next connection on.
"""

import ssl
from collections.abc import Callable
from typing import Any

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2: those that keep what was said secret when the key is lost. All of TLS 1.3 do."""


def ssl_context(conf: Any, made: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """What the server makes of the certificate and the key, with TLS 1.2 at least."""
    context = made()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    return context

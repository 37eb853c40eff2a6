"""Serving: back up and migrate what is found, build the demonstration once, then answer."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import django

from concord.web.traffic import traffic


def main() -> int:
    """Prepare and serve; returns an exit code only when it cannot."""
    if sys.argv[1:]:
        print(
            f"bin/serve takes no arguments: '{sys.argv[1]}'. Set PORT and CONCORD_DATA instead, "
            "like this: PORT=8010 bin/serve",
            file=sys.stderr,
        )
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        return 1
    from django.conf import settings
    from django.utils import timezone

    from concord.vault import keys
    from concord.vault.closed import Closed

    try:
        keys.check()
    except Closed as error:
        print(error, file=sys.stderr)
        return 1
    port = os.environ.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        print(f"PORT is '{port}': set it to a number such as 8000.", file=sys.stderr)
        return 1
    if _taken(int(port)):
        print(f"Port {port} is in use. Stop what uses it, or set PORT.", file=sys.stderr)
        return 1
    if not settings.DEMONSTRATION and (wrong := refused(timezone.now())):
        print(wrong, file=sys.stderr)
        return 1
    from django.db import Error

    from concord.cli.instance import NoInstance, unusable

    try:
        prepare()
    except NoInstance as error:
        print(error, file=sys.stderr)
        return 1
    except Error as error:
        print(unusable(error), file=sys.stderr)
        return 1
    _greet(port)
    if settings.DEMONSTRATION:
        run_beside(("loop", "worker", "seal"))
    else:
        run_beside()
        _warn_of_the_key(settings.CONCORD_SEAL_KEY)
    os.execv(sys.executable, as_set(int(port)))


def refused(at: datetime) -> str:
    """Why the service may not start with the traffic that it would have; empty if it may."""
    found = next(traffic(at), None)
    return f"{found.msg} {found.hint}" if found else ""


def as_set(port: int) -> list[str]:
    """The command of the server of the pages, as the settings have it."""
    from django.conf import settings

    tls = settings.CONCORD_TLS_CERTIFICATE, settings.CONCORD_TLS_KEY
    return server(settings.CONCORD_BIND, port, settings.CONCORD_PROXY_ADDRESSES, *tls)


def server(
    address: str, port: int, believed: Sequence[str], certificate: str = "", key: str = ""
) -> list[str]:
    """The command of the server of the pages; `believed`: the proxies whose headers count.

    With the paths of a certificate and its key it answers by TLS alone, without by plain HTTP.
    """
    tls = ["--certfile", certificate, "--keyfile", key, "--config", "python:concord.config.tls"]
    return [
        sys.executable, "-m", "gunicorn", "concord.config.wsgi:application",
        "--bind", f"{address}:{port}", "--worker-class", "gthread", "--workers", "1",
        "--threads", "8", "--log-level", "warning", "--no-control-socket",
        "--forwarded-allow-ips", ",".join(believed),
        "--logger-class", "concord.config.server_logs.ServerLogger", *(tls if certificate else ()),
    ]  # fmt: skip


def prepare() -> None:
    """Back up, migrate, and in the demonstration's first run build it.

    Raises NoInstance where the database's user may not migrate what waits.
    """
    from django.conf import settings
    from django.utils import timezone

    from concord.cli.migrating import bring_up_to_date

    bring_up_to_date(timezone.now())
    if settings.DEMONSTRATION:
        from concord.demo.build import build_if_empty

        print("Preparing the demonstration ...", file=sys.stderr)
        build_if_empty(timezone.now().replace(microsecond=0))


def run_beside(names: Sequence[str] = ("loop", "worker")) -> None:
    """Start the processes that run beside the pages, and end with this one.

    They read from a pipe of which this process holds the other end, kept over `exec`: however
    it ends, the pipe closes and they stop.
    """
    reads, writes = os.pipe()
    os.set_inheritable(writes, True)
    for name in names:
        command = [sys.executable, "-m", "concord", name, "--with-parent"]
        subprocess.Popen(command, stdin=reads, close_fds=True)
    os.close(reads)


def _warn_of_the_key(path: Path) -> None:
    """Whoever breaks into the pages must not be able to sign for the ledger."""
    if os.access(path, os.R_OK):
        print(
            f"Warning: this user can read the key that signs the ledger ({path}). Run `concord "
            "seal` as another user, and make the key that user's alone: see docs/how-to/"
            "keep-the-ledger-sealed.md.", file=sys.stderr,
        )  # fmt: skip


def _taken(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _greet(port: str) -> None:
    from django.conf import settings

    scheme = "https" if settings.CONCORD_TLS_CERTIFICATE else "http"
    print(f"Concord answers at {scheme}://127.0.0.1:{port}")
    if settings.DEMONSTRATION:
        print(f"Demonstration log-ins: http://127.0.0.1:{port}/sign-in signs you in as any of")
        print("its invented people in one step. For example:")
        for line in _examples():
            print(f"  {line}")
    sys.stdout.flush()


def _examples() -> list[str]:
    from concord.directory.models import Post

    wanted = ("practitioner", "manager", "chair", "business_manager")
    posts = (
        Post.objects.filter(role__in=wanted, user__isnull=False)
        .select_related("user", "agency", "partnership")
        .order_by("partnership__slug", "id")
    )
    found: dict[tuple[int, str], str] = {}
    for post in posts:
        key = (post.partnership_id, post.role)
        if key not in found and post.user:
            where = post.agency.name if post.agency else post.partnership.name
            found[key] = f"{post.user.name}: {post.title}, {where}"
    return list(found.values())[:8]


if __name__ == "__main__":
    raise SystemExit(main())

"""Where the service listens, and who reaches it there."""

from ipaddress import ip_address


def is_open(bind: str) -> bool:
    """Whether others than this machine reach what listens on this address or name."""
    try:
        return not ip_address(bind.strip("[]")).is_loopback
    except ValueError:
        return bind != "localhost"

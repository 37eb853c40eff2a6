"""Addresses that anybody has: they say of nobody where they work."""

ENDINGS = frozenset({
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "live.com",
    "live.co.uk", "yahoo.com", "yahoo.co.uk", "icloud.com", "me.com", "aol.com", "aol.co.uk",
    "btinternet.com", "sky.com", "virginmedia.com", "talktalk.net", "proton.me", "protonmail.com",
})  # fmt: skip


def is_private(email: str) -> bool:
    """Whether an address is of a service that anybody may use: nothing of a child goes there."""
    return email.rpartition("@")[2].strip().lower() in ENDINGS

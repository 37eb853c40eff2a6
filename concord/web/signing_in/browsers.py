"""Which kind of browser somebody uses, in plain words: enough to tell one's own from another's.

What a browser says of itself is read once and not kept: it would tell more than anybody needs.
"""

UNKNOWN = "A browser that does not say what it is"
_BROWSERS = (
    # each also says that it is what stands below it
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_DEVICES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "a Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)


def called(user_agent: str) -> str:
    """What to call a browser that says this of itself: "Firefox on Windows"."""
    browser = next((words for sign, words in _BROWSERS if sign in user_agent), "")
    device = next((words for sign, words in _DEVICES if sign in user_agent), "")
    if not browser:
        return f"A browser on {device}" if device else UNKNOWN
    return f"{browser} on {device}" if device else browser

"""Finding what is encrypted by the words of a name, or by a date: a blind index.

Of each word only a keyed digest is kept. The key comes from the master key: the database alone
tells which rows share a word, and no word.
"""

import hashlib
import hmac
import re
import unicodedata
from datetime import date

from concord.vault.master import key_for

LETTERS = 32
"""How long a digest is: 128 bits, as hexadecimal text."""


def words_of(name: str) -> list[str]:
    """The words of a name as they are compared: without accents, case, apostrophes and stops."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    return re.findall(r"\w+", re.sub(r"['’‘`.]", "", plain))


def digests_of_name(name: str) -> list[str]:
    """The digest of each word of a name. Raises Wrong."""
    return list(dict.fromkeys(_digest("name", word) for word in words_of(name)))


def digest_of_date(day: date) -> str:
    """The digest of a date of birth. Raises Wrong."""
    return _digest("born", day.isoformat())


def _digest(of: str, value: str) -> str:
    made = hmac.new(key_for("index"), f"{of}:{value}".encode(), hashlib.sha256)
    return made.hexdigest()[:LETTERS]

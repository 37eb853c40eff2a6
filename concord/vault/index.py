"""Finding what is encrypted by the words of a name, or by a date: a blind index.

Of each word only a keyed digest is kept. The key comes from the master key, until it was replaced
for the first time: from then on it is a key of its own. The database alone tells which rows share a
word, and no word. While the key is replaced, a word is sought by the digests of both keys.
"""

import re
import unicodedata
from datetime import date

from concord.vault import keys
from concord.vault.cipher import Cipher
from concord.vault.master import cipher_for

INDEX = "index"
"""The name of its key, once it was replaced."""
LETTERS = 32
"""How long a digest is: 128 bits, as hexadecimal text."""


def words_of(name: str) -> list[str]:
    """The words of a name as they are compared: without accents, case, apostrophes and stops."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    return re.findall(r"\w+", re.sub(r"['’‘`.]", "", plain))


def digests_of_name(name: str) -> list[str]:
    """The digest of each word of a name, as it is kept. Raises NoKey, Wrong."""
    return [each[0] for each in sought_of_name(name)]


def digest_of_date(day: date) -> str:
    """The digest of a date of birth, as it is kept. Raises NoKey, Wrong."""
    return sought_of_date(day)[0]


def sought_of_name(name: str) -> list[list[str]]:
    """Of each word of a name the digests by which it is sought. Raises NoKey, Wrong."""
    return [_digests("name", word) for word in dict.fromkeys(words_of(name))]


def sought_of_date(day: date) -> list[str]:
    """The digests by which a date of birth is sought. Raises NoKey, Wrong."""
    return _digests("born", day.isoformat())


def index_key() -> Cipher:
    """The key of the digests. Raises NoKey, Wrong."""
    return keys.cipher(INDEX) if keys.is_there(INDEX) else cipher_for(INDEX)


def _digests(of: str, value: str) -> list[str]:
    return [each[:LETTERS] for each in index_key().digests(f"{of}:{value}")]

"""What a record says, as the database holds it: encrypted with its case's own key.

With it goes the salt of its seal: without both, nobody can try likely words against the seal that
stays. It opens only in its own case and beside its own commitment. Where it stands among the
records is for the chain to say: so a record that was moved can still be read, and told of.
"""

from collections.abc import Callable, Sequence
from typing import Any

from concord.cases.models import Case, Entry
from concord.cases.openings import history_of
from concord.seals.chain import Row, Seal
from concord.vault.cipher import Cipher
from concord.vault.closed import Damaged, NoKey, Wrong
from concord.vault.keys import cipher

SALT = 32
"""How many letters of salt stand before the content."""
_FIELD = "record"

Reader = Callable[[Sequence[Any]], Row]


def locked(key: Cipher, reference: str, sealed: Seal, content: str) -> str:
    """A record's content (canonical text) with its salt, as it is stored."""
    return key.lock(sealed.salt + content, history_of(reference), _FIELD, sealed.commitment)


def opened(key: Cipher, reference: str, commitment: str, stored: object) -> tuple[str, str]:
    """The salt and the content of a record. Raises Damaged."""
    text = key.open(stored, history_of(reference), _FIELD, commitment)
    return text[:SALT], text[SALT:]


def anew(key: Cipher, reference: str, commitment: str, stored: str) -> str:
    """A record's content, closed again with the key that closes now. Raises Damaged."""
    about = (history_of(reference), _FIELD, commitment)
    return key.lock(key.open(stored, *about), *about)


def key_of(case: Case) -> Cipher:
    """A case's key. Raises NoKey where it is missing."""
    return cipher(case.reference)


def content_of(entry: Entry) -> str:
    """What one record of the ledger says, as canonical text. Raises NoKey, Damaged."""
    reference = entry.case.reference
    return opened(cipher(reference), reference, entry.commitment, entry.content)[1]


def reader(reference: object) -> Reader:
    """Makes rows as they were sealed from those of a case that the database holds.

    Whatever cannot be opened says nothing: no content and no salt where there is no key, and what
    is stored, without a salt, where it was changed.
    """
    try:
        key = cipher(str(reference))
    except (NoKey, Wrong):
        return lambda row: Row._make((*row[:6], None, None, *row[7:]))

    def read(row: Sequence[Any]) -> Row:
        try:
            salt, content = opened(key, str(reference), row[7], row[6])
        except (Damaged, TypeError):
            salt, content = "", str(row[6])
        return Row._make((*row[:6], content, salt, *row[7:]))

    return read

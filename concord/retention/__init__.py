"""Disposing of a case: two people, one tombstone, and no key.

Owns what is destroyed of a case when its time is over, wherever it is kept, and that it stays
destroyed after a restore; and how everything that is kept is encrypted anew with new keys. Owns not
how long a case is kept: that is `concord.rules.retention`.
"""

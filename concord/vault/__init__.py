"""Keys, and what is encrypted with them.

Owns: a key for each case, in files outside the database, each wrapped with the instance's master
key; the cipher, its algorithms, and how a key is replaced. Destroying a case's key makes what its
records say unreadable for good, in backups too, as no backup of the database holds a key. Owns not:
what is encrypted, and when a key is destroyed or replaced.
"""

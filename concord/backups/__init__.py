"""Backups: a whole instance in one encrypted file, taken while it is in use; and back from it.

Owns the file's format, its key, and the note that something was restored. What the ledger makes of
an older database is for `concord verify` to say: the checkpoints lie outside what is restored.
"""

"""The ledger: cases and their append-only records, and the one doorway to them.

One act is one transaction: lock, replay, ask the rules, append, update the summary, write the
outbox. Owns storage and drafts. Decides nothing: `concord.rules` does, and `concord.access`
says who may look.
"""

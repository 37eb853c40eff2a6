"""Who has looked: every answer that shows a case is written down before it is given.

Owns the rows of looks, what is asked of them, and their review. Does not decide who may look:
that is `access`; nor gather what an answer shows: that is the doorway of `cases`.
"""

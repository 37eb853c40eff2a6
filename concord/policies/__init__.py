"""What each partnership's policy says: one readable data file per policy version.

Owns the five policy files, the language they are written in, the register of clauses, the
calendars, and what checks, covers, draws and times a policy. Does not own what follows from a
policy (that is `concord.rules`) and knows nothing of Django.
"""

"""Subject access: what Concord holds about a child, gathered, read twice, redacted and released.

Owns a request from the day it came to the copies that were given: both are frozen. Owns no case:
it reads them. Who may is in `concord.access.table`; the pages are in `concord.web`.
"""

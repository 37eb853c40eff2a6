"""The forms that a policy requires, filled from the records, as Word and as accessible PDF.

Owns what fills a field, the neutral document and its two writers, and the versions that were
sent. Does not own which forms there are: policies say; nor whether a
form may be sent: `concord.rules` does.
"""

"""The one table of who may see and do what.

Owns the relations of a person to a case, and what each relation opens. Reads plain values, so
that pages, search, exports and notices all ask the same table. Does not own whether an act fits
how a case stands: that is `concord.rules`.
"""

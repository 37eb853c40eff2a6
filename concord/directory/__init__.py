"""Partnerships, agencies, people, offices, and who stands in for whom.

Owns who there is and who holds which post. Does not own who may see a case (`concord.access`)
nor anything about a case.
"""

"""Concord: a professional disagreement about a child's safety, carried to its resolution."""

"""The API: the same questions as the pages, answered as JSON to a program that reads as somebody.

Owns what a program sees: addresses below /api/v1, the shape of each answer, and errors that say
what to do. Decides nothing: the doors, the relations and the fields are those of `access`, and each
answer is written down as a page's is. It changes nothing.
"""

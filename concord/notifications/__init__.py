"""Telling people: the deadline loop, the notices, and the worker that mails them.

Owns who is told what and when, and that it reaches them. Decides no duty and no date: the rules
do. Nothing here says a name or a word of a case: a reference, a clause, and what is owed.
"""

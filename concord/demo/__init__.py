"""The demonstration: invented people and children, made by performing real acts.

Owns the invented cast and the stories. Real are only the five policies and the agencies and
offices that they name, each marked "(demonstration)". Nothing here sends anything.
"""

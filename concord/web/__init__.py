"""The pages. Finds through the doorway, reads the form, performs one act, answers.

Owns what a person sees and types. Holds no rule, no query but through the doorways, and no
arithmetic in templates.
"""

"""A partnership's own Word template for a form: what it may hold, its versions, and its filling.

Owns the placeholders of a form, the checks of a template, and how one is filled. Does not own
what fills a field (`filling`), nor the PDF, which is always Concord's own.
"""

"""Questions across cases: what waits, on whom, how long. Reads only; shows no child's data.

Owns: the standing of an agency's or a partnership's cases, and what was learned. Does not own:
who may ask (access), one case (cases), how it looks (web).
"""

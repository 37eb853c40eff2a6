"""Files that people send: what is taken, whether it is safe, and where it is kept.

Owns the list of kinds, the checks of content, the virus scan, and the one doorway to the folder
of files (`store`). Does not own to which case a file belongs (`cases`), nor who may open it
(`access`).
"""

"""The same commands and questions at a terminal.

Owns the `concord` command: reading arguments and scenario files, printing answers as text or
JSON, and one plain line per mistake. Decides nothing itself.
"""

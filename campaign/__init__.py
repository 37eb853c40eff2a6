"""Campaigns: long searches for what tests of a minute may miss. `bin/campaign NAME` runs one.

Each takes a seed, so that what it found can be found again, and writes its result to a file.
"""

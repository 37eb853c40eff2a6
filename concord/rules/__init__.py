"""What follows from what: pure functions over frozen data.

Owns the words, the shape of a policy and of a record, the working-time clock, and the three
questions: `decide` (may this be done, and what then), `evolve` (the state after a record) and
`owed` (who owes what by when, under which clause). Does not own any text of a policy, any
storage, page or clock of its own: the time is always a parameter. Standard library only.
"""

"""How a history is sealed, and how it is checked: chains of hashes, and signed checkpoints.

Owns the seals' formats and what they prove. Knows no table, no case and no child: a history is a
name and a row of records, whoever keeps it. Format 1 is for good: what it sealed is checked by it.
"""

"""Settings, addresses, and the one place where real adapters are chosen.

Owns how Concord is put together and started. Does not own any rule, page or text.
"""

"""What cannot be opened, told to whoever asked for it."""


class Closed(Exception):
    """What is encrypted cannot be opened; says why, and what to do. It holds no word of it."""


class NoKey(Closed):
    """The key is missing, cannot be read, or was wrapped with another master key."""


class Destroyed(NoKey):
    """The key was destroyed with what it opened, for good: a case that was disposed of."""


class Damaged(Closed):
    """It is not what was encrypted with this key, in this place."""


class Wrong(Closed):
    """There is no master key, or none that is one."""

"""A file that is not taken, told to whoever sent it."""


class Unfit(ValueError):
    """Why a file is not taken, and what to do instead, in plain words."""

    def __init__(self, why: str, instead: str) -> None:
        super().__init__(f"{why} {instead}")
        self.why = why
        self.instead = instead

"""Tables of the reference, in Markdown."""


def row(*cells: object) -> str:
    """A row; what would break it is escaped."""
    return (
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
    )


def table(*head: str) -> list[str]:
    """The head of a table."""
    return [row(*head), row(*("---" for _ in head))]

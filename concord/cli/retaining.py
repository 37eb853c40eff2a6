"""Disposal, where an instance is put back or started: what was disposed of stays so."""

import sys
from datetime import datetime


def dispose_again(at: datetime) -> None:
    """Destroy again what was disposed of and is here again, and say so. `at` is aware."""
    from concord.retention.disposing import finish

    found = finish(at)
    if found:
        print(
            f"Disposed of again, as they had been before: {', '.join(found)}.", file=sys.stderr
        )  # fmt: skip

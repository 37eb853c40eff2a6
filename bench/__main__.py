"""`bin/bench`: every measurement, one table."""

import os
import tempfile


def main() -> None:
    """Measure on a demonstration of its own, in a temporary folder."""
    os.environ["CONCORD_DATA"] = tempfile.mkdtemp(prefix="concord-bench-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "concord.config.settings"
    import logging

    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from concord.config.serve import prepare

    prepare()
    from bench import clock, ledger, notices, rules, verifying

    print(f"{'what':46} {'against':34} {'ratio':>10} {'bar':>6}")
    for module in (clock, rules, ledger, notices, verifying):
        for row in module.rows():
            print(row.line(), flush=True)


if __name__ == "__main__":
    main()

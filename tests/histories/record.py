"""Record histories anew: `python -m tests.histories.record`, run on purpose, never by the tests.

The demonstration's stories are told into a database of their own, and each case is written down
with what follows from it. A recorded history is changed only with a new version of a policy, or
when the rules were wrong; the difference is read line by line before it is committed.
"""

import json
import os
import tempfile
from datetime import datetime
from typing import Any

import django

NOW = "2026-11-20T16:00:00+00:00"


def main() -> None:
    """Tell the stories and write one file for each policy."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "concord.config.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CONCORD_DATA"] = folder
        django.setup()
        _write(datetime.fromisoformat(NOW))


def _write(now: datetime) -> None:
    from django.core.management import call_command

    from concord.cases.models import Case
    from concord.demo.build import build_if_empty
    from tests.histories.recorded import FOLDER

    call_command("migrate", verbosity=0)
    build_if_empty(now)
    lines: dict[str, list[str]] = {}
    for case in Case.objects.order_by("pk"):
        line = json.dumps(_line(case, now), ensure_ascii=False, sort_keys=True)
        lines.setdefault(case.policy_id, []).append(line)
    for policy, cases in lines.items():
        (FOLDER / f"{policy}.jsonl").write_text("\n".join(cases) + "\n", encoding="utf-8")


def _line(case: Any, now: datetime) -> dict[str, Any]:
    from concord.cases.ledger import parties_of, state_of
    from tests.histories.recorded import what_follows

    parties = parties_of(case)
    return {
        "policy": case.policy_id,
        "version": case.policy_version,
        "raising": parties.raising,
        "responding": list(parties.responding),
        "facts": case.facts,
        "records": [
            {
                "at": entry.at.isoformat(),
                "written": entry.written.isoformat(),
                "act": entry.act,
                "key": entry.key,
                "content": entry.content,
            }
            for entry in case.entries.all()
        ],
        "at": now.isoformat(),
        "followed": what_follows(state_of(case), now),
    }


if __name__ == "__main__":
    main()

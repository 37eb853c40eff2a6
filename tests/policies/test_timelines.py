"""The dates that must come out, for many starts and every clause with a limit."""

from datetime import datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from concord.cli.play import when
from concord.cli.scenario import local
from concord.policies.library import load
from concord.policies.timing import timeline

ROWS = [
    (row["policy"], row["from"], clause, due)
    for row in YAML(typ="safe").load(Path(__file__).with_name("timelines.yaml"))
    for clause, due in row["due"].items()
]


@pytest.mark.parametrize(("policy", "start", "clause", "due"), ROWS)
def test_a_limit_ends_when_the_table_says(
    policy: str, start: object, clause: str, due: object
) -> None:
    begins = start if isinstance(start, datetime) else datetime.fromisoformat(str(start))
    wanted = due if isinstance(due, str) else f"{due:%Y-%m-%dT%H:%M}"
    assert when(timeline(load(policy), local(begins))[clause]) == wanted

"""`concord policy ...`: the policies as the system reads them."""

import argparse
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from concord.cli.play import when
from concord.cli.scenario import local
from concord.policies.coverage import coverage
from concord.policies.drawing import draw
from concord.policies.library import Loaded, find, load, policy_ids, policy_paths
from concord.policies.reading import PolicyMistakes
from concord.policies.schema import PolicyFile
from concord.policies.timing import timeline


def list_policies(arguments: argparse.Namespace) -> int:
    """The policies, with whether their review is overdue today."""
    today = datetime.now(UTC).date()
    rows = [
        {
            "id": policy.id,
            "partnership": policy.partnership,
            "version": policy.version,
            "effective": policy.effective.isoformat() if policy.effective else None,
            "review_due": policy.review_due.isoformat() if policy.review_due else None,
            "review_overdue": overdue(policy.review_due, today),
        }
        for policy in (load(policy_id).policy for policy_id in policy_ids())
    ]
    if arguments.json:
        print(json.dumps(rows, indent=2))
        return 0
    for row in rows:
        late = ", review overdue" if row["review_overdue"] else ""
        print(f"{row['id']:14} {row['partnership']}, version {row['version']}{late}")
    return 0


def overdue(review_due: date | None, today: date) -> bool:
    """Whether a review that was due on a day has not come by today."""
    return review_due is not None and today > review_due


def check(arguments: argparse.Namespace) -> int:
    """Validate policies; with every mistake on its own line."""
    names = arguments.which or [str(path) for path in policy_paths()]
    mistakes, sound = [], []
    for name in names:
        try:
            sound.append(find(name).file.id)
        except PolicyMistakes as error:
            mistakes += list(error.mistakes)
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if arguments.json:
        rows = [
            {"file": each.file, "line": each.line, "key": each.key, "says": each.says}
            for each in mistakes
        ]
        print(json.dumps({"sound": sound, "mistakes": rows}, indent=2))
    elif sound:
        print(f"Sound: {', '.join(sound)}.")
    return 1 if mistakes else 0


def cover(arguments: argparse.Namespace) -> int:
    """Where each clause is carried out; exit 1 if any is carried nowhere."""
    ids = (arguments.which,) if arguments.which else policy_ids()
    found = {policy_id: coverage(policy_id) for policy_id in ids}
    missing = [clause for part in found.values() for clause, places in part.items() if not places]
    if arguments.json:
        print(json.dumps(found, indent=2))
    else:
        for policy_id, part in found.items():
            for clause, places in part.items():
                print(f"{policy_id:14} {clause:6} {', '.join(places) or 'CARRIED NOWHERE'}")
        total = sum(len(part) for part in found.values())
        print(f"{total - len(missing)} of {total} clauses are carried.")
    for clause in missing:
        print(f"{clause}: no policy file and no feature carries it.", file=sys.stderr)
    return 1 if missing else 0


def draw_chart(arguments: argparse.Namespace) -> int:
    """The flow chart of a policy, to a file or to standard output."""
    chart = draw(find(arguments.which))
    output: Path | None = arguments.output
    if output is None:
        print(chart, end="")
    else:
        output.write_text(chart, encoding="utf-8")
    return 0


def time(arguments: argparse.Namespace) -> int:
    """When each clause's limit ends, measured from the moment given."""
    loaded: Loaded = find(arguments.which)
    try:
        ends = timeline(loaded, local(arguments.start))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    dates = {clause: when(due) for clause, due in ends.items()}
    if arguments.json:
        print(json.dumps(dates, indent=2))
    else:
        for clause, due in dates.items():
            print(f"{clause:6} {due}")
    return 0


def file_schema(arguments: argparse.Namespace) -> int:
    """The JSON Schema of policy files, for an editor to complete by."""
    print(json.dumps(PolicyFile.model_json_schema(), indent=2))
    return 0

"""How many agreed actions of a case are open; counted from the records of cases that are there."""

import json

from django.db import migrations, models


def count(apps, schema_editor):
    """Open actions, from the records alone; their reminders are then made by the loop."""
    Entry = apps.get_model("cases", "Entry")
    Summary = apps.get_model("cases", "Summary")
    rows = Entry.objects.filter(act__in=("agree", "complete")).order_by("case_id", "sequence")
    found = {}
    for case, act, content in rows.values_list("case_id", "act", "content"):
        number, still = found.setdefault(case, [0, set()])
        data = json.loads(content)
        if act == "agree":
            more = len(data.get("actions", ()))
            still.update(range(number + 1, number + more + 1))
            found[case][0] += more
        elif data.get("done", True) is not False:
            still.discard(data.get("action"))
        elif data.get("why") and data.get("replaced_by"):
            still.discard(data.get("action"))
            found[case][0] += 1
            still.add(found[case][0])
    for case, (_, still) in found.items():
        if still:
            Summary.objects.filter(case_id=case).update(
                open_actions=len(still), followed_up=False
            )


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_first_time")]

    operations = [
        migrations.AddField(
            model_name="summary",
            name="open_actions",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="summary",
            name="open_checks",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="summary",
            index=models.Index(
                condition=models.Q(
                    ("open_actions__gt", 0), ("open_checks__gt", 0), _connector="OR"
                ),
                fields=["case"],
                name="summary_with_actions",
            ),
        ),
    ]

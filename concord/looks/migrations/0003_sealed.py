"""The looks' chains: which look stands where, and its seal; append-only, as the looks are."""

from importlib import import_module

from django.db import migrations, models

TABLE = "looks_sealedlook"
before = import_module("concord.looks.migrations.0002_append_only")


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for what, done in (("UPDATE", "changed"), ("DELETE", "removed")):
            schema_editor.execute(
                before.SQLITE.format(table=TABLE, what=what, done=done, says=before.SAYS)
            )
        return
    for statement in before.POSTGRESQL:
        schema_editor.execute(statement.format(table=TABLE))


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for done in ("changed", "removed"):
            schema_editor.execute(f"DROP TRIGGER {TABLE}_not_{done}")
        return
    for name in ("append_only", "not_emptied"):
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_{name} ON {TABLE}")


class Migration(migrations.Migration):
    dependencies = [("looks", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="SealedLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False,
                                           verbose_name="ID")),
                ("history", models.CharField(max_length=80)),
                ("sequence", models.PositiveBigIntegerField()),
                ("look", models.BigIntegerField()),
                ("salt", models.CharField(max_length=32)),
                ("commitment", models.CharField(max_length=64)),
                ("previous", models.CharField(max_length=64)),
                ("link", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("history", "sequence"), name="look_sequence_once"),
                    models.UniqueConstraint(fields=("history", "previous"), name="look_follows_one"),
                    models.UniqueConstraint(fields=("look", "history"), name="look_sealed_once"),
                ],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]

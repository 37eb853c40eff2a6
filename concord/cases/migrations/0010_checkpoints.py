"""What the database is told of checkpoints, and what verifications came to: append-only, both."""

from django.db import migrations, models

TABLES = ("cases_checkpoint", "cases_verification")


def guard(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            for name, happens in (("changed", "UPDATE"), ("removed", "DELETE")):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_not_{name} BEFORE {happens} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'what was sealed or verified stays as it is'); END"
                )
        else:
            schema_editor.execute(
                f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger AS $$ BEGIN "
                "RAISE EXCEPTION 'what was sealed or verified stays as it is'; "
                "END $$ LANGUAGE plpgsql"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
            )


def unguard(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_not_changed")
            schema_editor.execute(f"DROP TRIGGER {table}_not_removed")
        else:
            schema_editor.execute(f"DROP FUNCTION {table}_is_append_only() CASCADE")


def number(name, kind=models.PositiveIntegerField):
    return (name, kind())


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_follows_one")]
    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("made", models.DateTimeField()),
                ("digest", models.CharField(max_length=64)),
                number("records", models.PositiveBigIntegerField),
            ],
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False,
                                           verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("seconds", models.FloatField()),
                number("histories"),
                number("records", models.PositiveBigIntegerField),
                number("unanchored", models.PositiveBigIntegerField),
                number("disposed", models.PositiveBigIntegerField),
                number("checkpoint"),
                ("findings", models.JSONField(default=list)),
            ],
            options={"ordering": ["-at", "-id"]},
        ),
        migrations.RunPython(guard, unguard),
    ]

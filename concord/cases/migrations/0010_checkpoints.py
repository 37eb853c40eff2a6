"""What the database is told of checkpoints, and what verifications came to: append-only, both."""

from django.db import migrations, models

from concord.cases.append_only import append_only

TABLES = ("cases_checkpoint", "cases_verification")


guard, unguard = append_only(TABLES, "what was sealed or verified stays as it is")


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

"""The looks' chains: which look stands where, and its seal; append-only, as the looks are."""

from django.db import migrations, models

from concord.cases.append_only import append_only

guard, unguard = append_only(("looks_sealedlook",), "who has looked is append-only")


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

"""The register of what is out of the ordinary: append-only, as the records are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from concord.cases.append_only import append_only

guard, unguard = append_only(("cases_registered",), "the register is append-only")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_kept_typing"),
        ("directory", "0003_post_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Registered",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False,
                                           verbose_name="ID")),
                ("sequence", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(choices=[("opened", "A case was opened in an emergency"), ("reviewed", "An opening in an emergency was reviewed")], max_length=20)),
                ("key", models.CharField(max_length=64, unique=True)),
                ("content", models.TextField()),
                ("salt", models.CharField(max_length=32)),
                ("commitment", models.CharField(max_length=64)),
                ("previous", models.CharField(max_length=64)),
                ("link", models.CharField(max_length=64)),
                ("about", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="cases.registered")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="register", to="cases.case")),
                ("partnership", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="register", to="directory.partnership")),
            ],
            options={
                "ordering": ["sequence"],
                "indexes": [
                    models.Index(fields=["case", "by", "kind", "at"], name="register_by_case"),
                    models.Index(fields=["partnership", "kind", "at"], name="register_by_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("partnership", "sequence"), name="register_once"),
                    models.UniqueConstraint(fields=("partnership", "previous"), name="register_follows_one"),
                ],
            },
        ),
        migrations.RunPython(guard, unguard),
    ]

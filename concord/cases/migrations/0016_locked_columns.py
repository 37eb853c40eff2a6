"""Room for what lists, drafts, files and invitations say encrypted, and for what children are found by."""

import django.db.models.deletion
from django.db import migrations, models

from concord.vault.fields import LockedDate, LockedJSON, LockedText, nothing


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_written_over")]
    operations = [
        migrations.AlterField("child", "born", LockedDate(instead=nothing, null=True)),
        migrations.AlterField("child", "name", LockedText(instead="Name cannot be read")),
        migrations.AlterField("draft", "data", LockedJSON(default=dict, instead=dict)),
        migrations.AlterField("draft", "said", LockedJSON(default=dict, instead=dict)),
        migrations.AlterField("enclosure", "name", LockedText(instead="Name cannot be read")),
        migrations.AlterField("invitation", "email", LockedText(instead="")),
        migrations.AlterField("invitation", "name", LockedText(instead="Name cannot be read")),
        migrations.AlterField("invitation", "post", LockedText(instead="")),
        migrations.CreateModel(
            name="ChildWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False,
                                           verbose_name="ID")),
                ("digest", models.CharField(db_index=True, max_length=32)),
                ("child", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE,
                                            related_name="words", to="cases.child")),
            ],
        ),
    ]

"""Of what was called back, from whom."""

from django.db import migrations, models

from concord.cases.append_only import append_only

# SQLite makes the table anew for a new column, without its guard: so it is put back after.
guard, unguard = append_only(("cases_registered",), "the register is append-only")


class Migration(migrations.Migration):
    dependencies = [("cases", "0017_lists_locked")]
    operations = [
        migrations.RunPython(unguard, guard),
        migrations.AddField(
            model_name="registered",
            name="label",
            field=models.CharField(blank=True, default="", max_length=80),
            preserve_default=False,
        ),
        migrations.RunPython(guard, unguard),
        migrations.AlterField(
            model_name="registered",
            name="kind",
            field=models.CharField(choices=[("opened", "A case was opened in an emergency"), ("reviewed", "An opening in an emergency was reviewed"), ("called_back", "What was sent wrongly was called back"), ("answered", "What was done about a breach"), ("restored", "What was called back by mistake is open again")], max_length=20),
        ),
    ]

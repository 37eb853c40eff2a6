"""Looks at a case that was opened in an emergency have a kind of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("looks", "0003_sealed")]
    operations = [
        migrations.AlterField(
            model_name="seen",
            name="kind",
            field=models.CharField(choices=[("case", "Opened the case"), ("list", "Saw it in a list"), ("search", "Found it by a search"), ("document", "Opened a document"), ("export", "Saved it as a file"), ("act", "Wrote in the case"), ("emergency", "Opened it in an emergency")], max_length=10),
        ),
    ]

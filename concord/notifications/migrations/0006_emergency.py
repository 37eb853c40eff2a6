"""Notices of cases that were opened in an emergency."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_outsiders")]
    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(choices=[("act", "Something was recorded"), ("duty", "Something is owed"), ("reminder", "A limit comes near, or has passed"), ("bounce", "A mail did not arrive"), ("digest", "What came together since the last one"), ("looks", "Somebody looked at many cases"), ("emergency", "A case was opened in an emergency"), ("witness", "A digest to keep, as a witness"), ("outsider", "A professional outside Concord is reminded of a question")], max_length=10),
        ),
    ]

"""Notices of a request for access that is to be answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0009_disposal")]
    operations = [
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(choices=[("act", "Something was recorded"), ("duty", "Something is owed"), ("reminder", "A limit comes near, or has passed"), ("bounce", "A mail did not arrive"), ("digest", "What came together since the last one"), ("looks", "Somebody looked at many cases"), ("emergency", "A case was opened in an emergency"), ("callback", "What was told was called back"), ("breach", "Something was sent to the wrong recipient"), ("witness", "A digest to keep, as a witness"), ("outsider", "A professional outside Concord is reminded of a question"), ("cover", "Somebody covers a post from now or later"), ("disposal", "A case is proposed for disposal"), ("request", "A request for access is to be answered"), ("unknown", "An agency does not know who raised a concern")], max_length=10),
        ),
    ]

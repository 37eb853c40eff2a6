"""Codes are kept under a password hash. Those of before fit none: they end, and one asks anew."""

from django.db import migrations, models
from django.db.models.functions import Now


def end(apps, schema_editor):
    """No code of before opens anything any more; whoever types one is told that it has expired."""
    apps.get_model("directory", "OneTimeCode").objects.filter(expires__gt=Now()).update(
        expires=Now()
    )


def forget(apps, schema_editor):
    """On the way back: a hash of now is longer than the column of before, and opens nothing there."""
    end(apps, schema_editor)
    apps.get_model("directory", "OneTimeCode").objects.update(digest="")


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0008_session'),
    ]

    operations = [
        migrations.RunPython(end, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='onetimecode',
            name='digest',
            field=models.CharField(max_length=200),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget),
    ]

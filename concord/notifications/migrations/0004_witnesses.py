from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_looks'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('act', 'Something was recorded'), ('duty', 'Something is owed'), ('reminder', 'A limit comes near, or has passed'), ('bounce', 'A mail did not arrive'), ('digest', 'What came together since the last one'), ('looks', 'Somebody looked at many cases'), ('witness', 'A digest to keep, as a witness')], max_length=10),
        ),
    ]

"""A hash of what a subject is, carried by the leaves of its records (主体存证)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subjects", "0002_guards")]

    operations = [
        migrations.AddField("subject", "proof", models.BinaryField(default=b""), preserve_default=False),
    ]

"""The tables of vault."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SubjectKey",
            fields=[
                ("subject", models.UUIDField(primary_key=True, serialize=False)),
                ("master_version", models.SmallIntegerField()),
                ("wrapped", models.BinaryField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
    ]

"""Windows of force majeure and their endings (不可抗力窗口)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_watch"),
    ]

    operations = [
        migrations.CreateModel(
            name="Window",
            fields=[
                ("ground", models.TextField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("granted", models.BooleanField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("area", models.TextField()),
                ("first", models.DateField()),
                ("last", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="window_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last", None), ("last__gte", models.F("first")), _connector="OR"),
                        name="window_ends_after_its_beginning",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WindowEnding",
            fields=[
                ("ground", models.TextField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("granted", models.BooleanField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("last", models.DateField(null=True)),
                (
                    "window",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endings",
                        to="catalog.window",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="windowending_two_persons",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("decided_by", None)),
                        fields=("window",),
                        name="windowending_one_open",
                    ),
                ],
            },
        ),
    ]

"""What holders of shared records have to be told (撤回和更新通知)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_staged_proof")]

    operations = [
        migrations.CreateModel(
            name="Recall",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "event",
                        "record",
                        "audience",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("event", models.UUIDField()),
                ("record", models.UUIDField()),
                ("version", models.IntegerField()),
                ("audience", models.TextField()),
                ("action", models.TextField()),
                ("view", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["record"], name="recall_of_record")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("action__in", ["withdraw", "update"])), name="recall_is_of_two"
                    )
                ],
            },
        ),
    ]

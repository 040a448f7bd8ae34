"""The tables of ledger."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("at", models.DateTimeField()),
                ("agency", models.UUIDField(null=True)),
                ("commitment", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("consumer", models.TextField()),
                ("not_before", models.DateTimeField()),
                ("attempts", models.IntegerField(default=0)),
                ("last_fault", models.TextField(blank=True, default="")),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="EventPayload",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="ledger.event",
                    ),
                ),
                ("salt", models.BinaryField()),
                ("payload", models.JSONField()),
            ],
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["at", "id"], name="event_at"),
        ),
        migrations.AddField(
            model_name="outbox",
            name="event",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="ledger.event"),
        ),
        migrations.AddIndex(
            model_name="outbox",
            index=models.Index(
                condition=models.Q(("done_at", None)), fields=["consumer", "not_before"], name="outbox_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.UniqueConstraint(fields=("event", "consumer"), name="outbox_once"),
        ),
    ]

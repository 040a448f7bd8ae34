"""A record whose repair rested on a false promise says so, and is shown through a day of its own (承诺不实)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("registry", "0032_decisions_told")]

    operations = [
        migrations.RemoveConstraint("recordmark", "recordmark_is_of_four"),
        migrations.AddConstraint(
            "recordmark",
            models.CheckConstraint(
                condition=Q(mark__in=["repairing", "repaired", "disputed", "contested", "false_promise"]),
                name="recordmark_is_of_five",
            ),
        ),
        migrations.AlterField("listentry", "case", models.UUIDField(db_index=True)),
        migrations.AddConstraint(
            "listentry",
            models.UniqueConstraint(
                fields=["case"], condition=~Q(state="removed"), name="listentry_once_there"
            ),
        ),
        migrations.CreateModel(
            name="RecordShown",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("until", models.DateField()),
                ("matter", models.UUIDField(unique=True)),
                ("number", models.TextField()),
                ("event", models.UUIDField()),
                ("decided_by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "record",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="registry.record"),
                ),
            ],
        ),
    ]

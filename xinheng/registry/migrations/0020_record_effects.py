"""What was decided about records, their marks, and the keys of what was deleted (修复结果、标注、墓碑)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("registry", "0013_touched_guards")]

    operations = [
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("key", models.BinaryField(primary_key=True, serialize=False)),
                ("event", models.UUIDField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RecordEffect",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("effect", models.TextField()),
                ("public", models.TextField()),
                ("shared", models.TextField()),
                ("own", models.TextField()),
                ("ground", models.TextField()),
                ("matter", models.UUIDField()),
                ("number", models.TextField()),
                ("event", models.UUIDField()),
                ("decided_by", models.UUIDField()),
                ("asked_by", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                ("lifts", models.UUIDField(null=True)),
                (
                    "record",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="registry.record"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            effect__in=["END_SHARING_AND_PUBLICATION", "ANNOTATE", "WITHHOLD", "DELETE"]
                        ),
                        name="recordeffect_is_of_four",
                    ),
                    models.CheckConstraint(
                        condition=~Q(effect="DELETE")
                        | (Q(asked_by__isnull=False, lifts=None) & ~Q(asked_by=F("decided_by"))),
                        name="recordeffect_deletes_by_two",
                    ),
                    models.UniqueConstraint(fields=["lifts"], name="recordeffect_lifted_once"),
                ]
            },
        ),
        migrations.CreateModel(
            name="RecordMark",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("mark", models.TextField()),
                ("matter", models.UUIDField()),
                ("number", models.TextField()),
                ("since", models.DateTimeField()),
                ("event", models.UUIDField()),
                ("decided_by", models.UUIDField()),
                ("until", models.DateTimeField(null=True)),
                ("ended_event", models.UUIDField(null=True)),
                ("ended_by", models.UUIDField(null=True)),
                (
                    "record",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="registry.record"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(mark__in=["repaired", "disputed", "contested"]),
                        name="recordmark_is_of_three",
                    ),
                    models.CheckConstraint(
                        condition=Q(until=None, ended_event=None, ended_by=None)
                        | Q(until__isnull=False, ended_event__isnull=False, ended_by__isnull=False),
                        name="recordmark_ends_by_an_event",
                    ),
                    models.UniqueConstraint(
                        fields=["record", "mark", "matter"],
                        condition=Q(until=None),
                        name="recordmark_once_open",
                    ),
                ]
            },
        ),
    ]

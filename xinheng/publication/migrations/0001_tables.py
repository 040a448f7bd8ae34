"""The tables of publication."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="PublicationChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "record", "at", "event", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("record", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("event", models.UUIDField()),
                ("version", models.IntegerField()),
                ("cause", models.TextField()),
                ("verdict_id", models.IntegerField(null=True)),
                ("visible_from", models.DateField(null=True)),
                ("visible_until", models.DateField(null=True)),
            ],
            options={
                "db_table": "publication_publicationchange",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="HeldWidening",
            fields=[
                ("record", models.UUIDField(primary_key=True, serialize=False)),
                ("agency", models.UUIDField()),
                ("version", models.IntegerField()),
                ("event", models.UUIDField()),
                ("verdict_id", models.IntegerField()),
                ("wanted_from", models.DateField()),
                ("wanted_until", models.DateField(null=True)),
                ("held_since", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("granted", models.BooleanField(null=True)),
                ("ground", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("decided_at", None)), fields=["held_since"], name="held_open"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("granted", None)),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("granted__isnull", False),
                                models.Q(("ground", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="held_decision_names_officer_and_ground",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicVerdict",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("digest", models.BinaryField(unique=True)),
                ("verdict", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="PublicSubject",
            fields=[
                ("subject", models.UUIDField(primary_key=True, serialize=False)),
                ("uscc", models.TextField()),
                ("name", models.TextField()),
                ("kind", models.TextField()),
                (
                    "bigrams",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["bigrams"], name="public_subject_bigrams"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("uscc",), name="public_subject_uscc"),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "natural_person"), _negated=True),
                        name="public_subject_is_no_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicEntry",
            fields=[
                ("record", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField()),
                ("item_code", models.TextField()),
                ("version", models.IntegerField()),
                ("body_name", models.TextField()),
                ("number", models.TextField()),
                ("decided_on", models.DateField()),
                ("content", models.JSONField()),
                (
                    "withheld",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("source", models.JSONField()),
                ("visible_from", models.DateField()),
                ("visible_until", models.DateField(null=True)),
                (
                    "verdict",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        db_constraint=False,
                        to="publication.publicverdict",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "item_code", "-decided_on"], name="entry_of_subject")
                ],
            },
        ),
    ]

"""The tables of registry."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_tables"),
        ("catalog", "0001_tables"),
        ("subjects", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Facts",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("digest", models.BinaryField(unique=True)),
                ("facts", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Instrument",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("body_uscc", models.TextField()),
                ("body_name", models.TextField()),
                ("number", models.TextField()),
                ("number_key", models.TextField()),
                ("kind", models.TextField()),
                ("decided_on", models.DateField()),
                ("effect", models.TextField()),
                ("contested", models.BooleanField(default=False)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.agency"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("item_code", models.TextField()),
                ("version", models.IntegerField()),
                (
                    "state",
                    models.TextField(choices=[("live", "有效"), ("withdrawn", "已撤回")], default="live"),
                ),
                ("adverse", models.BooleanField()),
                ("decided_on", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                ("accepted_on", models.DateField()),
                ("batch", models.UUIDField(db_index=True)),
                ("row", models.IntegerField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.agency"
                    ),
                ),
                (
                    "facts",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="registry.facts"),
                ),
                (
                    "instrument",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.instrument"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="catalog.catalogitem"
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("correct", "更正一条记录"),
                            ("redact", "遮去个人信息后公开"),
                            ("withdraw", "撤回整批报送"),
                            ("settle", "办结一行待裁定"),
                        ]
                    ),
                ),
                ("batch", models.UUIDField(null=True)),
                ("base_version", models.IntegerField(null=True)),
                ("change", models.JSONField(default=dict)),
                ("sealed", models.BinaryField(null=True)),
                ("ground", models.TextField()),
                ("ground_text", models.TextField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("granted", models.BooleanField(null=True)),
                ("decision_text", models.TextField(blank=True, default="")),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.agency"),
                ),
                (
                    "record",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="registry.record"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecordVersion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "record", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.IntegerField()),
                ("content", models.JSONField()),
                ("content_digest", models.BinaryField()),
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                (
                    "withheld",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("source", models.JSONField()),
                ("batch", models.UUIDField()),
                ("event", models.UUIDField()),
                ("leaf", models.IntegerField()),
                ("salt", models.BinaryField()),
                ("commitment", models.BinaryField()),
                ("ground", models.TextField(blank=True, default="")),
                ("ground_text", models.TextField(blank=True, default="")),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                (
                    "facts",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.facts"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.record"
                    ),
                ),
            ],
            options={
                "db_table": "registry_recordversion",
            },
        ),
        migrations.AddConstraint(
            model_name="instrument",
            constraint=models.UniqueConstraint(
                fields=("body_uscc", "number_key", "kind"), name="instrument_natural_key"
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["agency", "accepted_on", "id"], name="record_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="record",
            constraint=models.UniqueConstraint(
                fields=("instrument", "subject", "item_code"), name="record_natural_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by", None),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="proposal_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("batch__isnull", False), ("kind__in", ["withdraw", "settle"])),
                    ("record__isnull", False),
                    _connector="OR",
                ),
                name="proposal_has_target",
            ),
        ),
    ]

"""What windows of force majeure touch, and what officers decided on it (待复核事项)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_signer"),
        ("catalog", "0005_windows"),
        ("registry", "0011_measures_watch"),
        ("subjects", "0003_proof"),
    ]

    operations = [
        migrations.CreateModel(
            name="Touched",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "window",
                        "kind",
                        "target",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[("case", "名单案卷"), ("clock", "当事人的期限"), ("record", "失信信息")]
                    ),
                ),
                ("target", models.UUIDField()),
                ("since", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.agency"
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="catalog.window"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency", "-since", "target"], name="touched_of_agency"),
                    models.Index(fields=["kind", "target"], name="touched_target"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TouchedReview",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[("case", "名单案卷"), ("clock", "当事人的期限"), ("record", "失信信息")]
                    ),
                ),
                ("target", models.UUIDField()),
                ("decision", models.TextField()),
                ("sealed", models.BinaryField()),
                ("sealed_commitment", models.BinaryField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.agency"),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="catalog.window"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "target", "window"), name="touchedreview_once"),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["go_on", "lighter", "spare"])),
                        name="touchedreview_decides",
                    ),
                ],
            },
        ),
    ]

"""Entries of lists of seriously untrustworthy entities (名单信息)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_watch"),
        ("registry", "0006_shredded"),
        ("subjects", "0003_proof"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListEntry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("case", models.UUIDField(unique=True)),
                ("subject_kind", models.TextField()),
                ("party", models.TextField(blank=True, default="")),
                ("list", models.TextField()),
                ("edition", models.TextField()),
                ("range", models.TextField()),
                ("role", models.TextField()),
                ("body_name", models.TextField()),
                ("number", models.TextField()),
                ("decided_on", models.DateField()),
                ("listed_on", models.DateField()),
                ("until", models.DateField(null=True)),
                ("interim", models.BooleanField()),
                ("publishable", models.BooleanField()),
                (
                    "state",
                    models.TextField(
                        choices=[("listed", "已列入"), ("hidden", "依据有变，已隐去"), ("removed", "已移出")],
                        default="listed",
                    ),
                ),
                ("ended_on", models.DateField(null=True)),
                ("ended_by", models.TextField(blank=True, default="")),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.agency"
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "-listed_on", "-id"], name="listentry_of_agency")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("party", ""), ("subject_kind", "natural_person")),
                            models.Q(("subject_kind", "natural_person"), _negated=True),
                            _connector="OR",
                        ),
                        name="listentry_person_has_no_clear_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "removed"),
                                ("ended_on__isnull", False),
                                models.Q(("ended_by", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "removed"), _negated=True),
                                ("ended_by", ""),
                                ("ended_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="listentry_ends_with_its_day",
                    ),
                ],
            },
        ),
    ]

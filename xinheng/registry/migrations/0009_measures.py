"""Measures taken and not taken, and what other bodies are told of their entries (惩戒措施)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_signer"),
        ("registry", "0008_list_entries_guards"),
        ("subjects", "0003_proof"),
    ]

    operations = [
        migrations.CreateModel(
            name="MeasureTaken",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("subject_kind", models.TextField()),
                ("party", models.TextField(blank=True, default="")),
                ("role", models.TextField()),
                ("row", models.TextField()),
                ("edition", models.TextField()),
                ("matter", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("proposed", "待审核"),
                            ("in_force", "实施中"),
                            ("ended", "已终止"),
                            ("refused", "未同意"),
                            ("not_taken", "未采取"),
                        ],
                        default="proposed",
                    ),
                ),
                (
                    "grounds_met",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("months", models.IntegerField(null=True)),
                ("lifetime", models.BooleanField(default=False)),
                ("amount", models.BigIntegerField(null=True)),
                ("statute", models.TextField(blank=True, default="")),
                ("leniency_heard", models.BooleanField(default=False)),
                (
                    "leniency_grounds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("leniency_decision", models.TextField(blank=True, default="")),
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                ("review_by", models.UUIDField(null=True)),
                ("review_at", models.DateTimeField(null=True)),
                ("review_necessary", models.BooleanField(null=True)),
                ("review_sealed", models.BinaryField(null=True)),
                ("review_commitment", models.BinaryField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_on", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("asked", models.JSONField(default=list)),
                ("lawbook", models.TextField(blank=True, default="")),
                ("decision_sealed", models.BinaryField(null=True)),
                ("decision_commitment", models.BinaryField(null=True)),
                ("ended_on", models.DateField(null=True)),
                (
                    "ended_by",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("entry_ended", "所依据的名单信息已移出或者隐去"),
                            ("own_term", "自身期限已满"),
                            ("body", "实施单位决定终止"),
                        ],
                        default="",
                    ),
                ),
                ("ender", models.UUIDField(null=True)),
                ("end_sealed", models.BinaryField(null=True)),
                ("end_commitment", models.BinaryField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.agency"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="registry.listentry"
                    ),
                ),
                (
                    "instrument",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="registry.instrument"
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MeasureNotice",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("event", models.UUIDField()),
                ("told_at", models.DateTimeField()),
                (
                    "answer",
                    models.TextField(
                        blank=True,
                        choices=[("ended", "已终止"), ("resumed", "名单信息已恢复，继续实施")],
                        default="",
                    ),
                ),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.agency"
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.measuretaken",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="measuretaken",
            index=models.Index(fields=["agency", "state", "-made_at", "-id"], name="measure_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="measuretaken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("party", ""), ("subject_kind", "natural_person")),
                    models.Q(("subject_kind", "natural_person"), _negated=True),
                    _connector="OR",
                ),
                name="measure_person_has_no_clear_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="measuretaken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_by", None),
                        models.Q(("decided_by", models.F("made_by")), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(
                        ("review_by", None),
                        models.Q(("review_by", models.F("made_by")), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(
                        ("review_by", None),
                        ("decided_by", None),
                        models.Q(("review_by", models.F("decided_by")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="measure_two_persons",
            ),
        ),
        migrations.AddConstraint(
            model_name="measuretaken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_by", None),
                        ("decided_on", None),
                        ("ended_on", None),
                        ("state__in", ["proposed", "not_taken"]),
                    ),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("decided_on", None),
                        ("ended_on", None),
                        ("state", "refused"),
                    ),
                    models.Q(
                        ("decided_by__isnull", False),
                        ("decided_on__isnull", False),
                        ("ended_on", None),
                        ("state", "in_force"),
                    ),
                    models.Q(
                        ("decided_on__isnull", False),
                        ("ended_on__isnull", False),
                        ("state", "ended"),
                        models.Q(("ended_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="measure_state_with_its_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="measuretaken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "not_taken"),
                    models.Q(("entry__isnull", False), ("instrument", None)),
                    models.Q(("entry", None), ("instrument__isnull", False)),
                    _connector="OR",
                ),
                name="measure_rests_on_one_ground",
            ),
        ),
        migrations.AddIndex(
            model_name="measurenotice",
            index=models.Index(fields=["agency", "told_at"], name="measurenotice_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="measurenotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at", None)), fields=("measure",), name="measurenotice_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="measurenotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                    models.Q(
                        models.Q(("answer", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="measurenotice_answered_by_somebody",
            ),
        ),
    ]

"""The tables of subjects."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("legal_person", "企业法人"),
                            ("unincorporated", "非法人组织"),
                            ("sole_trader", "个体工商户"),
                            ("natural_person", "自然人"),
                            ("public_body", "机关事业单位"),
                        ]
                    ),
                ),
                ("uscc", models.TextField(null=True)),
                ("name", models.TextField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SubjectName",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("seen_from", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "subject",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="subjects.subject",
                    ),
                ),
                ("id_kind", models.TextField()),
                ("id_index", models.BinaryField(unique=True)),
                ("id_sealed", models.BinaryField()),
                ("name_sealed", models.BinaryField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.UniqueConstraint(fields=("uscc",), name="subject_uscc"),
        ),
        migrations.AddConstraint(
            model_name="subject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "natural_person"), ("name", None), ("uscc", None)),
                    models.Q(
                        models.Q(("kind", "natural_person"), _negated=True),
                        ("name__isnull", False),
                        ("uscc__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="subject_person_has_no_clear_name",
            ),
        ),
        migrations.AddField(
            model_name="subjectname",
            name="subject",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"),
        ),
        migrations.AddConstraint(
            model_name="subjectname",
            constraint=models.UniqueConstraint(fields=("subject", "name"), name="subject_name_once"),
        ),
    ]

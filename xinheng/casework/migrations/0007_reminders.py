"""Evidence of last days that moved, what officers are told, what they have seen (期限变动、提醒、已阅)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_signer"),
        ("casework", "0006_keys_needed"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="deadline",
            name="told",
        ),
        migrations.CreateModel(
            name="DeadlineMove",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "event", "place", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("event", models.UUIDField()),
                ("place", models.IntegerField()),
                ("before", models.DateField(null=True)),
                ("before_provisional", models.BooleanField()),
                ("after", models.DateField(null=True)),
                ("after_provisional", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("digest", models.BinaryField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.agency",
                    ),
                ),
                (
                    "deadline",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.deadline"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("event", models.UUIDField()),
                ("place", models.IntegerField()),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("warn", "提醒"),
                            ("escalate", "升级"),
                            ("moved", "末日变动"),
                            ("touched", "不可抗力"),
                        ]
                    ),
                ),
                ("rung", models.TextField()),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("to_user", models.UUIDField(null=True)),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                ("last", models.DateField(null=True)),
                ("provisional", models.BooleanField()),
                ("before", models.DateField(null=True)),
                ("digest", models.BinaryField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.agency",
                    ),
                ),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.case")),
                (
                    "deadline",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="casework.deadline",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReminderSeen",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("user", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "reminder",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.reminder"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("revision", models.IntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.case"
                    ),
                ),
                (
                    "ground",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.ground"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(fields=["agency", "-day", "-id"], name="reminder_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(fields=("deadline", "rung"), name="reminder_once"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deadline", None)), fields=("case", "rung"), name="reminder_of_case_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(fields=("event", "place"), name="reminder_in_its_place"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["warn", "escalate", "moved", "touched"])),
                name="reminder_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("roles__len__gt", 0)), name="reminder_to_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("rung__regex", "^[\\w-]+$")), name="reminder_rung"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminderseen",
            constraint=models.UniqueConstraint(fields=("reminder", "user"), name="reminderseen_once"),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.UniqueConstraint(fields=("case", "revision", "ground"), name="setaside_once"),
        ),
    ]

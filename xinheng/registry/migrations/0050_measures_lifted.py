"""Measures are lifted for a time while a plan runs, and rated anew after it; records are marked so (暂时解除惩戒措施)."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.deletion import PROTECT

ONE_GROUND = Q(entry=None, instrument__isnull=False) | Q(entry__isnull=False, instrument=None)
NOT_ENDED = Q(ended_on=None, ended_by="", ender=None, ended_at=None, ended_event=None)
ENDED = Q(ended_on__isnull=False, ended_at__isnull=False, ended_event__isnull=False) & ~Q(ended_by="")
ANSWERED = ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)
ENDS = [
    ("term", "计划执行期间届满"),
    ("performed", "计划已经执行完毕"),
    ("annulled", "法院裁定终止计划的执行"),
]
SIX = ["repairing", "repaired", "disputed", "contested", "plan_running", "false_promise"]


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0041_false_promise_guards"),
        ("access", "0008_own_file"),
        ("subjects", "0003_proof"),
    ]

    operations = [
        migrations.CreateModel(
            name="MeasureLift",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("matter", models.UUIDField()),
                ("number", models.TextField()),
                ("plan", models.UUIDField()),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("event", models.UUIDField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("ended_on", models.DateField(null=True)),
                ("ended_by", models.TextField(blank=True, choices=ENDS, default="")),
                ("ender", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_event", models.UUIDField(null=True)),
                ("agency", models.ForeignKey(on_delete=PROTECT, to="access.agency")),
                ("entry", models.ForeignKey(null=True, on_delete=PROTECT, to="registry.listentry")),
                ("instrument", models.ForeignKey(null=True, on_delete=PROTECT, to="registry.instrument")),
                ("subject", models.ForeignKey(on_delete=PROTECT, to="subjects.subject")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=ONE_GROUND, name="measurelift_of_one_ground"),
                    models.CheckConstraint(condition=Q(until__gte=F("since")), name="measurelift_has_a_day"),
                    models.CheckConstraint(condition=NOT_ENDED | ENDED, name="measurelift_ended_whole"),
                    models.UniqueConstraint(
                        fields=["plan", "instrument"], name="measurelift_once_a_document"
                    ),
                    models.UniqueConstraint(fields=["plan", "entry"], name="measurelift_once_an_entry"),
                ]
            },
        ),
        migrations.CreateModel(
            name="MeasureRating",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("plan", models.UUIDField()),
                ("event", models.UUIDField()),
                ("told_at", models.DateTimeField()),
                (
                    "answer",
                    models.TextField(
                        blank=True, choices=[("kept", "继续实施"), ("ended", "已终止")], default=""
                    ),
                ),
                ("answered_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("agency", models.ForeignKey(on_delete=PROTECT, to="access.agency")),
                ("measure", models.ForeignKey(on_delete=PROTECT, to="registry.measuretaken")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["measure", "plan"], name="measurerating_once_a_plan"),
                    models.CheckConstraint(
                        condition=Q(answer="", answered_by=None, answered_at=None) | ANSWERED,
                        name="measurerating_answered_by_somebody",
                    ),
                ]
            },
        ),
        migrations.RemoveConstraint("recordmark", "recordmark_is_of_five"),
        migrations.AddConstraint(
            "recordmark",
            models.CheckConstraint(condition=Q(mark__in=SIX), name="recordmark_is_of_six"),
        ),
    ]

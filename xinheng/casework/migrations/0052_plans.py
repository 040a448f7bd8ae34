"""Plans that a court approved, with who handed them in, verified and ended them (重整计划、和解协议)."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.deletion import PROTECT

UNVERIFIED = Q(verified=None, verified_by=None, verified_at=None, verified_event=None)
VERIFIED = (
    Q(verified__isnull=False, verified_at__isnull=False, verified_event__isnull=False)
    & Q(verified_by__isnull=False)
    & ~Q(verified_by=F("by"))
)
RUNS = Q(ended_on=None, ended_by="", ender=None, ended_at=None, ended_event=None)
ENDED = Q(
    ended_on__isnull=False, ended_by__in=["term", "performed", "annulled"], ended_at__isnull=False,
    ended_event__isnull=False, verified=True,
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("casework", "0051_mending_served"), ("registry", "0052_measures_lifted_watch")]

    operations = [
        migrations.CreateModel(
            name="RepairPlan",
            fields=[
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("runs_from", models.DateField()),
                ("until", models.DateField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("event", models.UUIDField()),
                ("verified", models.BooleanField(null=True)),
                ("verified_by", models.UUIDField(null=True)),
                ("verified_at", models.DateTimeField(null=True)),
                ("verified_event", models.UUIDField(null=True)),
                ("verified_sealed", models.BinaryField(null=True)),
                ("verified_commitment", models.BinaryField(null=True)),
                ("ended_on", models.DateField(null=True)),
                ("ended_by", models.TextField(blank=True, default="")),
                ("ender", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_event", models.UUIDField(null=True)),
                ("ended_sealed", models.BinaryField(null=True)),
                ("ended_commitment", models.BinaryField(null=True)),
                ("case", models.ForeignKey(on_delete=PROTECT, to="casework.repaircase")),
                ("material", models.ForeignKey(on_delete=PROTECT, to="casework.repairmaterial")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(until__gte=F("runs_from")), name="repairplan_has_a_day"
                    ),
                    models.CheckConstraint(
                        condition=UNVERIFIED | VERIFIED, name="repairplan_verified_by_another"
                    ),
                    models.CheckConstraint(condition=RUNS | ENDED, name="repairplan_ended_whole"),
                ]
            },
        ),
    ]

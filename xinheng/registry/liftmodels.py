"""Measures lifted for a time, and that their bodies rate anew afterwards (暂时解除、重新评价)."""

from django.db import models
from django.db.models import F, Q

from xinheng.access.models import Agency
from xinheng.registry.measuremodels import MeasureTaken
from xinheng.subjects.models import Subject


class LiftEnd(models.TextChoices):
    TERM = "term", "计划执行期间届满"
    PERFORMED = "performed", "计划已经执行完毕"
    ANNULLED = "annulled", "法院裁定终止计划的执行"


class MeasureLift(models.Model):
    """No measure on this ground is used against this subject from `since` to `until`, while a plan runs (暂时解除惩戒措施).

    `matter` is the case that decided it, `number` its number, `plan` the plan. It is over when `until` has passed, or
    on `ended_on`, the first day on which measures may be used again.
    """

    id = models.UUIDField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    instrument = models.ForeignKey("registry.Instrument", models.PROTECT, null=True)
    entry = models.ForeignKey("registry.ListEntry", models.PROTECT, null=True)
    agency = models.ForeignKey(Agency, models.PROTECT)
    matter = models.UUIDField()
    number = models.TextField()
    plan = models.UUIDField()
    since = models.DateField()
    until = models.DateField()
    event = models.UUIDField()
    by = models.UUIDField()
    at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    ended_by = models.TextField(choices=LiftEnd, default="", blank=True)
    # Nobody, where its last day had passed.
    ender = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_event = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entry=None, instrument__isnull=False) | Q(entry__isnull=False, instrument=None),
                name="measurelift_of_one_ground",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="measurelift_has_a_day"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by="", ender=None, ended_at=None, ended_event=None)
                | (
                    Q(ended_on__isnull=False, ended_at__isnull=False, ended_event__isnull=False)
                    & ~Q(ended_by="")
                ),
                name="measurelift_ended_whole",
            ),
            models.UniqueConstraint(fields=["plan", "instrument"], name="measurelift_once_a_document"),
            models.UniqueConstraint(fields=["plan", "entry"], name="measurelift_once_an_entry"),
        ]


class RatingAnswer(models.TextChoices):
    KEPT = "kept", "继续实施"
    ENDED = "ended", "已终止"


class MeasureRating(models.Model):
    """Told to a body: the plan is over and its measure stands again, to be rated anew (请重新评价). Sealed: reason."""

    id = models.UUIDField(primary_key=True)
    measure = models.ForeignKey(MeasureTaken, models.PROTECT)
    agency = models.ForeignKey(Agency, models.PROTECT)
    plan = models.UUIDField()
    event = models.UUIDField()
    told_at = models.DateTimeField()
    answer = models.TextField(choices=RatingAnswer, default="", blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(null=True)
    sealed_commitment = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure", "plan"], name="measurerating_once_a_plan"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="measurerating_answered_by_somebody",
            ),
        ]

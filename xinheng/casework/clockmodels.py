"""Clocks of every procedure as one (各程序的期限): the clock of a matter, the view over all, how they move, who is told."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xinheng.access.models import Agency
from xinheng.casework.rows import ClockRow


class ClockKind(models.TextChoices):
    """Of what a clock is; the last three have a row of `MatterClock`."""

    LISTING = "listing", "名单案卷"
    REPAIR = "repair", "信用修复"
    PROMISE = "promise", "承诺不实"
    CORRECTION = "correction", "信息有误的异议"
    REVOCATION = "revocation", "文书撤销与变更"
    COMPLAINT = "complaint", "举报"


OF_MATTERS = (ClockKind.CORRECTION, ClockKind.REVOCATION, ClockKind.COMPLAINT)


class MatterClock(ClockRow):
    """The one clock that runs of a correction, a revocation or a complaint, for the body that handles it (事项期限).

    `matter` is a row of the table of its kind, that of complaints in a layer above; the database holds them together.
    """

    kind = models.TextField()
    matter = models.UUIDField()
    number = models.TextField()
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(stopped_on=None), name="matterclock_one_running"
            ),
            models.CheckConstraint(condition=Q(kind__in=OF_MATTERS), name="matterclock_kind"),
            models.CheckConstraint(condition=Q(n__gt=0), name="matterclock_has_length"),
        ]
        indexes = [
            models.Index(fields=["last"], condition=Q(stopped_on=None), name="matterclock_running"),
            models.Index(fields=["matter", "-id"], name="matterclock_of_matter"),
        ]


class Clock(models.Model):
    """Any clock, read from the view over all tables of clocks (期限总览); seen by whoever sees its own row."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField(choices=ClockKind)
    matter = models.UUIDField()
    number = models.TextField()
    agency = models.ForeignKey(Agency, models.DO_NOTHING, db_constraint=False)
    # Who handles the case; null where all officers of the role do.
    handler = models.UUIDField(null=True)
    # The list whose rule may set the length; empty for what is of no list.
    listed = models.TextField()
    name = models.TextField()
    start = models.DateField()
    n = models.IntegerField()
    extended_by = ArrayField(models.TextField())
    last = models.DateField(null=True)
    provisional = models.BooleanField()
    stopped_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "casework_clock"


class DeadlineMove(models.Model):
    """A last day that another calendar moved, or made sure (期限变动): before and after. Append-only, proved by its event."""

    pk = models.CompositePrimaryKey("event", "place")
    event = models.UUIDField()
    place = models.IntegerField()
    deadline = models.ForeignKey(Clock, models.DO_NOTHING, db_constraint=False)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False, db_constraint=False)
    before = models.DateField(null=True)
    before_provisional = models.BooleanField()
    after = models.DateField(null=True)
    after_provisional = models.BooleanField()
    at = models.DateTimeField()
    digest = models.BinaryField()


class ReminderKind(models.TextChoices):
    WARN = "warn", "提醒"
    ESCALATE = "escalate", "升级"
    MOVED = "moved", "末日变动"
    TOUCHED = "touched", "不可抗力"


class Reminder(models.Model):
    """What officers are told of a case or matter and one of its deadlines (提醒), once. Append-only, proved by its event.

    `rung` names what is told once: the rung of the ladder, the event that moved the day, the window that touched it.
    `roles` of a complaint is the one permission that handles it: nobody else learns that it is there.
    """

    id = models.UUIDField(primary_key=True)
    event = models.UUIDField()
    place = models.IntegerField()
    matter = models.UUIDField(db_column="case_id", db_index=True)
    deadline = models.ForeignKey(Clock, models.DO_NOTHING, null=True, db_index=False, db_constraint=False)
    kind = models.TextField(choices=ReminderKind)
    rung = models.TextField()
    roles = ArrayField(models.TextField())
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False, db_constraint=False)
    # Who handled the case on that day, where the clerk is told.
    to_user = models.UUIDField(null=True)
    day = models.DateField()
    at = models.DateTimeField()
    last = models.DateField(null=True)
    provisional = models.BooleanField()
    # The last day before it was moved.
    before = models.DateField(null=True)
    digest = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deadline", "rung"], name="reminder_once"),
            models.UniqueConstraint(
                fields=["matter", "rung"], condition=Q(deadline=None), name="reminder_of_case_once"
            ),
            models.UniqueConstraint(fields=["event", "place"], name="reminder_in_its_place"),
            models.CheckConstraint(condition=Q(kind__in=ReminderKind.values), name="reminder_kind"),
            models.CheckConstraint(condition=Q(roles__len__gt=0), name="reminder_to_somebody"),
            models.CheckConstraint(condition=Q(rung__regex=r"^[\w-]+$"), name="reminder_rung"),
        ]
        indexes = [models.Index(fields=["agency", "-day", "-id"], name="reminder_of_agency")]


class ReminderSeen(models.Model):
    """That one officer has seen one reminder (已阅)."""

    id = models.UUIDField(primary_key=True)
    reminder = models.ForeignKey(Reminder, models.PROTECT, db_index=False)
    user = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reminder", "user"], name="reminderseen_once")]

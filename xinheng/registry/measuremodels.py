"""Measures that bodies took or did not take, and what other bodies were told of them (惩戒措施)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xinheng.access.models import Agency
from xinheng.subjects.models import Subject


class MeasureState(models.TextChoices):
    PROPOSED = "proposed", "待审核"
    IN_FORCE = "in_force", "实施中"
    ENDED = "ended", "已终止"
    REFUSED = "refused", "未同意"
    NOT_TAKEN = "not_taken", "未采取"


class MeasureEnd(models.TextChoices):
    ENTRY_ENDED = "entry_ended", "所依据的名单信息已移出或者隐去"
    OWN_TERM = "own_term", "自身期限已满"
    BODY = "body", "实施单位决定终止"
    DOCUMENT_FELL = "document_fell", "所依据的文书失去效力"
    REPAIRED = "repaired", "所依据的信息已经修复"


class MeasureTaken(models.Model):
    """One answer of an agency on one measure (惩戒措施): taken by two persons, or not taken and why.

    It rests on one list entry or on one document of the register. `asked` is each rule that was asked at the
    decision. Sealed: link, reasons on the four factors, reason on leniency, reason for not taking; apart from
    them what the second review, the decision and the end said.
    """

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    subject_kind = models.TextField()
    party = models.TextField(default="", blank=True)
    role = models.TextField()
    entry = models.ForeignKey("registry.ListEntry", models.PROTECT, null=True)
    instrument = models.ForeignKey("registry.Instrument", models.PROTECT, null=True)
    row = models.TextField()
    edition = models.TextField()
    matter = models.TextField()
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    state = models.TextField(choices=MeasureState, default=MeasureState.PROPOSED)
    grounds_met = ArrayField(models.TextField(), default=list)
    months = models.IntegerField(null=True)
    lifetime = models.BooleanField(default=False)
    amount = models.BigIntegerField(null=True)
    statute = models.TextField(default="", blank=True)
    leniency_heard = models.BooleanField(default=False)
    leniency_grounds = ArrayField(models.TextField(), default=list)
    leniency_decision = models.TextField(default="", blank=True)
    sealed = models.BinaryField(null=True)
    sealed_commitment = models.BinaryField(null=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    review_by = models.UUIDField(null=True)
    review_at = models.DateTimeField(null=True)
    review_necessary = models.BooleanField(null=True)
    review_sealed = models.BinaryField(null=True)
    review_commitment = models.BinaryField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_on = models.DateField(null=True)
    # The last day, counted in; None: as long as what it rests on, or for life.
    until = models.DateField(null=True)
    asked = models.JSONField(default=list)
    lawbook = models.TextField(default="", blank=True)
    decision_sealed = models.BinaryField(null=True)
    decision_commitment = models.BinaryField(null=True)
    ended_on = models.DateField(null=True)
    ended_by = models.TextField(choices=MeasureEnd, default="", blank=True)
    # Nobody, where it ended with its entry.
    ender = models.UUIDField(null=True)
    end_sealed = models.BinaryField(null=True)
    end_commitment = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind="natural_person", party="") | ~Q(subject_kind="natural_person"),
                name="measure_person_has_no_clear_name",
            ),
            models.CheckConstraint(
                condition=(Q(decided_by=None) | ~Q(decided_by=F("made_by")))
                & (Q(review_by=None) | ~Q(review_by=F("made_by")))
                & (Q(review_by=None) | Q(decided_by=None) | ~Q(review_by=F("decided_by"))),
                name="measure_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["proposed", "not_taken"], decided_by=None, decided_on=None, ended_on=None
                )
                | Q(state="refused", decided_by__isnull=False, decided_on=None, ended_on=None)
                | Q(state="in_force", decided_by__isnull=False, decided_on__isnull=False, ended_on=None)
                | (Q(state="ended", decided_on__isnull=False, ended_on__isnull=False) & ~Q(ended_by="")),
                name="measure_state_with_its_days",
            ),
            models.CheckConstraint(
                condition=Q(state="not_taken")
                | Q(entry__isnull=False, instrument=None)
                | Q(entry=None, instrument__isnull=False),
                name="measure_rests_on_one_ground",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "-made_at", "-id"], name="measure_of_agency")]


class NoticeAnswer(models.TextChoices):
    ENDED = "ended", "已终止"
    RESUMED = "resumed", "依据已恢复，继续实施"


class MeasureNotice(models.Model):
    """Told to another body: what its measure rests on has fallen, is stayed or says something else (告知实施单位)."""

    id = models.UUIDField(primary_key=True)
    measure = models.ForeignKey(MeasureTaken, models.PROTECT, db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    # The event that moved the entry or the document.
    event = models.UUIDField()
    told_at = models.DateTimeField()
    answer = models.TextField(choices=NoticeAnswer, default="", blank=True)
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["measure"], condition=Q(answered_at=None), name="measurenotice_one_open"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="measurenotice_answered_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["agency", "told_at"], name="measurenotice_of_agency")]

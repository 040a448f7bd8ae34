"""Tables of revocation and correction (撤销与变更、更正): by their steps alone, texts of parties sealed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xinheng.access.models import Agency
from xinheng.casework.rows import Sealed, StepRow
from xinheng.registry.models import Instrument, Record
from xinheng.subjects.models import Subject

# ---- a document that fell or was varied (撤销与变更) ------------------------------------------------------


class Revocation(models.Model):
    """One document whose effect or content changed, and what became of what rests on it (文书撤销与变更).

    `statement` is the reason that is made public. `due` is the last day for what has to be done ex officio.
    """

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    instrument = models.ForeignKey(Instrument, models.PROTECT)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    state = models.TextField(default="new")
    revision = models.IntegerField(default=0)
    varied = models.BooleanField()
    statement = models.TextField()
    # The day on which the office learnt of it: the clock runs from here.
    known_on = models.DateField()
    due = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    opened_by = models.UUIDField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instrument"],
                condition=~Q(state__in=["fallen", "varied", "kept", "done"]),
                name="revocation_one_under_way",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-opened_at", "-id"], name="revocation_of_agency")]


class RevocationStep(StepRow):
    """One step that was taken (步骤)."""

    revocation = models.ForeignKey(Revocation, models.PROTECT, db_index=False)
    reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revocation", "seq"], name="revocationstep_once")]


class RevocationProof(models.Model):
    """The judgment, decision or letter that says what became of the document, and what it says (变动的依据)."""

    id = models.UUIDField(primary_key=True)
    revocation = models.ForeignKey(Revocation, models.PROTECT)
    effect = models.TextField()
    varied = models.BooleanField()
    kind = models.TextField()
    number = models.TextField()
    body_name = models.TextField()
    decided_on = models.DateField()
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(number=""), name="revocationproof_has_number")]


class RevocationFate(models.Model):
    """What became of one thing that rests on the document, as found at a step; nothing of whose it is (去向)."""

    id = models.UUIDField(primary_key=True)
    revocation = models.ForeignKey(Revocation, models.PROTECT, db_index=False)
    seq = models.IntegerField()
    node = models.TextField()
    layer = models.TextField()
    target = models.UUIDField()
    number = models.TextField()
    agency = models.UUIDField()
    rests_on = ArrayField(models.TextField())
    ours = models.BooleanField()
    fate = models.TextField()
    marked = models.BooleanField()
    because = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revocation", "seq", "node"], name="revocationfate_once")
        ]


# ---- a fact that is wrong (更正) --------------------------------------------------------------------------


class Correction(models.Model):
    """One party's word that a record about it is wrong (异议). `fields` are the codes of what is claimed.

    `not_me`: the party says that it is somebody else's; `mistaken`: so it is. `proposal` carries the new content.
    """

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    record = models.ForeignKey(Record, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    channel = models.TextField()
    fields = ArrayField(models.TextField(), default=list)
    not_me = models.BooleanField(default=False)
    state = models.TextField(default="new")
    revision = models.IntegerField(default=0)
    frozen = models.BooleanField(default=False)
    mistaken = models.BooleanField(null=True)
    proposal = models.UUIDField(null=True)
    lodged_by = models.UUIDField()
    lodged_on = models.DateField()
    decided_on = models.DateField(null=True)
    due = models.DateField(null=True)
    provisional = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(state__in=["new", "lodged", "asked", "answered", "proposed"]),
                name="correction_one_under_way",
            ),
            models.CheckConstraint(
                condition=Q(not_me=True) | Q(fields__len__gt=0), name="correction_is_of_something"
            ),
        ]
        indexes = [models.Index(fields=["agency", "-lodged_on", "-id"], name="correction_of_agency")]


class CorrectionStep(Sealed, StepRow):
    """One step (步骤). Sealed: the claims, the answer, what was decided field by field, reasons; its paper by number."""

    correction = models.ForeignKey(Correction, models.PROTECT, db_index=False)
    document = models.UUIDField(null=True)
    paper = models.TextField(default="", blank=True)
    says = ArrayField(models.TextField(), default=list)
    # How the paper was served, where the step proves it.
    way = models.TextField(default="", blank=True)
    on = models.DateField(null=True)
    shows = ArrayField(models.TextField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["correction", "seq"], name="correctionstep_once")]


class CorrectionSibling(models.Model):
    """Another record that the same confusion may have hit: by which likeness, and that somebody looked (同样认错的信息)."""

    id = models.UUIDField(primary_key=True)
    correction = models.ForeignKey(Correction, models.PROTECT, db_index=False)
    record = models.ForeignKey(Record, models.PROTECT)
    agency = models.UUIDField()
    likeness = models.TextField()
    seen_by = models.UUIDField(null=True)
    seen_at = models.DateTimeField(null=True)
    confused = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["correction", "record"], name="correctionsibling_once"),
            models.CheckConstraint(
                condition=Q(seen_by=None, seen_at=None, confused=None)
                | Q(seen_by__isnull=False, seen_at__isnull=False, confused__isnull=False),
                name="correctionsibling_seen_whole",
            ),
        ]

"""Cases on promises found false: evidence, steps, papers, service, what the party says, clocks (承诺不实案卷).

What an officer or the party writes is sealed under the party's key beside a commitment. All but the few columns that a
row learns once is append-only; 0041_promises_guards holds steps, persons, papers and the effect to the law.
"""

from django.db import models
from django.db.models import Q

from xinheng.access.models import Agency
from xinheng.casework.repairs.models import RepairItem
from xinheng.casework.rows import ClockRow, ObjectionRow, PaperRow, Sealed, ServiceRow, StepRow
from xinheng.subjects.models import Subject


class PromiseCase(Sealed):
    """One record or entry that was repaired on a promise found false. Sealed: facts, evidence, where to turn, contact.

    `list` is "" for a record. `window`: working days in which the party may speak, as the notice fixes them.
    `shown_until` is learnt when it is carried out, where the rule sets a day of its own.
    """

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    item = models.ForeignKey(RepairItem, models.PROTECT)
    list = models.TextField(default="", blank=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    subject_kind = models.TextField()
    party = models.TextField(default="", blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    state = models.TextField(default="new")
    revision = models.IntegerField(default=0)
    window = models.IntegerField()
    handler = models.UUIDField()
    opened_on = models.DateField()
    decided_on = models.DateField(null=True)
    entered_on = models.DateField(null=True)
    shown_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind="natural_person", party="") | ~Q(subject_kind="natural_person"),
                name="promisecase_person_has_no_clear_name",
            ),
            models.CheckConstraint(condition=Q(window__gte=1), name="promisecase_window_is_a_time"),
            models.UniqueConstraint(
                fields=["item"], condition=~Q(state="dropped"), name="promisecase_once_an_item"
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "-id"], name="promisecase_of_agency")]


class PromiseEvidence(Sealed):
    """A document that shows it (证据), kept sealed beside the database; it comes with the opening. Sealed: its name."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(PromiseCase, models.PROTECT)
    media_type = models.TextField()
    sha256 = models.BinaryField()
    size = models.IntegerField()
    by = models.UUIDField()
    at = models.DateTimeField()


class PromiseStep(Sealed, StepRow):
    """One step of a case (步骤). Sealed: reason."""

    case = models.ForeignKey(PromiseCase, models.PROTECT, db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="promisestep_once")]


class PromisePaper(PaperRow):
    """A paper of a case (文书); of a notice also in how many working days the party may speak."""

    case = models.ForeignKey(PromiseCase, models.PROTECT)
    step = models.ForeignKey(PromiseStep, models.PROTECT)
    window = models.IntegerField(null=True)


class PromiseProofOfService(ServiceRow):
    """A proof of service of a notice or decision (送达回证). Sealed: receiver, place, servers, note."""

    paper = models.ForeignKey(PromisePaper, models.PROTECT)


class PromiseObjection(ObjectionRow):
    """What the party brought forward (陈述申辩、异议)."""

    case = models.ForeignKey(PromiseCase, models.PROTECT)


class PromiseClock(ClockRow):
    """A clock of a case (期限); that of a reply names what is replied to."""

    case = models.ForeignKey(PromiseCase, models.PROTECT)
    objection = models.ForeignKey(PromiseObjection, models.PROTECT, null=True)

    class Meta:
        indexes = [models.Index(fields=["last"], condition=Q(stopped_on=None), name="promiseclock_running")]

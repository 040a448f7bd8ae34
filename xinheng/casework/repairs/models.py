"""Applications for repair, their cases, records, materials, findings, proposals, steps, papers, clocks (信用修复案卷).

What an applicant or an officer writes is sealed under the party's key beside a commitment. All but the few columns that
a row learns once is append-only; 0021_repairs_guards holds the order of the steps and the number of persons, and
0023_repairs_whole that nothing of a step is left out. No column of any of these tables can hold a sum of money, a course or somebody who is paid.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xinheng.access.models import Agency
from xinheng.casework.rows import ClockRow, PaperRow, Sealed, ServiceRow, StepRow
from xinheng.registry.models import ListEntry, Record
from xinheng.subjects.models import Subject

OF_FOUR = Q(effect__in=["", "END_SHARING_AND_PUBLICATION", "ANNOTATE", "WITHHOLD", "DELETE"])


class RepairApplication(Sealed):
    """One application of one subject (修复申请), begun and kept until it is lodged. Sealed: statement, named.

    `chosen` are ids of records and list entries. Number and day come with the lodging; then it stays as it is.
    """

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True, null=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    account = models.UUIDField()
    present = models.UUIDField(null=True)
    channel = models.TextField()
    begun_by = models.UUIDField()
    begun_at = models.DateTimeField()
    chosen = ArrayField(models.UUIDField(), default=list)
    lodged_at = models.DateTimeField(null=True)
    lodged_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(number=None, lodged_at=None, lodged_on=None)
                | Q(number__isnull=False, lodged_at__isnull=False, lodged_on__isnull=False),
                name="repairapplication_lodged_whole",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["counter", "window"]), name="repairapplication_channel"
            ),
            models.UniqueConstraint(
                fields=["account", "subject", "channel"],
                condition=Q(number=None),
                name="repairapplication_one_begun",
            ),
        ]


class RepairCase(models.Model):
    """An application as it stands at one body that decides some of its records (修复案卷)."""

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    application = models.ForeignKey(RepairApplication, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT)
    subject_kind = models.TextField()
    party = models.TextField(default="", blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    state = models.TextField(default="new")
    revision = models.IntegerField(default=0)
    # Who handles it and where that officer is reached, as the applicant is told.
    handler = models.UUIDField(null=True)
    contact = models.TextField(default="", blank=True)
    # Materials that were asked for, once; null: never.
    asked = ArrayField(models.TextField(), null=True)
    lodged_on = models.DateField()
    decided_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind="natural_person", party="") | ~Q(subject_kind="natural_person"),
                name="repaircase_person_has_no_clear_name",
            ),
            models.UniqueConstraint(fields=["application", "agency"], name="repaircase_one_a_body"),
        ]
        indexes = [models.Index(fields=["agency", "state", "-id"], name="repaircase_of_agency")]


class RepairItem(Sealed):
    """A record or list entry whose repair is asked for, and what was decided on it (申请修复的一条信息).

    Neither: the applicant named something that is not in its own file. Sealed: named.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(RepairCase, models.PROTECT, db_index=False)
    place = models.IntegerField()
    record = models.ForeignKey(Record, models.PROTECT, null=True)
    entry = models.ForeignKey(ListEntry, models.PROTECT, null=True)
    outcome = models.TextField(default="", blank=True)
    effect = models.TextField(default="", blank=True)
    decided_on = models.DateField(null=True)
    decided_event = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "place"], name="repairitem_in_its_place"),
            models.CheckConstraint(condition=Q(record=None) | Q(entry=None), name="repairitem_of_one_thing"),
            models.CheckConstraint(condition=OF_FOUR, name="repairitem_effect_is_of_four"),
            models.CheckConstraint(
                condition=Q(outcome="", effect="", decided_on=None, decided_event=None)
                | Q(outcome="refuse", effect="", decided_on__isnull=False, decided_event__isnull=False)
                | (Q(outcome="grant", decided_on__isnull=False, decided_event__isnull=False) & ~Q(effect="")),
                name="repairitem_decided_whole",
            ),
        ]


class RepairMaterial(Sealed):
    """A file that was handed in (材料), kept sealed beside the database. Sealed: its name."""

    id = models.UUIDField(primary_key=True)
    application = models.ForeignKey(RepairApplication, models.PROTECT)
    # Handed in later, for one body.
    case = models.ForeignKey(RepairCase, models.PROTECT, null=True)
    kind = models.TextField()
    media_type = models.TextField()
    sha256 = models.BinaryField()
    size = models.IntegerField()
    by = models.UUIDField()
    at = models.DateTimeField()


class RepairPlan(Sealed):
    """What a court's ruling says of a plan (重整计划、和解协议), by whom it was handed in, verified, ended.

    `material` is the ruling itself. Sealed: court, number of the ruling; apart from them what the verifying officer
    found, and why it was ended.
    """

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(RepairCase, models.PROTECT)
    material = models.ForeignKey(RepairMaterial, models.PROTECT)
    runs_from = models.DateField()
    # The last day, counted in.
    until = models.DateField()
    by = models.UUIDField()
    at = models.DateTimeField()
    event = models.UUIDField()
    # Whether it is as was said; null: nobody looked yet.
    verified = models.BooleanField(null=True)
    verified_by = models.UUIDField(null=True)
    verified_at = models.DateTimeField(null=True)
    verified_event = models.UUIDField(null=True)
    verified_sealed = models.BinaryField(null=True)
    verified_commitment = models.BinaryField(null=True)
    # The first day on which it runs no more.
    ended_on = models.DateField(null=True)
    ended_by = models.TextField(default="", blank=True)
    # Nobody, where its last day had passed.
    ender = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_event = models.UUIDField(null=True)
    ended_sealed = models.BinaryField(null=True)
    ended_commitment = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("runs_from")), name="repairplan_has_a_day"),
            models.CheckConstraint(
                condition=Q(verified=None, verified_by=None, verified_at=None, verified_event=None)
                | (
                    Q(verified__isnull=False, verified_at__isnull=False, verified_event__isnull=False)
                    & Q(verified_by__isnull=False)
                    & ~Q(verified_by=F("by"))
                ),
                name="repairplan_verified_by_another",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by="", ender=None, ended_at=None, ended_event=None)
                | Q(
                    ended_on__isnull=False,
                    ended_by__in=["term", "performed", "annulled"],
                    ended_at__isnull=False,
                    ended_event__isnull=False,
                    verified=True,
                ),
                name="repairplan_ended_whole",
            ),
        ]


class RepairFinding(Sealed):
    """What an officer has verified of one record (核查): the latest counts. Sealed: note."""

    id = models.UUIDField(primary_key=True)
    item = models.ForeignKey(RepairItem, models.PROTECT)
    met = ArrayField(models.TextField(), default=list)
    # Materials that the office got itself.
    seen = ArrayField(models.TextField(), default=list)
    barred = ArrayField(models.TextField(), default=list)
    corrected_on = models.DateField(null=True)
    by = models.UUIDField()
    at = models.DateTimeField()


class RepairProposal(Sealed):
    """What a clerk proposes on one record (拟定的决定): the latest counts. Sealed: reason, remedies."""

    id = models.UUIDField(primary_key=True)
    item = models.ForeignKey(RepairItem, models.PROTECT)
    outcome = models.TextField()
    effect = models.TextField(default="", blank=True)
    ground = models.TextField(default="", blank=True)
    clauses = ArrayField(models.TextField(), default=list)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="grant", ground="", clauses=[]) | Q(outcome="refuse", effect=""),
                name="repairproposal_of_two",
            ),
            models.CheckConstraint(condition=OF_FOUR, name="repairproposal_effect_is_of_four"),
        ]


class RepairStep(Sealed, StepRow):
    """One step of a case of repair (修复步骤). Sealed: reason."""

    case = models.ForeignKey(RepairCase, models.PROTECT, db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="repairstep_once")]


class RepairPaper(PaperRow):
    """A paper of a case of repair (修复文书)."""

    case = models.ForeignKey(RepairCase, models.PROTECT)
    step = models.ForeignKey(RepairStep, models.PROTECT)


class RepairProofOfService(ServiceRow):
    """A proof of service of a decision (修复决定的送达回证). Sealed: receiver, place, servers, note."""

    paper = models.ForeignKey(RepairPaper, models.PROTECT)

    class Meta:
        db_table = "casework_repairservice"


class RepairClock(ClockRow):
    """A clock of a case of repair (修复期限)."""

    case = models.ForeignKey(RepairCase, models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["last"], condition=Q(stopped_on=None), name="repairclock_running")]


class RepairTold(models.Model):
    """That a subject is told, once, from which day a record or entry may be repaired (到期可修复的告知)."""

    id = models.UUIDField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    record = models.OneToOneField(Record, models.PROTECT, null=True)
    entry = models.OneToOneField(ListEntry, models.PROTECT, null=True)
    opens_on = models.DateField()
    day = models.DateField()
    at = models.DateTimeField()
    event = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(record=None, entry__isnull=False) | Q(record__isnull=False, entry=None),
                name="repairtold_of_one_thing",
            )
        ]

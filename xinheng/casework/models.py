"""Cases of listing: drafts, grounds, steps, papers, service, objections, deadlines (名单案卷).

What an officer writes about a party is sealed under the party's key, each text beside its commitment. Drafts,
steps, papers and proofs are append-only; what enters the list is guarded in the database too (0002_guards).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xinheng.access.models import Agency
from xinheng.casework.clockmodels import (
    Clock,
    ClockKind,
    DeadlineMove,
    MatterClock,
    Reminder,
    ReminderKind,
    ReminderSeen,
)
from xinheng.casework.mattermodels import (
    Correction,
    CorrectionSibling,
    CorrectionStep,
    Revocation,
    RevocationFate,
    RevocationProof,
    RevocationStep,
)
from xinheng.casework.rows import ClockRow, ObjectionRow, PaperRow, Sealed, ServiceRow, StepRow
from xinheng.registry.models import Instrument
from xinheng.subjects.models import Subject

# Tables of the same app that stand in modules of their own.
__all__ = [
    "Ask",
    "Case",
    "CasePaper",
    "CaseProofOfService",
    "CaseStep",
    "Clock",
    "ClockKind",
    "Consent",
    "Correction",
    "CorrectionSibling",
    "CorrectionStep",
    "Deadline",
    "DeadlineMove",
    "Draft",
    "Ground",
    "Leniency",
    "MatterClock",
    "Note",
    "Objection",
    "Reminder",
    "ReminderKind",
    "ReminderSeen",
    "Revocation",
    "RevocationFate",
    "RevocationProof",
    "RevocationStep",
    "Sealed",
    "SetAside",
]


class Case(models.Model):
    """One party's case (案卷). `version` counts drafts, `revision` every step: who acts on an older one is told."""

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    procedure = models.TextField(default="listing")
    list = models.TextField()
    subject = models.ForeignKey(Subject, models.PROTECT)
    subject_kind = models.TextField()
    party = models.TextField(default="", blank=True)
    role = models.TextField()
    unit_case = models.ForeignKey("self", models.PROTECT, null=True)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    area = models.TextField()
    state = models.TextField(default="new")
    version = models.IntegerField(default=1)
    revision = models.IntegerField(default=0)
    handler = models.UUIDField()
    opened_on = models.DateField()
    decided_on = models.DateField(null=True)
    listed_on = models.DateField(null=True)
    # The last day of the entry, fixed when it is listed and shown in the decision.
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind="natural_person", party="") | ~Q(subject_kind="natural_person"),
                name="case_person_has_no_clear_name",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "-opened_on", "-id"], name="case_of_agency")]


class Draft(Sealed):
    """What a case says from one redraft to the next (草稿). Sealed: facts, evidence, reason."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    version = models.IntegerField()
    range = models.TextField()
    criteria = ArrayField(models.TextField(), default=list)
    # Working days in which the party may speak, where the list leaves it to the notice.
    window = models.IntegerField(null=True)
    age = models.TextField()
    conduct_from = models.DateField(null=True)
    conduct_to = models.DateField(null=True)
    # How long the party is listed where the list's rule leaves a choice.
    months = models.IntegerField(null=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="draft_of_version")]


class Ground(models.Model):
    """A document on which a draft rests (依据文书); one of the register's carries its effect of the day."""

    id = models.UUIDField(primary_key=True)
    draft = models.ForeignKey(Draft, models.PROTECT)
    instrument = models.ForeignKey(Instrument, models.PROTECT, null=True)
    number = models.TextField()
    kind = models.TextField()
    body_name = models.TextField()
    decided_on = models.DateField()
    effect = models.TextField()


class Leniency(Sealed):
    """What was asked and decided on leniency (宽容审慎); the latest holds. Sealed: reason."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT)
    heard = models.BooleanField()
    grounds = ArrayField(models.TextField(), default=list)
    decision = models.TextField(default="", blank=True)
    by = models.UUIDField()
    at = models.DateTimeField()


class Consent(models.Model):
    """What the body above said to a draft (上级意见), by the number of its paper."""

    id = models.UUIDField(primary_key=True)
    draft = models.ForeignKey(Draft, models.PROTECT)
    body_name = models.TextField()
    number = models.TextField()
    given_on = models.DateField()
    granted = models.BooleanField()
    by = models.UUIDField()
    at = models.DateTimeField()


class CaseStep(Sealed, StepRow):
    """One step of a case, and of which draft (步骤). Sealed: reason."""

    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    version = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="casestep_once")]


class CasePaper(PaperRow):
    """A paper of a case (案卷文书), and of which draft."""

    case = models.ForeignKey(Case, models.PROTECT)
    step = models.ForeignKey(CaseStep, models.PROTECT)
    version = models.IntegerField()
    window = models.IntegerField(null=True)


class CaseProofOfService(ServiceRow):
    """A proof of service of a paper (送达回证). Sealed: receiver, note."""

    paper = models.ForeignKey(CasePaper, models.PROTECT)

    class Meta:
        db_table = "casework_service"


class Objection(ObjectionRow):
    """What the party brought forward against a draft (陈述申辩、异议、听证)."""

    case = models.ForeignKey(Case, models.PROTECT)
    version = models.IntegerField()
    heard_on = models.DateField(null=True)


class Ask(Sealed):
    """What a clerk asks a signer to grant: a way out of the list (移出提议). Sealed: reason, answer."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT)
    step = models.TextField()
    applied_on = models.DateField(null=True)
    corrected_on = models.DateField(null=True)
    met = ArrayField(models.TextField(), default=list)
    barred = ArrayField(models.TextField(), default=list)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    answer_sealed = models.BinaryField(null=True)
    answer_commitment = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("made_by")), name="ask_two_persons"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(decided_by=None), name="ask_one_open"),
        ]


class Deadline(ClockRow):
    """A clock of a case, or of the reply to one objection (期限)."""

    case = models.ForeignKey(Case, models.PROTECT)
    objection = models.ForeignKey(Objection, models.PROTECT, null=True)
    extended_by = ArrayField(models.TextField(), default=list)

    class Meta:
        indexes = [models.Index(fields=["last"], condition=Q(stopped_on=None), name="deadline_running")]


class Note(Sealed):
    """A note of an officer, or the hand-over to another one (备注、移交). Sealed: text."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT)
    to_user = models.UUIDField(null=True)
    by = models.UUIDField()
    at = models.DateTimeField()


class SetAside(models.Model):
    """A document that had fallen when a signer let the entry stand without it (不再依据的文书)."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    revision = models.IntegerField()
    ground = models.ForeignKey(Ground, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "revision", "ground"], name="setaside_once")]


from xinheng.casework.promises import models as _promises  # noqa: E402, F401
from xinheng.casework.repairs import models as _repairs  # noqa: E402, F401

"""Cases of listing: drafts, grounds, steps, papers, service, objections, deadlines (名单案卷).

What an officer writes about a party is sealed under the party's key, each text beside its commitment. Drafts,
steps, papers and proofs are append-only; what enters the list is guarded in the database too (0002_guards).
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from xinheng.access.models import Agency
from xinheng.registry.models import Instrument, Record
from xinheng.subjects.models import Subject


class Sealed(models.Model):
    """Texts of one row as one sealed blob, and what the ledger holds of it without opening it."""

    sealed = models.BinaryField(null=True)
    sealed_commitment = models.BinaryField(null=True)

    class Meta:
        abstract = True


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


class CaseStep(Sealed):
    """One step that was taken: by whom, from which state to which, under which law (步骤). Sealed: reason."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    seq = models.IntegerField()
    step = models.TextField()
    source = models.TextField()
    target = models.TextField()
    version = models.IntegerField()
    actor = models.UUIDField()
    at = models.DateTimeField()
    day = models.DateField()
    event = models.UUIDField(unique=True)
    # Each rule that was asked: name, clauses, outcome.
    asked = models.JSONField()
    edition = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="casestep_once")]


class CasePaper(models.Model):
    """A paper of a case (案卷文书): which, to whom, of which draft, what it says; the paper itself is a document."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT)
    step = models.ForeignKey(CaseStep, models.PROTECT)
    kind = models.TextField()
    version = models.IntegerField()
    document = models.UUIDField(unique=True)
    number = models.TextField(unique=True)
    party = models.UUIDField()
    issued_on = models.DateField()
    says = ArrayField(models.TextField(), default=list)
    window = models.IntegerField(null=True)


class Service(Sealed):
    """A proof of service (送达回证): which paper, to which party, how, on which day, with what. Sealed: receiver, note."""

    id = models.UUIDField(primary_key=True)
    paper = models.ForeignKey(CasePaper, models.PROTECT)
    party = models.UUIDField()
    way = models.TextField()
    on = models.DateField()
    served_on = models.DateField()
    shows = ArrayField(models.TextField(), default=list)
    by = models.UUIDField()
    at = models.DateTimeField()


class Objection(Sealed):
    """What the party brought forward (陈述申辩、异议、听证). Sealed: text; `reply_sealed`: the reasons of the reply."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT)
    number = models.TextField(unique=True)
    version = models.IntegerField()
    kind = models.TextField()
    received_at = models.DateTimeField()
    received_on = models.DateField()
    in_time = models.BooleanField()
    heard_on = models.DateField(null=True)
    replied_on = models.DateField(null=True)
    reply_sealed = models.BinaryField(null=True)
    reply_commitment = models.BinaryField(null=True)
    upheld = models.BooleanField(default=False)


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


class Deadline(models.Model):
    """A clock of a case (期限). `last` and `provisional` follow from the rest and the calendar as loaded."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT)
    objection = models.ForeignKey(Objection, models.PROTECT, null=True)
    name = models.TextField()
    start = models.DateField()
    n = models.IntegerField()
    extended_by = ArrayField(models.TextField(), default=list)
    last = models.DateField(null=True)
    provisional = models.BooleanField()
    stopped_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["last"], condition=Q(stopped_on=None), name="deadline_running")]


class Note(Sealed):
    """A note of an officer, or the hand-over to another one (备注、移交). Sealed: text."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT)
    to_user = models.UUIDField(null=True)
    by = models.UUIDField()
    at = models.DateTimeField()


class DeadlineMove(models.Model):
    """A last day that another calendar moved, or made sure (期限变动): before and after. Append-only, proved by its event."""

    pk = models.CompositePrimaryKey("event", "place")
    event = models.UUIDField()
    place = models.IntegerField()
    deadline = models.ForeignKey(Deadline, models.PROTECT)
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
    """What officers are told of a case or one of its deadlines (提醒), once. Append-only, proved by its event.

    `rung` names what is told once: the rung of the ladder, the event that moved the day, the window that touched it.
    """

    id = models.UUIDField(primary_key=True)
    event = models.UUIDField()
    place = models.IntegerField()
    case = models.ForeignKey(Case, models.PROTECT)
    deadline = models.ForeignKey(Deadline, models.PROTECT, null=True, db_index=False)
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
                fields=["case", "rung"], condition=Q(deadline=None), name="reminder_of_case_once"
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


class SetAside(models.Model):
    """A document that had fallen when a signer let the entry stand without it (不再依据的文书)."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    revision = models.IntegerField()
    ground = models.ForeignKey(Ground, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "revision", "ground"], name="setaside_once")]


from xinheng.casework.repairs import models as _repairs  # noqa: E402, F401

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


class RevocationStep(models.Model):
    """One step that was taken (步骤)."""

    id = models.UUIDField(primary_key=True)
    revocation = models.ForeignKey(Revocation, models.PROTECT, db_index=False)
    seq = models.IntegerField()
    step = models.TextField()
    source = models.TextField()
    target = models.TextField()
    actor = models.UUIDField()
    at = models.DateTimeField()
    day = models.DateField()
    event = models.UUIDField(unique=True)
    asked = models.JSONField()
    edition = models.TextField()
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


class CorrectionStep(Sealed):
    """One step (步骤). Sealed: the claims, the answer, what was decided field by field, reasons; its paper by number."""

    id = models.UUIDField(primary_key=True)
    correction = models.ForeignKey(Correction, models.PROTECT, db_index=False)
    seq = models.IntegerField()
    step = models.TextField()
    source = models.TextField()
    target = models.TextField()
    actor = models.UUIDField()
    at = models.DateTimeField()
    day = models.DateField()
    event = models.UUIDField(unique=True)
    asked = models.JSONField()
    edition = models.TextField()
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

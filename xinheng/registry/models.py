"""Legally effective instruments, and the records that rest on them (文书与记录)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from xinheng.access.models import Agency
from xinheng.catalog.models import CatalogItem, Window
from xinheng.law.standing import Mark
from xinheng.registry.changemodels import InstrumentChange
from xinheng.registry.liftmodels import LiftEnd, MeasureLift, MeasureRating, RatingAnswer
from xinheng.registry.measuremodels import (
    MeasureEnd,
    MeasureNotice,
    MeasureState,
    MeasureTaken,
    NoticeAnswer,
)
from xinheng.subjects.models import Subject

__all__ = [
    "InstrumentChange",
    "LiftEnd",
    "MeasureEnd",
    "MeasureLift",
    "MeasureNotice",
    "MeasureRating",
    "MeasureState",
    "MeasureTaken",
    "NoticeAnswer",
    "RatingAnswer",
]


class Facts(models.Model):
    """One distinct combination of legal facts; the law is asked once per row of this table."""

    id = models.AutoField(primary_key=True)
    digest = models.BinaryField(unique=True)
    facts = models.JSONField()


class Instrument(models.Model):
    """A document with legal effect: body, number, kind, date, effect (具有法律效力的文书)."""

    id = models.UUIDField(primary_key=True)
    body_uscc = models.TextField()
    body_name = models.TextField()
    number = models.TextField()
    number_key = models.TextField()
    kind = models.TextField()
    decided_on = models.DateField()
    effect = models.TextField()
    contested = models.BooleanField(default=False)
    agency = models.ForeignKey(Agency, models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body_uscc", "number_key", "kind"], name="instrument_natural_key")
        ]


class RecordState(models.TextChoices):
    LIVE = "live", "有效"
    WITHDRAWN = "withdrawn", "已撤回"
    SHREDDED = "shredded", "已销毁"


class Record(models.Model):
    """One item about one subject on one instrument; its content is in the versions."""

    id = models.UUIDField(primary_key=True)
    instrument = models.ForeignKey(Instrument, models.PROTECT, db_index=False)
    subject = models.ForeignKey(Subject, models.PROTECT)
    item_code = models.TextField()
    item = models.ForeignKey(CatalogItem, models.PROTECT, db_index=False)
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    facts = models.ForeignKey(Facts, models.PROTECT)
    version = models.IntegerField()
    state = models.TextField(choices=RecordState, default=RecordState.LIVE)
    adverse = models.BooleanField()
    decided_on = models.DateField()
    valid_to = models.DateField(null=True)
    accepted_on = models.DateField()
    batch = models.UUIDField(db_index=True)
    row = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instrument", "subject", "item_code"], name="record_natural_key")
        ]
        indexes = [models.Index(fields=["agency", "accepted_on", "id"], name="record_of_agency")]


class RecordVersion(models.Model):
    """What a record said from one event on. Append-only; personal fields are sealed per subject."""

    pk = models.CompositePrimaryKey("record", "version")
    record = models.ForeignKey(Record, models.PROTECT, db_index=False)
    version = models.IntegerField()
    content = models.JSONField()
    # Keyed: a plain hash over a name or an id number could be guessed.
    content_digest = models.BinaryField()
    # One AEAD blob of JSON: personal fields, withheld free text and the salt of their commitment.
    sealed = models.BinaryField(null=True)
    sealed_commitment = models.BinaryField(null=True)
    withheld = ArrayField(models.TextField(), default=list)
    source = models.JSONField()
    facts = models.ForeignKey(Facts, models.PROTECT, db_index=False)
    # Where the record stood with this version, so that each version is proved by itself.
    batch = models.UUIDField()
    row = models.IntegerField()
    item = models.TextField()
    adverse = models.BooleanField()
    agency = models.UUIDField()
    event = models.UUIDField()
    leaf = models.IntegerField()
    # Gone, with content and sealed part, when the record was shredded.
    salt = models.BinaryField(null=True)
    commitment = models.BinaryField()
    ground = models.TextField(default="", blank=True)
    ground_text = models.TextField(default="", blank=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "registry_recordversion"


class ProposalKind(models.TextChoices):
    CORRECT = "correct", "更正一条记录"
    REDACT = "redact", "遮去个人信息后公开"
    WITHDRAW = "withdraw", "撤回整批报送"
    SETTLE = "settle", "办结一行待裁定"
    SHRED = "shred", "依法销毁一条记录"


class Proposal(models.Model):
    """A change that one officer asks for and another decides (两人办理)."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField(choices=ProposalKind)
    agency = models.ForeignKey(Agency, models.PROTECT)
    record = models.ForeignKey(Record, models.PROTECT, null=True)
    batch = models.UUIDField(null=True)
    base_version = models.IntegerField(null=True)
    change = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True)
    ground = models.TextField()
    ground_text = models.TextField()
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    decision_text = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="proposal_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["withdraw", "settle"], batch__isnull=False) | Q(record__isnull=False),
                name="proposal_has_target",
            ),
        ]


class EntryState(models.TextChoices):
    LISTED = "listed", "已列入"
    HIDDEN = "hidden", "依据有变，已隐去"
    REMOVED = "removed", "已移出"


class ListEntry(models.Model):
    """One party on one list of seriously untrustworthy entities; its case says how it came there (名单信息).

    `interim`: the standard rests on a ministry rule as a stop-gap. `publishable`: what the law answered when
    it was listed; a natural person's name is never here.
    """

    id = models.UUIDField(primary_key=True)
    case = models.UUIDField(db_index=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    subject_kind = models.TextField()
    party = models.TextField(default="", blank=True)
    list = models.TextField()
    edition = models.TextField()
    range = models.TextField()
    role = models.TextField()
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    body_name = models.TextField()
    number = models.TextField()
    decided_on = models.DateField()
    listed_on = models.DateField()
    until = models.DateField(null=True)
    interim = models.BooleanField()
    publishable = models.BooleanField()
    state = models.TextField(choices=EntryState, default=EntryState.LISTED)
    ended_on = models.DateField(null=True)
    ended_by = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subject_kind="natural_person", party="") | ~Q(subject_kind="natural_person"),
                name="listentry_person_has_no_clear_name",
            ),
            models.CheckConstraint(
                condition=(Q(state="removed") & Q(ended_on__isnull=False) & ~Q(ended_by=""))
                | (~Q(state="removed") & Q(ended_on=None, ended_by="")),
                name="listentry_ends_with_its_day",
            ),
            # Who left early and is put back by a decision of its own has an entry of its own.
            models.UniqueConstraint(
                fields=["case"], condition=~Q(state="removed"), name="listentry_once_there"
            ),
        ]
        indexes = [models.Index(fields=["agency", "-listed_on", "-id"], name="listentry_of_agency")]


class TouchedKind(models.TextChoices):
    CASE = "case", "名单案卷"
    CLOCK = "clock", "当事人的期限"
    RECORD = "record", "失信信息"


class Touched(models.Model):
    """What a window of force majeure touches (待复核事项): found by the software, found again at any time.

    It changes nothing about its target; what a person then says stands in TouchedReview.
    """

    pk = models.CompositePrimaryKey("window", "kind", "target")
    window = models.ForeignKey(Window, models.PROTECT)
    kind = models.TextField(choices=TouchedKind)
    target = models.UUIDField()
    agency = models.ForeignKey(Agency, models.PROTECT, db_index=False)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    since = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["agency", "-since", "target"], name="touched_of_agency"),
            models.Index(fields=["kind", "target"], name="touched_target"),
        ]


class TouchedReview(models.Model):
    """What an officer decided on something touched, with reasons (复核意见). Sealed: reason."""

    id = models.UUIDField(primary_key=True)
    window = models.ForeignKey(Window, models.PROTECT, db_index=False)
    kind = models.TextField(choices=TouchedKind)
    target = models.UUIDField()
    agency = models.ForeignKey(Agency, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    decision = models.TextField()
    sealed = models.BinaryField()
    sealed_commitment = models.BinaryField()
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "target", "window"], name="touchedreview_once"),
            models.CheckConstraint(
                condition=Q(decision__in=["go_on", "lighter", "spare"]), name="touchedreview_decides"
            ),
        ]


class RecordEffect(models.Model):
    """What repair, correction or revocation did to a record, with its meaning then (修复结果). Append-only.

    A row with `lifts` ends the one it names; in force is what no other row lifts. A deletion is never lifted.
    """

    id = models.UUIDField(primary_key=True)
    record = models.ForeignKey(Record, models.PROTECT)
    effect = models.TextField()
    public = models.TextField()
    shared = models.TextField()
    own = models.TextField()
    ground = models.TextField()
    matter = models.UUIDField()
    number = models.TextField()
    event = models.UUIDField()
    decided_by = models.UUIDField()
    # Who asked for what `decided_by` decided; a deletion takes two persons.
    asked_by = models.UUIDField(null=True)
    at = models.DateTimeField()
    lifts = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effect__in=["END_SHARING_AND_PUBLICATION", "ANNOTATE", "WITHHOLD", "DELETE"]),
                name="recordeffect_is_of_four",
            ),
            models.CheckConstraint(
                condition=~Q(effect="DELETE")
                | (Q(asked_by__isnull=False, lifts=None) & ~Q(asked_by=F("decided_by"))),
                name="recordeffect_deletes_by_two",
            ),
            models.UniqueConstraint(fields=["lifts"], name="recordeffect_lifted_once"),
        ]


class RecordMark(models.Model):
    """What stands beside a record on every output, since when, until when (标注)."""

    id = models.UUIDField(primary_key=True)
    record = models.ForeignKey(Record, models.PROTECT)
    mark = models.TextField()
    matter = models.UUIDField()
    number = models.TextField()
    since = models.DateTimeField()
    event = models.UUIDField()
    decided_by = models.UUIDField()
    until = models.DateTimeField(null=True)
    ended_event = models.UUIDField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mark__in=[each.value for each in Mark]),
                name="recordmark_is_of_six",
            ),
            models.CheckConstraint(
                condition=Q(until=None, ended_event=None, ended_by=None)
                | Q(until__isnull=False, ended_event__isnull=False, ended_by__isnull=False),
                name="recordmark_ends_by_an_event",
            ),
            models.UniqueConstraint(
                fields=["record", "mark", "matter"], condition=Q(until=None), name="recordmark_once_open"
            ),
        ]


class RecordShown(models.Model):
    """Until when a record is shown where a decision set that day and not the rule of its kind (公示期另定). Append-only."""

    id = models.UUIDField(primary_key=True)
    record = models.ForeignKey(Record, models.PROTECT)
    until = models.DateField()
    matter = models.UUIDField(unique=True)
    number = models.TextField()
    event = models.UUIDField()
    decided_by = models.UUIDField()
    at = models.DateTimeField()


class Tombstone(models.Model):
    """The keyed natural key of a deleted record, so that it is not taken in again; it tells nobody's (墓碑)."""

    key = models.BinaryField(primary_key=True)
    event = models.UUIDField()
    at = models.DateTimeField()

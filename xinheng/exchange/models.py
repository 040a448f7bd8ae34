"""Batches as agencies send them, and what became of each row (报送批次)."""

from django.db import models

from xinheng.access.models import Agency


class BatchState(models.TextChoices):
    CHECKING = "checking", "校验中"
    PROBLEMS = "problems", "有问题"
    READY = "ready", "可提交"
    SUBMITTED = "submitted", "已提交"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class Batch(models.Model):
    """One file of one agency for one feed; the file is kept encrypted, found by its SHA-256."""

    id = models.UUIDField(primary_key=True)
    no = models.TextField(unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT)
    feed = models.TextField()
    file_name = models.TextField()
    file_sha256 = models.BinaryField()
    file_size = models.BigIntegerField()
    state = models.TextField(choices=BatchState, default=BatchState.CHECKING)
    # counts: rows, accepted, refused, waiting, repaired, unchanged, changed, new
    counts = models.JSONField(default=dict)
    headings = models.JSONField(default=dict)
    # source: channel, url, published_on, reviewed (the agency's own disclosure decision, 3.2d)
    source = models.JSONField(default=dict)
    job = models.UUIDField(null=True)
    event = models.UUIDField(null=True)
    merkle_root = models.BinaryField(null=True)
    created_by = models.UUIDField()
    created_at = models.DateTimeField()
    submitted_by = models.UUIDField(null=True)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "-created_at"], name="batch_of_agency")]
        constraints = [
            # The same file again is the same batch, unless that one was withdrawn as a mistake.
            models.UniqueConstraint(
                fields=["agency", "feed", "file_sha256"],
                name="batch_file_once",
                condition=~models.Q(state="withdrawn"),
            )
        ]


class Severity(models.TextChoices):
    REFUSED = "refused", "未通过"
    WAITING = "waiting", "待裁定"
    TOLD = "told", "已提示"


class Problem(models.Model):
    """One finding in one cell: a code of refusals.yaml and its values, never a person's data."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, models.CASCADE)
    row = models.IntegerField()
    field = models.TextField(blank=True)
    heading = models.TextField(blank=True)
    severity = models.TextField(choices=Severity)
    code = models.TextField()
    values = models.JSONField(default=dict)
    clauses = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["batch", "severity", "row"], name="problem_of_batch")]


class WaitingRow(models.Model):
    """A row that the law leaves to an officer; it is read again from the kept file once that is decided."""

    pk = models.CompositePrimaryKey("batch", "row")
    batch = models.ForeignKey(Batch, models.CASCADE)
    row = models.IntegerField()
    key = models.TextField()
    facts = models.JSONField()
    value_ids = models.JSONField(default=list)
    settled_at = models.DateTimeField(null=True)
    outcome = models.TextField(default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["key"], name="waiting_open", condition=models.Q(settled_at=None))]


class Recall(models.Model):
    """What a holder outside has to be told of a record: withdraw it, or see it changed. Append-only (撤回和更新通知).

    Owed when the effect was decided, in its transaction; who is told when and by what receipt is the delivery's.
    """

    pk = models.CompositePrimaryKey("event", "record", "audience")
    event = models.UUIDField()
    record = models.UUIDField()
    version = models.IntegerField()
    audience = models.TextField()
    # withdraw | update; and what is left: gone, restricted, marked, or "" when nothing is decided any more.
    action = models.TextField()
    view = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__in=["withdraw", "update"]), name="recall_is_of_two"
            ),
        ]
        indexes = [models.Index(fields=["record"], name="recall_of_record")]

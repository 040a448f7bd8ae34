"""Lists of subjects for whom certificates are issued at once (批量出具)."""

from django.db import models
from django.db.models import Q

from xinheng.access.models import Agency


class Run(models.Model):
    """One uploaded list; the file is kept sealed, found by its SHA-256, and read again whenever its rows are needed."""

    id = models.UUIDField(primary_key=True)
    no = models.TextField(unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT)
    file_name = models.TextField()
    file_sha256 = models.BinaryField()
    file_size = models.BigIntegerField()
    # asked: audience, since, until, domains, use; purpose and basis of the register
    asked = models.JSONField()
    rows = models.IntegerField()
    job = models.UUIDField(null=True)
    created_by = models.UUIDField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agency", "-created_at"], name="run_of_agency")]


class RunRow(models.Model):
    """What became of one row: a document, or a code of refusals.yaml with its values, never a person's data."""

    pk = models.CompositePrimaryKey("run", "row")
    run = models.ForeignKey(Run, models.PROTECT, db_index=False)
    row = models.IntegerField()
    document = models.UUIDField(null=True)
    code = models.TextField(default="", blank=True)
    values = models.JSONField(default=dict)
    column = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False, code="") | (Q(document=None) & ~Q(code="")),
                name="run_row_is_issued_or_refused",
            )
        ]

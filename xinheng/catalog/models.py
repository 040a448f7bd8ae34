"""Tables that mirror reference/ for keys and joins; bundles, rulings, windows (目录镜像、裁定、不可抗力窗口)."""

from django.db import models
from django.db.models import F, Q


class Bundle(models.Model):
    """One state of reference/, proposed by one officer and approved by another (数据包)."""

    digest = models.TextField(primary_key=True)
    path = models.TextField()
    changes = models.JSONField(default=list)
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    refused_by = models.UUIDField(null=True)
    refused_at = models.DateTimeField(null=True)
    is_current = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="bundle_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(approved_by__isnull=False),
                name="bundle_current_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(refused_by=None), name="bundle_approved_or_refused"
            ),
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="bundle_one_current"
            ),
        ]


class CatalogItem(models.Model):
    """An item of one catalog edition, mirrored: `2024/penalty`."""

    id = models.TextField(primary_key=True)
    edition = models.TextField()
    code = models.TextField()
    name = models.TextField()
    category = models.TextField()
    adverse = models.BooleanField()
    publishable = models.BooleanField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    position = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="catalog_item_once")]


class LawInstrument(models.Model):
    """A law or document that rules and items cite, mirrored."""

    id = models.TextField(primary_key=True)
    title = models.TextField()
    number = models.TextField(blank=True)
    rank = models.TextField()
    in_force_from = models.DateField(null=True)
    in_force_until = models.DateField(null=True)


class ReferenceValue(models.Model):
    """Every value of reference/ by its path, so that `reference check` can compare file and table."""

    path = models.TextField(primary_key=True)
    value = models.JSONField(null=True)
    confidence = models.TextField()


class Ruling(models.Model):
    """What two officers decided for one uncertain value and all equal facts (裁定)."""

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    value_id = models.TextField()
    key = models.TextField()
    facts = models.JSONField()
    decision = models.JSONField()
    ground = models.TextField()
    clauses = models.JSONField()
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("proposed_by")), name="ruling_two_persons"
            ),
            models.UniqueConstraint(
                fields=["value_id", "key"],
                condition=Q(revoked_at=None, approved_at__isnull=False),
                name="ruling_one_in_force",
            ),
        ]


class TwoPersons(models.Model):
    """What one officer of the credit office proposes and another grants or refuses, once (两人办理)."""

    ground = models.TextField()
    proposed_by = models.UUIDField()
    proposed_at = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)

    class Meta:
        abstract = True


class Window(TwoPersons):
    """A window of force majeure (不可抗力窗口): area and days, both counted; without `last` it is still on."""

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    area = models.TextField()
    first = models.DateField()
    last = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="window_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(last=None) | Q(last__gte=F("first")), name="window_ends_after_its_beginning"
            ),
        ]


class WindowEnding(TwoPersons):
    """The end of a window (窗口的结束): its last day, or none where it should not have been declared."""

    id = models.UUIDField(primary_key=True)
    window = models.ForeignKey(Window, models.PROTECT, related_name="endings")
    last = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="windowending_two_persons",
            ),
            models.UniqueConstraint(
                fields=["window"], condition=Q(decided_by=None), name="windowending_one_open"
            ),
        ]

"""PublicEntry, which can be rebuilt, and publication_change, which is evidence and never is (公示)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class PublicSubject(models.Model):
    """A subject other than a natural person, as the public may find it while it has a visible entry."""

    subject = models.UUIDField(primary_key=True)
    uscc = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    bigrams = ArrayField(models.TextField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["uscc"], name="public_subject_uscc")]
        indexes = [GinIndex(fields=["bigrams"], name="public_subject_bigrams")]


class PublicVerdict(models.Model):
    """One distinct answer of law.disclosure: shown fields, masks, term, marks and reasons."""

    id = models.AutoField(primary_key=True)
    digest = models.BinaryField(unique=True)
    verdict = models.JSONField()


class PublicEntry(models.Model):
    """One record as the public sees it while `visible_from <= today < visible_until`."""

    record = models.UUIDField(primary_key=True)
    subject = models.UUIDField()
    item_code = models.TextField()
    version = models.IntegerField()
    body_name = models.TextField()
    number = models.TextField()
    decided_on = models.DateField()
    content = models.JSONField()
    withheld = ArrayField(models.TextField(), default=list)
    source = models.JSONField()
    verdict = models.ForeignKey(PublicVerdict, models.PROTECT, db_index=False)
    visible_from = models.DateField()
    visible_until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "item_code", "-decided_on"], name="entry_of_subject")]


class PublicationChange(models.Model):
    """What became, stopped being or will be visible, and by which event. Append-only, by month."""

    pk = models.CompositePrimaryKey("at", "id")
    id = models.UUIDField()
    at = models.DateTimeField()
    record = models.UUIDField()
    version = models.IntegerField()
    cause = models.TextField()
    event = models.UUIDField()
    verdict_id = models.IntegerField(null=True)
    # both null: not public from here on
    visible_from = models.DateField(null=True)
    visible_until = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "publication_publicationchange"


class HeldWidening(models.Model):
    """An older adverse record that new law would show or show longer: it waits for an officer (plan 1.2.2)."""

    record = models.UUIDField(primary_key=True)
    agency = models.UUIDField()
    version = models.IntegerField()
    event = models.UUIDField()
    verdict_id = models.IntegerField()
    wanted_from = models.DateField()
    wanted_until = models.DateField(null=True)
    held_since = models.DateTimeField()
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    ground = models.TextField(default="", blank=True)

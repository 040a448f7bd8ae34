"""PublicEntry and PublicListing, which can be rebuilt, and their changes, which are evidence and never are (公示)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q


class PublicSubject(models.Model):
    """A subject other than a natural person, as the public may find it while it has a visible entry."""

    subject = models.UUIDField(primary_key=True)
    uscc = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    bigrams = ArrayField(models.TextField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uscc"], name="public_subject_uscc"),
            models.CheckConstraint(condition=~Q(kind="natural_person"), name="public_subject_is_no_person"),
        ]
        indexes = [GinIndex(fields=["bigrams"], name="public_subject_bigrams")]


class PublicVerdict(models.Model):
    """One distinct answer of law.disclosure: shown fields, masks, term, marks and reasons.

    Neither the day nor the edition of the law is part of it: an answer that stays the same under a new
    edition is the same row, so that loading a bundle changes only what it really changes.
    """

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
    # Verdicts are never deleted, and the guards look at them once per statement: a key would look once per row.
    verdict = models.ForeignKey(PublicVerdict, models.PROTECT, db_index=False, db_constraint=False)
    visible_from = models.DateField()
    visible_until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "item_code", "-decided_on"], name="entry_of_subject")]


class PublicationChange(models.Model):
    """What became, stopped being or will be visible, and by which event. Append-only, by month."""

    # Led by the record: the register is written in their order and asked for the latest of one record.
    pk = models.CompositePrimaryKey("record", "at", "event")
    record = models.UUIDField()
    at = models.DateTimeField()
    event = models.UUIDField()
    version = models.IntegerField()
    cause = models.TextField()
    verdict_id = models.IntegerField(null=True)
    # both null: not public from here on
    visible_from = models.DateField(null=True)
    visible_until = models.DateField(null=True)
    # Its number among the changes of the event, from 0; and the row itself in 32 bytes: publication.proofs.
    place = models.IntegerField()
    digest = models.BinaryField()

    class Meta:
        managed = False
        db_table = "publication_publicationchange"


class PublicListing(models.Model):
    """One entry of a list as the public sees it while `visible_from <= today < visible_until` (名单信息)."""

    entry = models.UUIDField(primary_key=True)
    subject = models.UUIDField()
    uscc = models.TextField()
    name = models.TextField()
    kind = models.TextField()
    list = models.TextField()
    list_name = models.TextField()
    edition = models.TextField()
    range = models.TextField()
    body_name = models.TextField()
    number = models.TextField()
    decided_on = models.DateField()
    listed_on = models.DateField()
    # The standard rests on a ministry rule as a stop-gap, and the pages say so.
    interim = models.BooleanField()
    visible_from = models.DateField()
    visible_until = models.DateField(null=True)
    # While a plan of a court runs nobody uses a measure that rests on the entry; it stays and says so.
    lifted_from = models.DateField(null=True)
    lifted_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kind="natural_person"), name="public_listing_is_no_person"),
            models.CheckConstraint(
                condition=Q(lifted_from=None, lifted_until=None) | Q(lifted_from__lt=F("lifted_until")),
                name="public_listing_is_lifted_for_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["subject"], name="listing_of_subject"),
            models.Index(fields=["list", "-listed_on", "entry"], name="listing_of_list"),
        ]


class ListingChange(models.Model):
    """What became, or stopped being, visible of a list entry, and by which event. Append-only, watched."""

    pk = models.CompositePrimaryKey("entry", "event")
    entry = models.UUIDField()
    event = models.UUIDField()
    at = models.DateTimeField()
    # The kind of the event.
    cause = models.TextField()
    # both null: not public from here on
    visible_from = models.DateField(null=True)
    visible_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(visible_from=None, visible_until=None)
                | Q(visible_from__isnull=False)
                & (Q(visible_until=None) | Q(visible_from__lt=models.F("visible_until"))),
                name="listing_change_has_a_window",
            )
        ]


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

    class Meta:
        indexes = [
            models.Index(fields=["held_since"], name="held_open", condition=Q(decided_at=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, granted=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, granted__isnull=False)
                & ~Q(ground=""),
                name="held_decision_names_officer_and_ground",
            )
        ]

"""Events with salted commitments, payloads apart, the outbox, and the Merkle log over them (事件、待发、树)."""

from django.db import models
from django.db.models.functions import Now


class Event(models.Model):
    """What happened, without saying to whom: the payload is apart and erasable."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    at = models.DateTimeField()
    agency = models.UUIDField(null=True)
    commitment = models.BinaryField()
    # Under a key outside the database: an event that somebody puts into the queue by hand has none.
    mac = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], name="event_at"),
            models.Index(fields=["kind", "at", "id"], name="event_of_kind"),
        ]


class EventPayload(models.Model):
    event = models.OneToOneField(Event, models.PROTECT, primary_key=True)
    salt = models.BinaryField()
    payload = models.JSONField()


class Outbox(models.Model):
    """One event still owed to one consumer."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, models.PROTECT)
    consumer = models.TextField()
    not_before = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    last_fault = models.TextField(default="", blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "consumer"], name="outbox_once")]
        indexes = [
            models.Index(
                fields=["consumer", "not_before"], name="outbox_open", condition=models.Q(done_at=None)
            )
        ]


class Queued(models.Model):
    """An event that is durable and not yet in the tree.

    `queued_at` is the database's own clock; `told` counts up and is the order of the tree.
    """

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, db_constraint=False)
    queued_at = models.DateTimeField(db_default=Now(), db_index=True)
    told = models.BigIntegerField(editable=False)

    class Meta:
        db_table = "ledger_queue"


class Refused(models.Model):
    """What stood in the queue without the application's MAC: kept as an alarm, never sequenced."""

    event = models.UUIDField(primary_key=True)
    found_at = models.DateTimeField()
    why = models.TextField()


class Entry(models.Model):
    """The place of an event in the tree."""

    index = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, db_constraint=False)


class Tile(models.Model):
    """Up to 256 hashes of one level (C2SP tlog-tiles); only the rightmost of a level is partial."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()


class Checkpoint(models.Model):
    """A signed head of the tree (C2SP tlog-checkpoint), without cosignatures."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    signed_at = models.DateTimeField()


class Cosignature(models.Model):
    """One witness's line under one checkpoint."""

    pk = models.CompositePrimaryKey("checkpoint", "witness")
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT)
    witness = models.TextField()
    line = models.TextField()
    received_at = models.DateTimeField()

"""Events with salted commitments, payloads apart, and the outbox (事件与待发)."""

from django.db import models


class Event(models.Model):
    """What happened, without saying to whom: the payload is apart and erasable."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    at = models.DateTimeField()
    agency = models.UUIDField(null=True)
    commitment = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["at", "id"], name="event_at")]


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

"""What the rows of different procedures have in common (各程序共有的列): sealed texts, steps, papers, service, clocks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Sealed(models.Model):
    """Texts of one row as one sealed blob, and what the ledger holds of it without opening it."""

    sealed = models.BinaryField(null=True)
    sealed_commitment = models.BinaryField(null=True)

    class Meta:
        abstract = True


class StepRow(models.Model):
    """A step that was taken (步骤): which, by whom, from which state to which, told by which event, under which law."""

    id = models.UUIDField(primary_key=True)
    seq = models.IntegerField()
    step = models.TextField()
    source = models.TextField()
    target = models.TextField()
    actor = models.UUIDField()
    at = models.DateTimeField()
    day = models.DateField()
    event = models.UUIDField(unique=True)
    # Each rule that was asked: name, clauses, outcome.
    asked = models.JSONField()
    edition = models.TextField()

    class Meta:
        abstract = True


class PaperRow(models.Model):
    """A paper of a case (文书): which, to whom, what it says; the paper itself is a document."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    document = models.UUIDField(unique=True)
    number = models.TextField(unique=True)
    party = models.UUIDField()
    issued_on = models.DateField()
    says = ArrayField(models.TextField(), default=list)

    class Meta:
        abstract = True


class ServiceRow(Sealed):
    """A proof of service (送达回证): to which party, how, on which day, with what."""

    id = models.UUIDField(primary_key=True)
    party = models.UUIDField()
    way = models.TextField()
    on = models.DateField()
    served_on = models.DateField()
    shows = ArrayField(models.TextField(), default=list)
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        abstract = True


class ClockRow(models.Model):
    """A clock of a case (期限). `last` and `provisional` follow from the rest and the calendar as loaded."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    start = models.DateField()
    n = models.IntegerField()
    last = models.DateField(null=True)
    provisional = models.BooleanField()
    stopped_on = models.DateField(null=True)

    class Meta:
        abstract = True


class ObjectionRow(Sealed):
    """What the party brought forward (当事人的意见). Sealed: text; `reply_sealed`: the reasons of the reply."""

    id = models.UUIDField(primary_key=True)
    number = models.TextField(unique=True)
    kind = models.TextField()
    received_at = models.DateTimeField()
    received_on = models.DateField()
    in_time = models.BooleanField()
    replied_on = models.DateField(null=True)
    reply_sealed = models.BinaryField(null=True)
    reply_commitment = models.BinaryField(null=True)
    upheld = models.BooleanField(default=False)

    class Meta:
        abstract = True

"""What was registered of documents' effect (文书效力变动)."""

from django.db import models
from django.db.models import Q


class InstrumentChange(models.Model):
    """That a document has another effect, was varied, or is under review or suit (文书效力变动). Append-only.

    From then on no intake raises what it says here: what fell is put up again by officers alone.
    """

    id = models.UUIDField(primary_key=True)
    instrument = models.ForeignKey("registry.Instrument", models.PROTECT)
    effect = models.TextField()
    contested = models.BooleanField()
    varied = models.BooleanField(default=False)
    matter = models.UUIDField()
    event = models.UUIDField()
    by = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effect="effective") | Q(varied=False), name="instrumentchange_varied_has_effect"
            ),
        ]

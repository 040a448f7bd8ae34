"""Rows that keep texts of officers and parties sealed (封存文字的行)."""

from django.db import models


class Sealed(models.Model):
    """Texts of one row as one sealed blob, and what the ledger holds of it without opening it."""

    sealed = models.BinaryField(null=True)
    sealed_commitment = models.BinaryField(null=True)

    class Meta:
        abstract = True

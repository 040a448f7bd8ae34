"""The sealed texts of a case's rows (案卷里的封存文字)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models

from xinheng.vault.texts import open_texts, seal_texts


def sealed(
    model: type[models.Model], row: UUID, subject: UUID, texts: Mapping[str, object]
) -> dict[str, bytes]:
    """The two columns of a row that keep these texts; none for no text."""
    told = {name: value for name, value in texts.items() if value}
    if not told:
        return {}
    made = seal_texts(model._meta.db_table, "sealed", row, subject, told)
    return {"sealed": made.sealed, "sealed_commitment": made.commitment}


def sealed_as(
    name: str, model: type[models.Model], row: UUID, subject: UUID, texts: Mapping[str, object]
) -> dict[str, bytes]:
    """The same for a second pair of columns, `<name>_sealed` and `<name>_commitment`."""
    made = seal_texts(model._meta.db_table, f"{name}_sealed", row, subject, texts)
    return {f"{name}_sealed": made.sealed, f"{name}_commitment": made.commitment}


def read(row: Any, subject: UUID) -> dict[str, Any]:
    """The texts of a row. Raises vault.keyring.Unreadable."""
    return open_texts(row._meta.db_table, "sealed", row.pk, subject, row.sealed, row.sealed_commitment)


def read_as(name: str, row: Any, subject: UUID) -> dict[str, Any]:
    """The texts of the second pair of columns."""
    blob, commitment = getattr(row, f"{name}_sealed"), getattr(row, f"{name}_commitment")
    return open_texts(row._meta.db_table, f"{name}_sealed", row.pk, subject, blob, commitment)

"""The tables that mirror a lawbook, for foreign keys and joins (目录镜像)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import connection

from xinheng.catalog import books
from xinheng.catalog.models import CatalogItem, LawInstrument
from xinheng.law.lawbook import Lawbook


def write(book: Lawbook) -> None:
    """Make the mirror equal to `book`; part of the transaction that puts it into force.

    Items are updated, never deleted: records refer to them, also when an edition is no longer loaded.
    """
    items = list(_items(book))
    fields = [each.name for each in CatalogItem._meta.fields if each.name != "id"]
    CatalogItem.objects.bulk_create(items, update_conflicts=True, unique_fields=["id"], update_fields=fields)
    LawInstrument.objects.all().delete()
    LawInstrument.objects.bulk_create(
        LawInstrument(
            id=each.id, title=each.title, number=each.number, rank=str(each.rank),
            in_force_from=each.valid_from, in_force_until=_after(each.valid_to),
        )
        for each in book.instruments.values()
    )  # fmt: skip
    values = [
        {"path": each.path, "value": each.value, "confidence": each.confidence} for each in books.values(book)
    ]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalog_referencevalue")
        cursor.execute(_VALUES, [json.dumps(values, ensure_ascii=False)])


# Some thousands: one statement instead of an object each.
_VALUES = """
INSERT INTO catalog_referencevalue (path, value, confidence)
SELECT path, value, confidence FROM jsonb_to_recordset(%s) AS v (path text, value jsonb, confidence text)
"""


def _items(book: Lawbook) -> Iterator[CatalogItem]:
    for edition in book.catalogs:
        for position, each in enumerate(edition.items.values()):
            yield CatalogItem(
                id=f"{edition.id}/{each.code}", edition=edition.id, code=each.code, name=each.name,
                category=each.category, adverse=each.adverse, publishable=bool(each.publishable),
                valid_from=each.valid_from or edition.valid_from or date.min,
                valid_until=_after(each.valid_to or edition.valid_to), position=position,
            )  # fmt: skip


def _after(last: date | None) -> date | None:
    """The first day on which it no longer holds: tables count ends out, files count them in."""
    return last + timedelta(days=1) if last else None

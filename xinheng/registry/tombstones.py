"""What was deleted is not taken in again, and nobody can read from the tombstone whose it was (墓碑)."""

# clause: 5.1b

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from xinheng.ledger.emitting import part_of_event
from xinheng.registry.models import Record, Tombstone
from xinheng.vault.sealing import BlindIndex

COLUMN = "registry_tombstone.key"
_INDEX = "SELECT encode(id_index, 'hex') FROM subjects_person WHERE subject_id = %s"
# A number or a code never holds it.
_BETWEEN = "\x1f"


def natural_key(body: str, number_key: str, kind: str, party: str, item: str) -> str:
    """A record's natural key as text; `party` is the code, or a natural person's blind index in hex."""
    return _BETWEEN.join((body, number_key, kind, party, item))


def keys(texts: Iterable[str]) -> list[bytes]:
    """The keyed form of natural keys, 32 bytes each."""
    return BlindIndex(COLUMN).many(texts)


def all_keys() -> frozenset[bytes]:
    """Every tombstone: few, so that a sheet of a million rows is compared in memory."""
    return frozenset(map(bytes, Tombstone.objects.values_list("key", flat=True)))


@part_of_event
def bury(record: UUID, *, event: UUID, now: datetime) -> None:
    """Leave the tombstone of a record that is about to be destroyed."""
    row = Record.objects.select_related("instrument", "subject").get(pk=record)
    on = row.instrument
    text = natural_key(
        on.body_uscc, on.number_key, on.kind, row.subject.uscc or _index(row.subject_id), row.item_code
    )
    Tombstone.objects.get_or_create(key=keys([text])[0], defaults={"event": event, "at": now})


def _index(person: UUID) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_INDEX, [person])
        (found,) = cursor.fetchone()
    return str(found)

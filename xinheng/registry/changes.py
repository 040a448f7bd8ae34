"""New versions of records that are there: content redacted, fallen back, withdrawn (记录变动).

Each function writes on behalf of a service that emits the event; the register is written in its own role.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xinheng.law.language import Refusal
from xinheng.ledger.emitting import part_of_event
from xinheng.ledger.leaves import salts
from xinheng.registry.models import Record, RecordVersion
from xinheng.registry.roles import as_intake
from xinheng.registry.rows import Brought, array_text, canonical_content, version_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """By which event, on which ground and by whom a version is made."""

    event: UUID
    ground: str
    ground_text: str
    by: UUID
    now: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A version that was made, and the commitment that its event carries on."""

    number: int
    commitment: bytes


_INSERT = """
INSERT INTO registry_recordversion
       (record_id, version, content, content_digest, sealed, sealed_commitment, withheld, source, facts_id, batch,
        "row", item, adverse, agency, event, leaf, salt, commitment, ground, ground_text, made_by, made_at)
SELECT v.record_id, %(next)s, %(content)s::jsonb, v.content_digest, v.sealed, v.sealed_commitment, %(withheld)s,
       v.source, v.facts_id, v.batch, v."row", v.item, v.adverse, v.agency, %(event)s, %(leaf)s, %(salt)s, %(commitment)s, %(ground)s, %(ground_text)s,
       %(by)s, %(now)s
  FROM registry_recordversion v WHERE v.record_id = %(record)s AND v.version = %(base)s
"""

_PRESENT = """
UPDATE registry_record SET version = %(next)s, facts_id = %(facts)s, batch = %(batch)s, "row" = %(row)s, item_id = %(item)s, adverse = %(adverse)s, decided_on = %(decided_on)s,
       valid_to = %(valid_to)s
 WHERE id = %(record)s AND version = %(next)s - 1
"""

# The document too says again what it said: else the term of a mistaken date would go on.
_DOCUMENT = """
UPDATE registry_instrument i
   SET decided_on = %(decided_on)s, body_name = %(body_name)s, effect = f.facts ->> 'effect',
       contested = (f.facts ->> 'contested')::boolean
  FROM registry_facts f WHERE i.id = %(instrument)s AND f.id = %(facts)s
"""


@part_of_event
def redact(record: UUID, texts: Mapping[str, str], deed: Deed) -> Made:
    """The present version with redacted texts in the place of withheld ones.

    The original texts stay sealed. Raises Refusal RECORD_NOT_CURRENT for a withdrawn record or a field that
    is not withheld.
    """
    row, present = _present(record)
    if row.state != "live" or not set(texts) <= set(present.withheld):
        raise Refusal.because("RECORD_NOT_CURRENT")
    withheld = [name for name in present.withheld if name not in texts]
    return _next(row, present, {**present.content, **texts}, withheld, deed, leaf=0)


@part_of_event
def fall_back(record: UUID, base: int, deed: Deed, *, leaf: int) -> Made:
    """What the record said in its version `base`, said again; `leaf` counts the versions of the event."""
    row, _ = _present(record)
    earlier = RecordVersion.objects.get(record=record, version=base)
    made = _next(row, earlier, earlier.content, list(earlier.withheld), deed, leaf=leaf)
    told = {**_dates(earlier), "body_name": earlier.content["body_name"], "instrument": row.instrument_id}
    with as_intake() as cursor:
        cursor.execute(_DOCUMENT, {**told, "facts": earlier.facts_id})
    return made


def _dates(said: RecordVersion) -> dict[str, Any]:
    """The days that a version tells and the register holds beside it, as exchange.accepting reads them."""
    content = said.content
    valid_to = content.get("valid_to") or content.get("valid_until")
    return {"decided_on": content["decided_on"], "valid_to": valid_to}


@part_of_event
def withdraw(records: Sequence[UUID]) -> None:
    """These records are no longer live; their versions stay."""
    with as_intake() as cursor:
        cursor.execute("UPDATE registry_record SET state = 'withdrawn' WHERE id = ANY(%s)", [list(records)])


def _present(record: UUID) -> tuple[Record, RecordVersion]:
    with as_intake():
        row = Record.objects.select_for_update(of=("self",)).filter(pk=record).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    return row, RecordVersion.objects.get(record=record, version=row.version)


def _next(
    row: Record,
    base: RecordVersion,
    content: Mapping[str, Any],
    withheld: list[str],
    deed: Deed,
    *,
    leaf: int,
) -> Made:
    number, (salt,) = row.version + 1, salts(1)
    covered = _covered(row, base, content, withheld, deed, number, leaf)
    asked: dict[str, Any] = {
        "next": number,
        "base": base.version,
        "record": row.pk,
        "content": json.dumps(dict(content), ensure_ascii=False),
        "withheld": withheld,
        "event": deed.event,
        "leaf": leaf,
        "salt": salt,
        "commitment": hmac.digest(salt, covered, "sha256"),
        "ground": deed.ground,
        "ground_text": deed.ground_text,
        "by": deed.by,
        "now": deed.now,
        "facts": base.facts_id,
        "batch": base.batch,
        "row": base.row,
        "item": base.item,
        "adverse": base.adverse,
        **_dates(base),
    }
    with as_intake() as cursor:
        cursor.execute(_INSERT, asked)
        cursor.execute(_PRESENT, asked)
    return Made(number, asked["commitment"])


def _covered(
    row: Record,
    base: RecordVersion,
    content: Mapping[str, Any],
    withheld: list[str],
    deed: Deed,
    number: int,
    leaf: int,
) -> bytes:
    """The bytes that the commitment of the new version covers."""
    brought = Brought(batch=base.batch.bytes, event=deed.event.bytes, by=deed.by.bytes, at=deed.now)
    place = (
        row.pk.bytes,
        number,
        base.row,
        leaf,
        base.adverse,
        row.subject_id.bytes,
        row.instrument_id.bytes,
    )
    proofs = (
        base.agency.bytes,
        bytes(base.facts.digest),
        bytes(base.content_digest),
        bytes(row.subject.proof),
    )
    sealed = None if base.sealed_commitment is None else bytes(base.sealed_commitment)
    said = (base.item, array_text(withheld), canonical_content(base.source).decode())
    text = canonical_content(content).decode()
    return version_row(brought, (*place, *proofs, text, sealed, *said, deed.ground, deed.ground_text))

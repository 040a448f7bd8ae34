"""Records as the registry keeps them, put there without an intake (登记的记录): for tests of what is public."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tests import cast
from xinheng.catalog.queries import current_lawbook
from xinheng.law.facts import AgeClass, AmountClass, InstrumentKind, RecordFacts, SubjectKind, facts_digest
from xinheng.law.reference import CatalogItem
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.leaves import SALT_BYTES
from xinheng.ledger.services import append
from xinheng.registry.rows import Brought, array_text, canonical_content, version_row

KINDS = {
    "penalty": InstrumentKind.PENALTY,
    "license": InstrumentKind.LICENSE,
    "honour": InstrumentKind.HONOUR,
}


@dataclass
class Kept:
    """One record to keep; what is not said is that of a fine on the firm, decided in 2024 and reviewed."""

    item: str = "penalty"
    code: str = cast.FIRM_CODE
    name: str = cast.FIRM_NAME
    kind: SubjectKind = SubjectKind.LEGAL_PERSON
    decided_on: date = date(2024, 5, 20)
    accepted_on: date = date(2024, 6, 3)
    valid_to: date | None = None
    kinds: tuple[str, ...] = ("fine",)
    number: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    batch: UUID = field(default_factory=uuid7)
    agency: cast.Office = cast.MARKET
    made_at: datetime = cast.NOW


def keep(*records: Kept) -> list[UUID]:
    """Write them as the intake's role would, and give their ids."""
    told = [(each, facts_of(each), _item(each)) for each in records]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('xinheng.whole_city', 'on', true)")
        cursor.execute("SET LOCAL ROLE xinheng_intake")
        ids = [_keep(cursor, *each) for each in told]
        cursor.execute("SET LOCAL ROLE NONE")
    return ids


def facts_of(record: Kept) -> RecordFacts:
    person = record.kind is SubjectKind.NATURAL_PERSON
    told: dict[str, Any] = {
        "item": record.item,
        "interval": current_lawbook().interval(record.decided_on),
        "subject_kind": record.kind,
        "reviewed": True,
        "instrument_kind": KINDS[record.item],
        "kinds": tuple(sorted(record.kinds)) if record.item == "penalty" else (),
        "amount": AmountClass.BELOW_100000 if "fine" in record.kinds else AmountClass.NONE,
        "age": AgeClass.ADULT if person else AgeClass.NOT_A_PERSON,
    }
    return RecordFacts(**{**told, **record.facts})


def _item(record: Kept) -> CatalogItem:
    item = current_lawbook().as_of(cast.TODAY).item(record.item)
    assert item is not None
    return item


def _keep(cursor: Any, record: Kept, facts: RecordFacts, item: CatalogItem) -> UUID:
    subject, instrument, identity = _subject(cursor, record), uuid7(), uuid7()
    number = record.number or f"淮示罚〔{record.decided_on.year}〕{identity.hex[-6:]}号"
    cursor.execute(
        "INSERT INTO registry_facts (digest, facts) VALUES (%s, %s) ON CONFLICT (digest) DO NOTHING",
        [bytes.fromhex(facts_digest(facts)), json.dumps(facts.to_json())],
    )
    cursor.execute("SELECT id FROM registry_facts WHERE digest = %s", [bytes.fromhex(facts_digest(facts))])
    (facts_id,) = cursor.fetchone()
    cursor.execute(
        "INSERT INTO registry_instrument (id, body_uscc, body_name, number, number_key, kind, decided_on, effect,"
        " contested, agency_id) VALUES (%s, %s, %s, %s, %s, %s, %s, 'effective', false, %s)",
        [instrument, record.agency.uscc, record.agency.name, number, number, str(facts.instrument_kind),
         record.decided_on, record.agency.id],
    )  # fmt: skip
    cursor.execute(
        "INSERT INTO registry_record (id, instrument_id, subject_id, item_code, item_id, agency_id, facts_id, version,"
        " state, adverse, decided_on, valid_to, accepted_on, batch, row) VALUES"
        " (%s, %s, %s, %s, %s, %s, %s, 1, 'live', %s, %s, %s, %s, %s, 1)",
        [identity, instrument, subject, record.item, f"{item.edition}/{item.code}", record.agency.id, facts_id,
         item.adverse, record.decided_on, record.valid_to, record.accepted_on, record.batch],
    )  # fmt: skip
    add_version(cursor, identity, 1, record, facts_id, number)
    return identity


def add_version(cursor: Any, record_id: UUID, version: int, record: Kept, facts_id: int, number: str) -> None:
    content = {
        "document_number": number, "decided_on": record.decided_on.isoformat(), "body_name": record.agency.name,
        "body_code": record.agency.uscc, **record.content,
    }  # fmt: skip
    if record.kind is not SubjectKind.NATURAL_PERSON:
        content |= {"party_name": record.name, "party_code": record.code, "party_kind": str(record.kind)}
    if record.item == "penalty":
        content.setdefault("kinds", sorted(record.kinds))
    content = {key: value for key, value in content.items() if key not in record.withheld}
    source = {
        "channel": "示例网站",
        "url": "https://example.invalid/1",
        "published_on": "2024-06-01",
        "reviewed": True,
    }
    event, salt, by = uuid7(), b"s" * SALT_BYTES, cast.MARKET_CLERK.actor.user_id
    cursor.execute(
        "SELECT r.subject_id, r.instrument_id, f.digest, s.proof, r.adverse FROM registry_record r"
        " JOIN subjects_subject s ON s.id = r.subject_id, registry_facts f WHERE r.id = %s AND f.id = %s",
        [record_id, facts_id],
    )
    subject, instrument, digest, proof, adverse = cursor.fetchone()
    item, ids = f"2024/{record.item}", (subject, instrument, record.agency.id)
    covered = (
        record_id.bytes, version, 1, 0, adverse, *(each.bytes for each in ids), bytes(digest), b"x", bytes(proof),
        canonical_content(content).decode(), None, item, array_text(record.withheld),
        canonical_content(source).decode(), "", "",
    )  # fmt: skip
    brought = Brought(batch=record.batch.bytes, event=event.bytes, by=by.bytes, at=record.made_at)
    cursor.execute(
        "INSERT INTO registry_recordversion (record_id, version, content, content_digest, withheld, source, facts_id,"
        " batch, row, item, adverse, agency, event, leaf, salt, commitment, ground, ground_text, made_by, made_at)"
        " VALUES (%s, %s, %s, 'x', %s, %s, %s, %s, 1, %s, %s, %s, %s, 0, %s, %s, '', '', %s, %s)",
        [record_id, version, json.dumps(content, ensure_ascii=False), list(record.withheld), json.dumps(source),
         facts_id, record.batch, item, adverse, record.agency.id, event,
         salt, hmac.digest(salt, version_row(brought, covered), "sha256"), by, record.made_at],
    )  # fmt: skip


def _subject(cursor: Any, record: Kept) -> UUID:
    person = record.kind is SubjectKind.NATURAL_PERSON
    if not person:
        cursor.execute("SELECT id FROM subjects_subject WHERE uscc = %s", [record.code])
        found = cursor.fetchone()
        if found:
            return UUID(str(found[0]))
    identity = uuid7()
    named = (None, None) if person else (record.code, record.name)
    cursor.execute(
        "INSERT INTO subjects_subject (id, kind, uscc, name, created_at, proof) VALUES (%s, %s, %s, %s, %s, 'x')",
        [identity, str(record.kind), *named, cast.NOW],
    )
    return identity


def at(day: date) -> datetime:
    """Ten in the morning of a day, here."""
    return cast.NOW.replace(year=day.year, month=day.month, day=day.day)


def accept(*records: Kept, day: date = cast.TODAY) -> list[UUID]:
    """Keep them as one batch and tell the ledger, as the intake does."""
    batch = uuid7()
    for each in records:
        each.batch = batch
    ids = keep(*records)
    append(EventKind.BATCH_ACCEPTED, payload={"batch": str(batch)}, agency=cast.MARKET.id, now=at(day))
    return ids

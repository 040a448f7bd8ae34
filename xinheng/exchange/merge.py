"""From staging into the register, set-based, in the caller's transaction (入库)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from xinheng.exchange.judging import Judged
from xinheng.ledger.emitting import part_of_event
from xinheng.registry.roles import as_intake
from xinheng.subjects import bulk


class Overtaken(Exception):
    """Another batch has added what this one took for new, or it was destroyed: it is read again from its kept file."""


_OVERTAKEN = """
SELECT EXISTS (SELECT FROM exchange_staging_subject s JOIN subjects_subject k ON k.uscc = s.uscc
                WHERE s.batch = %(staging)s AND k.id <> s.subject)
    OR EXISTS (SELECT FROM exchange_staging_subject s JOIN subjects_person p ON p.id_index = s.id_index
                WHERE s.batch = %(staging)s AND p.subject_id <> s.subject)
    OR EXISTS (SELECT FROM exchange_staging s JOIN registry_instrument i
                   ON i.body_uscc = s.body_uscc AND i.number_key = s.number_key AND i.kind = s.kind
                WHERE s.batch = %(staging)s AND s.founds)
    OR EXISTS (SELECT FROM exchange_staging s LEFT JOIN registry_record r ON r.id = s.record
                WHERE s.batch = %(staging)s AND s.version > 1 AND r.version IS DISTINCT FROM s.version - 1)
    OR EXISTS (SELECT FROM exchange_staging s JOIN registry_record r
                   ON r.instrument_id = s.instrument AND r.subject_id = s.subject AND r.item_code = s.item_code
                WHERE s.batch = %(staging)s AND s.version = 1 AND NOT s.founds)
    OR EXISTS (SELECT FROM exchange_staging s JOIN registry_record r ON r.id = s.record
                WHERE s.batch = %(staging)s AND r.state = 'shredded')
"""

_FACTS = """
INSERT INTO registry_facts (digest, facts)
SELECT digest, facts FROM unnest(%(digests)s::bytea[], %(facts)s::jsonb[]) AS told(digest, facts)
    ON CONFLICT (digest) DO NOTHING
"""

_STATEMENTS = (
    """
    INSERT INTO registry_instrument
           (id, body_uscc, body_name, number, number_key, kind, decided_on, effect, contested, agency_id)
    SELECT instrument, body_uscc, body_name, number, number_key, kind, decided_on, effect, contested, agency
      FROM exchange_staging WHERE batch = %(staging)s AND founds
    """,
    """
    INSERT INTO registry_record
           (id, instrument_id, subject_id, item_code, item_id, agency_id, facts_id, version, state, adverse,
            decided_on, valid_to, accepted_on, batch, "row")
    SELECT s.record, s.instrument, s.subject, s.item_code, s.item, s.agency, f.id, 1, 'live', s.adverse,
           s.decided_on, s.valid_to, %(today)s, %(batch)s, s."row"
      FROM exchange_staging s
      JOIN unnest(%(numbers)s::int[], %(ids)s::int[]) AS f(number, id) ON f.number = s.facts
     WHERE s.batch = %(staging)s AND s.version = 1
    """,
    """
    INSERT INTO registry_recordversion
           (record_id, version, content, content_digest, sealed, sealed_commitment, withheld, source, facts_id,
            batch, "row", item, adverse, agency, event, leaf, salt, commitment, ground, ground_text, made_by, made_at)
    SELECT s.record, s.version, s.content, s.content_digest, s.sealed, s.sealed_commitment, s.withheld, s.source,
           f.id, %(batch)s, s."row", s.item, s.adverse, s.agency, %(event)s, s.leaf, s.salt, s.commitment, s.ground, s.ground_text, %(by)s, %(now)s
      FROM exchange_staging s
      JOIN unnest(%(numbers)s::int[], %(ids)s::int[]) AS f(number, id) ON f.number = s.facts
     WHERE s.batch = %(staging)s
    """,
)

# Only rows that were there before: few, unless a whole sheet is corrected.
_CHANGED = (
    """
    UPDATE registry_record r
       SET version = s.version, facts_id = f.id, item_id = s.item, adverse = s.adverse, decided_on = s.decided_on,
           valid_to = s.valid_to, state = 'live', batch = %(batch)s, "row" = s."row",
           accepted_on = CASE WHEN r.state = 'live' THEN r.accepted_on ELSE %(today)s END
      FROM exchange_staging s
      JOIN unnest(%(numbers)s::int[], %(ids)s::int[]) AS f(number, id) ON f.number = s.facts
     WHERE s.batch = %(staging)s AND s.version > 1 AND r.id = s.record
    """,
    """
    UPDATE registry_instrument i
       SET decided_on = s.decided_on, effect = s.effect, contested = s.contested, body_name = s.body_name
      FROM exchange_staging s
     WHERE s.batch = %(staging)s AND s.version > 1 AND i.id = s.instrument
       AND (i.decided_on, i.effect, i.contested, i.body_name)
           IS DISTINCT FROM (s.decided_on, s.effect, s.contested, s.body_name)
    """,
)

# From so many rows on the planner is told what has been loaded before somebody reads it.
_ANALYZE_FROM = 5_000


@part_of_event
def merge(
    *,
    staging: UUID,
    batch: UUID,
    event: UUID,
    judged: Sequence[Judged],
    count: int,
    changed: int,
    by: UUID,
    now: datetime,
    today: Any,
) -> None:
    """Move what is staged under `staging` into subjects and registry, as versions that `batch` brought.

    Raises Overtaken: nothing may be kept then.
    """
    asked: dict[str, Any] = {
        "staging": staging,
        "batch": batch,
        "event": event,
        "by": by,
        "now": now,
        "today": today,
    }
    bulk.resolve([], [], to_add=True)
    with as_intake() as cursor:
        # One merge at a time: two could wait for each other's rows in different order.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('exchange.merge'))")
        if count >= _ANALYZE_FROM:
            cursor.execute("SELECT exchange_analyze_staging()")
        cursor.execute(_OVERTAKEN, asked)
        if cursor.fetchone() != (False,):
            raise Overtaken(str(staging))
        bulk.merge_staged("exchange_staging_subject", staging, now)
        asked |= _facts(cursor, judged)
        for statement in (*_STATEMENTS, *(_CHANGED if changed else ())):
            cursor.execute(statement, asked)
        if count >= _ANALYZE_FROM:
            cursor.execute("SELECT registry_analyze()")


@part_of_event
def discard(staging: UUID) -> None:
    """Empty the staging in the transaction that has merged it."""
    with as_intake() as cursor:
        for table in ("exchange_staging", "exchange_staging_subject"):
            cursor.execute(f"DELETE FROM {table} WHERE batch = %s", [staging])


def _facts(cursor: CursorWrapper, judged: Sequence[Judged]) -> dict[str, Any]:
    """Store the distinct facts; the number of each in this batch beside its id in the register."""
    digests = [each.digest for each in judged]
    told = [json.dumps(each.facts.to_json(), ensure_ascii=False) for each in judged]
    cursor.execute(_FACTS, {"digests": digests, "facts": told})
    cursor.execute("SELECT digest, id FROM registry_facts WHERE digest = ANY(%s::bytea[])", [digests])
    ids = {bytes(digest): number for digest, number in cursor.fetchall()}
    return {"numbers": [each.number for each in judged], "ids": [ids[digest] for digest in digests]}

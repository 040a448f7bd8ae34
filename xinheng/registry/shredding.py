"""Destroying what a record says (依法销毁): content, salts and keys go; place, commitments and the tree stay.

Nothing of the record can be read or guessed any more, and every other proof verifies as before. The blind index of
a person and the record's natural key are left as a keyed tombstone, so that it is not taken in again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from xinheng.access.scope import whole_city
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import part_of_event
from xinheng.ledger.kinds import EventKind
from xinheng.registry.models import Proposal, ProposalKind, Record, RecordVersion
from xinheng.registry.roles import as_intake

# Events that tell of one record alone: what they told goes with it.
OF_ONE_RECORD = (
    EventKind.PROPOSAL_MADE,
    EventKind.PROPOSAL_REFUSED,
    EventKind.RECORD_CORRECTED,
    EventKind.RECORD_REDACTED,
)
_EVENTS = """
SELECT e.id, e.kind, p.payload::text FROM ledger_eventpayload p JOIN ledger_event e ON e.id = p.event_id
 WHERE p.payload ->> 'record' = %s AND e.kind = ANY(%s) AND p.payload ->> 'kind' IS DISTINCT FROM 'shred'
"""


@dataclass(frozen=True, slots=True)
class Shredded:
    """What went: [table, key] of rows, ids of events, and of those the roots that versions rest on."""

    rows: list[list[str]]
    events: list[str]
    carried: list[dict[str, Any]]


@part_of_event
def shred(record: UUID) -> Shredded:
    """Destroy a record's content, in the transaction of the event that tells it. Raises Refusal RECORD_NOT_CURRENT.

    The subject's data key goes with its last record.
    """
    with as_intake() as cursor:
        row = Record.objects.select_for_update(of=("self",)).filter(pk=record).first()
        if row is None or row.state == "shredded":
            raise Refusal.because("RECORD_NOT_CURRENT")
        versions = RecordVersion.objects.filter(record=record)
        rows = [
            ["registry_recordversion", f"{record}/{each}"]
            for each in versions.values_list("version", flat=True)
        ]
        versions.update(content={}, sealed=None, salt=None, source={}, ground_text="")
        cursor.execute("UPDATE registry_record SET state = 'shredded' WHERE id = %s", [record])
    Proposal.objects.filter(record=record).exclude(kind=ProposalKind.SHRED).update(
        sealed=None, ground_text="", decision_text=""
    )
    events, carried = _payloads(record)
    return Shredded(rows + _keys(row.subject_id), events, carried)


def _payloads(record: UUID) -> tuple[list[str], list[dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [str(record), [kind.value for kind in OF_ONE_RECORD]])
        found = [(event, kind, json.loads(payload)) for event, kind, payload in cursor.fetchall()]
        cursor.execute("SELECT ledger_shred(%s::uuid[])", [[event for event, _, _ in found]])
    carried = [
        {"event": event, "kind": kind, "count": payload["count"], "merkle_root": payload["merkle_root"]}
        for event, kind, payload in found
        if "merkle_root" in payload
    ]
    return [str(event) for event, _, _ in found], carried


def _keys(subject: UUID) -> list[list[str]]:
    """Destroy the data key of a subject of whom nothing is left to open; [] while there is."""
    # Another agency's record of the subject needs the key as well, and so do cases and measures.
    with whole_city(), as_intake() as cursor:
        cursor.execute("SELECT vault_needed(%s)", [subject])
        (left,) = cursor.fetchone()
        if left:
            return []
        cursor.execute(
            "UPDATE subjects_person SET id_sealed = '', name_sealed = '' WHERE subject_id = %s", [subject]
        )
        person = cursor.rowcount
    with connection.cursor() as cursor:
        cursor.execute("SELECT vault_forget(%s)", [subject])
    return [["subjects_person", str(subject)]] if person else []

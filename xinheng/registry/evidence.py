"""Proposals, entries, measures; records, instruments and versions (提议、名单信息、惩戒措施、记录、文书的存证)."""

from __future__ import annotations

from typing import Any

import psycopg

from xinheng.law.facts import facts_digest
from xinheng.ledger.protection import exempt, prove, watch
from xinheng.ledger.verification.findings import Audit
from xinheng.registry import leaves, opening, present

watch(
    "registry_proposal",
    key="r.id::text",
    columns=(
        "r.id plain; r.kind text; r.agency_id plain; r.record_id plain; r.batch plain; "
        "r.base_version plain; r.change plain; r.ground text; r.ground_text text; "
        "r.proposed_by plain; r.proposed_at moment; r.decided_by plain; "
        "r.decided_at moment; r.granted plain; r.decision_text text; "
        "r.sealed IS NOT NULL plain"
    ),
)

watch(
    "registry_listentry",
    key="r.id::text",
    columns=(
        'r.id plain; r."case" plain; r.subject_id plain; r.subject_kind text; r.party text; r.list text; '
        "r.edition text; r.range text; r.role text; r.agency_id plain; r.body_name text; r.number text; "
        "r.decided_on date; r.listed_on date; r.until date; r.interim plain; r.publishable plain; "
        "r.state text; r.ended_on date; r.ended_by text"
    ),
)

watch(
    "registry_measuretaken",
    key="r.id::text",
    columns=(
        "r.id plain; r.number text; r.subject_id plain; r.subject_kind text; r.party text; "
        'r.role text; r.entry_id plain; r.instrument_id plain; r."row" text; r.edition text; '
        "r.matter text; r.agency_id plain; r.state text; r.grounds_met list; r.months plain; "
        "r.lifetime plain; r.amount plain; r.statute text; r.leniency_heard plain; "
        "r.leniency_grounds list; r.leniency_decision text; r.sealed_commitment bytes; "
        "r.made_by plain; r.made_at moment; r.review_by plain; r.review_at moment; "
        "r.review_necessary plain; r.review_commitment bytes; r.decided_by plain; "
        "r.decided_at moment; r.decided_on date; r.until date; r.asked plain; r.lawbook text; "
        "r.decision_commitment bytes; r.ended_on date; r.ended_by text; r.ender plain; "
        "r.end_commitment bytes"
    ),
)

watch(
    "registry_measurenotice",
    key="r.id::text",
    columns=(
        "r.id plain; r.measure_id plain; r.agency_id plain; r.event plain; r.told_at moment; "
        "r.answer text; r.answered_by plain; r.answered_at moment"
    ),
)

watch(
    "registry_measurelift",
    key="r.id::text",
    columns=(
        "r.id plain; r.subject_id plain; r.instrument_id plain; r.entry_id plain; r.agency_id plain; r.matter plain; "
        'r.number text; r.plan plain; r.since date; r.until date; r.event plain; r."by" plain; r.at moment; '
        "r.ended_on date; r.ended_by text; r.ender plain; r.ended_at moment; r.ended_event plain"
    ),
)

watch(
    "registry_measurerating",
    key="r.id::text",
    columns=(
        "r.id plain; r.measure_id plain; r.agency_id plain; r.plan plain; r.event plain; r.told_at moment; "
        "r.answer text; r.answered_by plain; r.answered_at moment; r.sealed_commitment bytes"
    ),
)

watch(
    "registry_touchedreview",
    key="r.id::text",
    columns=(
        "r.id plain; r.window_id plain; r.kind text; r.target plain; r.agency_id plain; r.subject_id plain; "
        'r.decision text; r.sealed_commitment bytes; r."by" plain; r.at moment'
    ),
)
exempt(
    "registry_touched",
    "what declared windows touch: found anew from windows, records and cases; what is decided on it is watched",
)

watch(
    "registry_recordeffect",
    key="r.id::text",
    columns=(
        "r.id plain; r.record_id plain; r.effect text; r.public text; r.shared text; r.own text; "
        "r.ground text; r.matter plain; r.number text; r.event plain; r.decided_by plain; r.asked_by plain; "
        "r.at moment; r.lifts plain"
    ),
)

watch(
    "registry_recordmark",
    key="r.id::text",
    columns=(
        "r.id plain; r.record_id plain; r.mark text; r.matter plain; r.number text; r.since moment; "
        "r.event plain; r.decided_by plain; r.until moment; r.ended_event plain; r.ended_by plain"
    ),
)

watch(
    "registry_recordshown",
    key="r.id::text",
    columns=(
        "r.id plain; r.record_id plain; r.until date; r.matter plain; r.number text; r.event plain; "
        "r.decided_by plain; r.at moment"
    ),
)

watch(
    "registry_instrumentchange",
    key="r.id::text",
    columns=(
        "r.id plain; r.instrument_id plain; r.effect text; r.contested plain; r.varied plain; r.matter plain; "
        'r.event plain; r."by" plain; r.at moment'
    ),
)

watch("registry_tombstone", key="encode(r.key, 'hex')", columns="r.key bytes; r.event plain; r.at moment")


@prove("registry_recordversion", "registry_record", "registry_instrument")
def prove_records(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """Versions are leaves; records and documents follow from them."""
    leaves.check(audit, connection)
    present.check(audit, connection)
    if audit.opening:
        opening.check(audit, connection)


@prove("registry_facts")
def prove_facts(audit: Audit, connection: psycopg.Connection[Any]) -> None:
    """A combination of facts is its own digest; leaves carry the digest."""
    for number, digest, facts in connection.execute("SELECT id, digest, facts FROM registry_facts"):
        audit.count("事实组合")
        if facts is None or facts_digest(facts) != bytes(digest or b"").hex():
            audit.find("registry_facts", number, "内容与摘要不符")

"""Batches (批次的存证)."""

from __future__ import annotations

from xinheng.ledger.protection import exempt, watch

watch(
    "exchange_batch",
    key="r.id::text",
    columns=(
        "r.id plain; r.no text; r.agency_id plain; r.feed text; r.file_name text; "
        "r.file_sha256 bytes; r.file_size plain; r.source plain; r.created_by plain; "
        "r.created_at moment; r.event plain; r.merkle_root bytes; r.submitted_by plain; "
        "r.submitted_at moment; "
        "CASE WHEN r.state IN ('submitted', 'returned', 'withdrawn') THEN r.state END text; "
        "CASE WHEN r.submitted_at IS NOT NULL THEN r.counts END plain"
    ),
)

watch(
    "exchange_recall",
    key="r.event::text || '#' || r.record::text || '#' || r.audience",
    columns=(
        "r.event plain; r.record plain; r.version plain; r.audience text; r.action text; r.view text; r.at moment"
    ),
)

exempt("exchange_problem", "made again by reading the kept file, whose hash the batch carries")
exempt(
    "exchange_waitingrow", "made again by reading the kept file; what was decided is in proposals and rulings"
)
exempt("exchange_staging", "emptied in the transaction that fills it")
exempt("exchange_staging_subject", "emptied in the transaction that fills it")

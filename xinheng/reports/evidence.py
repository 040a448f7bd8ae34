"""Lists of subjects for whom certificates are issued (批量出具的存证)."""

from __future__ import annotations

from xinheng.ledger.protection import exempt, watch

watch(
    "reports_run",
    key="r.id::text",
    columns=(
        "r.id plain; r.no text; r.agency_id plain; r.file_name text; r.file_sha256 bytes; "
        "r.file_size plain; r.asked plain; r.rows plain; r.created_by plain; "
        "r.created_at moment"
    ),
)

exempt(
    "reports_runrow",
    "which rows became which documents: those are watched, the others are read again from the kept list",
)

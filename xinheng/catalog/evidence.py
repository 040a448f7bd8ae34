"""Bundles, rulings, windows of force majeure (数据包、裁定、不可抗力窗口的存证)."""

from __future__ import annotations

from xinheng.ledger.protection import exempt, watch

watch(
    "catalog_bundle",
    key="r.digest",
    columns=(
        "r.digest text; r.path text; r.changes plain; r.proposed_by plain; "
        "r.proposed_at moment; r.approved_by plain; r.approved_at moment; "
        "r.is_current plain; r.refused_by plain; r.refused_at moment"
    ),
)
watch(
    "catalog_ruling",
    key="r.id::text",
    columns=(
        "r.id plain; r.number text; r.value_id text; r.key text; r.facts plain; "
        "r.decision plain; r.ground text; r.clauses plain; r.proposed_by plain; "
        "r.proposed_at moment; r.approved_by plain; r.approved_at moment; "
        "r.revoked_by plain; r.revoked_at moment"
    ),
)
_SAID = (
    "r.ground text; r.proposed_by plain; r.proposed_at moment; r.decided_by plain; r.decided_at moment; "
    "r.granted plain"
)
watch(
    "catalog_window",
    key="r.id::text",
    columns=f"r.id plain; r.number text; r.area text; r.first date; r.last date; {_SAID}",
)
watch(
    "catalog_windowending",
    key="r.id::text",
    columns=f"r.id plain; r.window_id plain; r.last date; {_SAID}",
)

for _table in ("catalog_catalogitem", "catalog_lawinstrument", "catalog_referencevalue"):
    exempt(_table, "mirrors reference/, whose digest the bundle carries; `xinheng reference check` compares")

"""Applications for repair and all that belongs to them (信用修复的存证)."""

from __future__ import annotations

from xinheng.ledger.protection import exempt, watch

watch(
    "casework_repairapplication",
    key="r.id::text",
    columns=(
        "r.id plain; r.number text; r.subject_id plain; r.account plain; r.present plain; "
        "r.channel text; r.begun_by plain; r.begun_at moment; r.chosen list; "
        "r.lodged_at moment; r.lodged_on date; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_repaircase",
    key="r.id::text",
    columns=(
        "r.id plain; r.number text; r.application_id plain; r.subject_id plain; "
        "r.subject_kind text; r.party text; r.agency_id plain; r.state text; "
        "r.revision plain; r.handler plain; r.contact text; r.asked list; r.lodged_on date; "
        "r.decided_on date"
    ),
)
watch(
    "casework_repairitem",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.place plain; r.record_id plain; r.entry_id plain; "
        "r.outcome text; r.effect text; r.decided_on date; r.decided_event plain; "
        "r.sealed_commitment bytes"
    ),
)
watch(
    "casework_repairmaterial",
    key="r.id::text",
    columns=(
        "r.id plain; r.application_id plain; r.case_id plain; r.kind text; r.media_type text; "
        'r.sha256 bytes; r.size plain; r."by" plain; r.at moment; r.sealed_commitment bytes'
    ),
)
watch(
    "casework_repairfinding",
    key="r.id::text",
    columns=(
        "r.id plain; r.item_id plain; r.met list; r.seen list; r.barred list; "
        'r.corrected_on date; r."by" plain; r.at moment; r.sealed_commitment bytes'
    ),
)
watch(
    "casework_repairproposal",
    key="r.id::text",
    columns=(
        "r.id plain; r.item_id plain; r.outcome text; r.effect text; r.ground text; "
        'r.clauses list; r."by" plain; r.at moment; r.sealed_commitment bytes'
    ),
)
watch(
    "casework_repairstep",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.seq plain; r.step text; r.source text; r.target text; "
        "r.actor plain; r.at moment; r.day date; r.event plain; r.asked plain; "
        "r.edition text; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_repairpaper",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.step_id plain; r.kind text; r.document plain; "
        "r.number text; r.party plain; r.issued_on date; r.says list"
    ),
)
watch(
    "casework_repairservice",
    key="r.id::text",
    columns=(
        'r.id plain; r.paper_id plain; r.party plain; r.way text; r."on" date; '
        'r.served_on date; r.shows list; r."by" plain; r.at moment; r.sealed_commitment bytes'
    ),
)
watch(
    "casework_repairclock",
    key="r.id::text",
    columns=("r.id plain; r.case_id plain; r.name text; r.start date; r.n plain; r.stopped_on date"),
)
watch(
    "casework_repairtold",
    key="r.id::text",
    columns=(
        "r.id plain; r.subject_id plain; r.record_id plain; r.entry_id plain; "
        "r.opens_on date; r.day date; r.at moment; r.event plain"
    ),
)

watch(
    "casework_repairplan",
    key="r.id::text",
    columns=(
        'r.id plain; r.case_id plain; r.material_id plain; r.runs_from date; r.until date; r."by" plain; r.at moment; '
        "r.event plain; r.sealed_commitment bytes; r.verified plain; r.verified_by plain; r.verified_at moment; "
        "r.verified_event plain; r.verified_commitment bytes; r.ended_on date; r.ended_by text; r.ender plain; "
        "r.ended_at moment; r.ended_event plain; r.ended_commitment bytes"
    ),
)

for _table in ("casework_repairway", "casework_repairtaker"):
    exempt(
        _table,
        "which step of a repair leads where, by whom, on what paper: written by a migration, held to the law by a test",
    )

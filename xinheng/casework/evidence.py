"""Cases, drafts, steps, papers, service, objections, deadlines (案卷的存证)."""

from __future__ import annotations

from xinheng.ledger.protection import exempt, watch

watch(
    "casework_case",
    key="r.id::text",
    columns=(
        "r.id plain; r.number text; r.procedure text; r.list text; r.subject_id plain; "
        "r.subject_kind text; r.party text; r.role text; r.unit_case_id plain; r.agency_id plain; "
        "r.area text; r.state text; r.version plain; r.revision plain; r.handler plain; "
        "r.opened_on date; r.decided_on date; r.listed_on date; r.until date"
    ),
)
watch(
    "casework_draft",
    key="r.id::text",
    columns=(
        'r.id plain; r.case_id plain; r.version plain; r."range" text; r.criteria list; '
        'r."window" plain; r.age text; r.conduct_from date; r.conduct_to date; r.months plain; '
        "r.made_by plain; r.made_at moment; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_ground",
    key="r.id::text",
    columns=(
        "r.id plain; r.draft_id plain; r.instrument_id plain; r.number text; r.kind text; "
        "r.body_name text; r.decided_on date; r.effect text"
    ),
)
watch(
    "casework_leniency",
    key="r.id::text",
    columns=(
        'r.id plain; r.case_id plain; r.heard plain; r.grounds list; r.decision text; r."by" plain; '
        "r.at moment; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_consent",
    key="r.id::text",
    columns=(
        "r.id plain; r.draft_id plain; r.body_name text; r.number text; r.given_on date; "
        'r.granted plain; r."by" plain; r.at moment'
    ),
)
watch(
    "casework_casestep",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.seq plain; r.step text; r.source text; r.target text; "
        "r.version plain; r.actor plain; r.at moment; r.day date; r.event plain; r.asked plain; "
        "r.edition text; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_casepaper",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.step_id plain; r.kind text; r.version plain; "
        "r.document plain; r.number text; r.party plain; r.issued_on date; r.says list; "
        'r."window" plain'
    ),
)
watch(
    "casework_service",
    key="r.id::text",
    columns=(
        'r.id plain; r.paper_id plain; r.party plain; r.way text; r."on" date; r.served_on date; '
        'r.shows list; r."by" plain; r.at moment; r.sealed_commitment bytes'
    ),
)
watch(
    "casework_objection",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.number text; r.version plain; r.kind text; "
        "r.received_at moment; r.received_on date; r.in_time plain; r.heard_on date; "
        "r.replied_on date; r.upheld plain; r.reply_commitment bytes; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_ask",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.step text; r.applied_on date; r.corrected_on date; "
        "r.met list; r.barred list; r.made_by plain; r.made_at moment; r.decided_by plain; "
        "r.decided_at moment; r.granted plain; r.answer_commitment bytes; "
        "r.sealed_commitment bytes"
    ),
)
watch(
    "casework_deadline",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.objection_id plain; r.name text; r.start date; r.n plain; "
        "r.extended_by list; r.stopped_on date"
    ),
)
watch(
    "casework_note",
    key="r.id::text",
    columns=(
        'r.id plain; r.case_id plain; r.to_user plain; r."by" plain; r.at moment; r.sealed_commitment bytes'
    ),
)

for _table in ("casework_way", "casework_step"):
    exempt(
        _table,
        "which step leads where, by whom, on what paper: written by a migration, held to the law by a test",
    )

"""Cases on false promises and all that belongs to them (承诺不实的存证)."""

from __future__ import annotations

from xinheng.ledger.protection import exempt, watch

watch(
    "casework_promisecase",
    key="r.id::text",
    columns=(
        "r.id plain; r.number text; r.item_id plain; r.list text; r.subject_id plain; r.subject_kind "
        'text; r.party text; r.agency_id plain; r.state text; r.revision plain; r."window" plain; '
        "r.handler plain; r.opened_on date; r.decided_on date; r.entered_on date; r.shown_until date; "
        "r.sealed_commitment bytes"
    ),
)
watch(
    "casework_promiseevidence",
    key="r.id::text",
    columns=(
        'r.id plain; r.case_id plain; r.media_type text; r.sha256 bytes; r.size plain; r."by" plain; '
        "r.at moment; r.sealed_commitment bytes"
    ),
)
watch(
    "casework_promisestep",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.seq plain; r.step text; r.source text; r.target text; r.actor "
        "plain; r.at moment; r.day date; r.event plain; r.asked plain; r.edition text; "
        "r.sealed_commitment bytes"
    ),
)
watch(
    "casework_promisepaper",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.step_id plain; r.kind text; r.document plain; r.number text; "
        'r.party plain; r.issued_on date; r.says list; r."window" plain'
    ),
)
watch(
    "casework_promiseproofofservice",
    key="r.id::text",
    columns=(
        'r.id plain; r.paper_id plain; r.party plain; r.way text; r."on" date; r.served_on date; r.shows '
        'list; r."by" plain; r.at moment; r.sealed_commitment bytes'
    ),
)
watch(
    "casework_promiseobjection",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.number text; r.kind text; r.received_at moment; r.received_on "
        "date; r.in_time plain; r.replied_on date; r.reply_commitment bytes; r.upheld plain; "
        "r.sealed_commitment bytes"
    ),
)
watch(
    "casework_promiseclock",
    key="r.id::text",
    columns=(
        "r.id plain; r.case_id plain; r.objection_id plain; r.name text; r.start date; r.n plain; "
        "r.stopped_on date"
    ),
)

for _table in ("casework_promiseway", "casework_promisetaker"):
    exempt(
        _table,
        "which step on a false promise leads where, by whom, on what paper: written by a migration, held to the law by a test",
    )

"""Writes to the tables of repair are told to the ledger; `casework.repairs.evidence` says the same (受保护的表)."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("casework", "0021_repairs_guards"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "casework_repairapplication",
            "r.id::text",
            "r.id plain; r.number text; r.subject_id plain; r.account plain; r.present plain; "
            "r.channel text; r.begun_by plain; r.begun_at moment; r.chosen list; "
            "r.lodged_at moment; r.lodged_on date; r.sealed_commitment bytes",
        ),
        watch(
            "casework_repaircase",
            "r.id::text",
            "r.id plain; r.number text; r.application_id plain; r.subject_id plain; "
            "r.subject_kind text; r.party text; r.agency_id plain; r.state text; "
            "r.revision plain; r.handler plain; r.contact text; r.asked list; r.lodged_on date; "
            "r.decided_on date",
        ),
        watch(
            "casework_repairitem",
            "r.id::text",
            "r.id plain; r.case_id plain; r.place plain; r.record_id plain; r.entry_id plain; "
            "r.outcome text; r.effect text; r.decided_on date; r.decided_event plain; "
            "r.sealed_commitment bytes",
        ),
        watch(
            "casework_repairmaterial",
            "r.id::text",
            "r.id plain; r.application_id plain; r.case_id plain; r.kind text; r.media_type text; "
            'r.sha256 bytes; r.size plain; r."by" plain; r.at moment; r.sealed_commitment bytes',
        ),
        watch(
            "casework_repairfinding",
            "r.id::text",
            "r.id plain; r.item_id plain; r.met list; r.seen list; r.barred list; "
            'r.corrected_on date; r."by" plain; r.at moment; r.sealed_commitment bytes',
        ),
        watch(
            "casework_repairproposal",
            "r.id::text",
            "r.id plain; r.item_id plain; r.outcome text; r.effect text; r.ground text; "
            'r.clauses list; r."by" plain; r.at moment; r.sealed_commitment bytes',
        ),
        watch(
            "casework_repairstep",
            "r.id::text",
            "r.id plain; r.case_id plain; r.seq plain; r.step text; r.source text; r.target text; "
            "r.actor plain; r.at moment; r.day date; r.event plain; r.asked plain; "
            "r.edition text; r.sealed_commitment bytes",
        ),
        watch(
            "casework_repairpaper",
            "r.id::text",
            "r.id plain; r.case_id plain; r.step_id plain; r.kind text; r.document plain; "
            "r.number text; r.party plain; r.issued_on date; r.says list",
        ),
        watch(
            "casework_repairservice",
            "r.id::text",
            'r.id plain; r.paper_id plain; r.party plain; r.way text; r."on" date; '
            'r.served_on date; r.shows list; r."by" plain; r.at moment; r.sealed_commitment bytes',
        ),
        watch(
            "casework_repairclock",
            "r.id::text",
            "r.id plain; r.case_id plain; r.name text; r.start date; r.n plain; r.stopped_on date",
        ),
        watch(
            "casework_repairtold",
            "r.id::text",
            "r.id plain; r.subject_id plain; r.record_id plain; r.entry_id plain; "
            "r.opens_on date; r.day date; r.at moment; r.event plain",
        ),
    ]

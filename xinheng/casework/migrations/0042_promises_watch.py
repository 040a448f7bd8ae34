"""Writes to the tables of false promises are told to the ledger; `casework.promises.evidence` says the same (受保护的表)."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("casework", "0041_promises_guards"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "casework_promisecase",
            "r.id::text",
            "r.id plain; r.number text; r.item_id plain; r.list text; r.subject_id plain; r.subject_kind "
            'text; r.party text; r.agency_id plain; r.state text; r.revision plain; r."window" plain; '
            "r.handler plain; r.opened_on date; r.decided_on date; r.entered_on date; r.shown_until date; "
            "r.sealed_commitment bytes",
        ),
        watch(
            "casework_promiseevidence",
            "r.id::text",
            'r.id plain; r.case_id plain; r.media_type text; r.sha256 bytes; r.size plain; r."by" plain; '
            "r.at moment; r.sealed_commitment bytes",
        ),
        watch(
            "casework_promisestep",
            "r.id::text",
            "r.id plain; r.case_id plain; r.seq plain; r.step text; r.source text; r.target text; r.actor "
            "plain; r.at moment; r.day date; r.event plain; r.asked plain; r.edition text; "
            "r.sealed_commitment bytes",
        ),
        watch(
            "casework_promisepaper",
            "r.id::text",
            "r.id plain; r.case_id plain; r.step_id plain; r.kind text; r.document plain; r.number text; "
            'r.party plain; r.issued_on date; r.says list; r."window" plain',
        ),
        watch(
            "casework_promiseproofofservice",
            "r.id::text",
            'r.id plain; r.paper_id plain; r.party plain; r.way text; r."on" date; r.served_on date; r.shows '
            'list; r."by" plain; r.at moment; r.sealed_commitment bytes',
        ),
        watch(
            "casework_promiseobjection",
            "r.id::text",
            "r.id plain; r.case_id plain; r.number text; r.kind text; r.received_at moment; r.received_on "
            "date; r.in_time plain; r.replied_on date; r.reply_commitment bytes; r.upheld plain; "
            "r.sealed_commitment bytes",
        ),
        watch(
            "casework_promiseclock",
            "r.id::text",
            "r.id plain; r.case_id plain; r.objection_id plain; r.name text; r.start date; r.n plain; "
            "r.stopped_on date",
        ),
    ]

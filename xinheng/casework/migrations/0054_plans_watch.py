"""Writes to the table of plans are told to the ledger; `casework.repairs.evidence` says the same (受保护的表)."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("casework", "0053_plans_guards"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "casework_repairplan",
            "r.id::text",
            'r.id plain; r.case_id plain; r.material_id plain; r.runs_from date; r.until date; r."by" plain; r.at moment; '
            "r.event plain; r.sealed_commitment bytes; r.verified plain; r.verified_by plain; r.verified_at moment; "
            "r.verified_event plain; r.verified_commitment bytes; r.ended_on date; r.ended_by text; r.ender plain; "
            "r.ended_at moment; r.ended_event plain; r.ended_commitment bytes",
        ),
    ]

"""Writes to the tables of lifts are told to the ledger; `registry.evidence` says the same (受保护的表)."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("registry", "0051_measures_lifted_guards"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "registry_measurelift",
            "r.id::text",
            "r.id plain; r.subject_id plain; r.instrument_id plain; r.entry_id plain; r.agency_id plain; r.matter plain; "
            'r.number text; r.plan plain; r.since date; r.until date; r.event plain; r."by" plain; r.at moment; '
            "r.ended_on date; r.ended_by text; r.ender plain; r.ended_at moment; r.ended_event plain",
        ),
        watch(
            "registry_measurerating",
            "r.id::text",
            "r.id plain; r.measure_id plain; r.agency_id plain; r.plan plain; r.event plain; r.told_at moment; "
            "r.answer text; r.answered_by plain; r.answered_at moment; r.sealed_commitment bytes",
        ),
    ]

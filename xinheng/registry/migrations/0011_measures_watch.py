"""Writes to the tables of measures are told to the ledger (受保护的表)."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_measures_guards"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "registry_measuretaken",
            "r.id::text",
            "r.id plain; r.number text; r.subject_id plain; r.subject_kind text; r.party text; "
            'r.role text; r.entry_id plain; r.instrument_id plain; r."row" text; r.edition text; '
            "r.matter text; r.agency_id plain; r.state text; r.grounds_met list; r.months plain; "
            "r.lifetime plain; r.amount plain; r.statute text; r.leniency_heard plain; "
            "r.leniency_grounds list; r.leniency_decision text; r.sealed_commitment bytes; "
            "r.made_by plain; r.made_at moment; r.review_by plain; r.review_at moment; "
            "r.review_necessary plain; r.review_commitment bytes; r.decided_by plain; "
            "r.decided_at moment; r.decided_on date; r.until date; r.asked plain; r.lawbook text; "
            "r.decision_commitment bytes; r.ended_on date; r.ended_by text; r.ender plain; "
            "r.end_commitment bytes",
        ),
        watch(
            "registry_measurenotice",
            "r.id::text",
            "r.id plain; r.measure_id plain; r.agency_id plain; r.event plain; r.told_at moment; "
            "r.answer text; r.answered_by plain; r.answered_at moment",
        ),
    ]

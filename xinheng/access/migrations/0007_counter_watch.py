"""Writes to accounts, bindings and presences are told to the ledger; `access.evidence` says the same (受保护的表)."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("access", "0006_counter_guards"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "access_counteraccount",
            "r.id::text",
            "r.id plain; r.login bytes; r.person bytes; r.made_at moment",
        ),
        watch(
            "access_binding",
            "r.id::text",
            "r.id plain; r.account_id plain; r.subject_id plain; r.kind text; "
            "r.mandate_from date; r.mandate_until date; r.how text; r.bound_at moment; "
            "r.bound_by plain; r.agency_id plain; r.evidence text; r.evidence_sha256 bytes; "
            "r.ended_at moment; r.ended_why text; r.ended_by plain",
        ),
        watch(
            "access_presentperson",
            "r.id::text",
            "r.id plain; r.officer plain; r.agency_id plain; r.binding_id plain; "
            "r.account_id plain; r.evidence text; r.at moment; r.until moment",
        ),
    ]

"""Writes to these tables are told to the ledger (受保护的表); `registry.evidence` says the same for verification."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_guards"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "registry_proposal",
            "r.id::text",
            "r.id plain; r.kind text; r.agency_id plain; r.record_id plain; r.batch plain; "
            "r.base_version plain; r.change plain; r.ground text; r.ground_text text; "
            "r.proposed_by plain; r.proposed_at moment; r.decided_by plain; "
            "r.decided_at moment; r.granted plain; r.decision_text text; "
            "r.sealed IS NOT NULL plain",
        ),
    ]

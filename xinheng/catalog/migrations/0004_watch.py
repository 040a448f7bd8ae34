"""Writes to these tables are told to the ledger (受保护的表); `catalog.evidence` says the same for verification."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_refused_bundles"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "catalog_bundle",
            "r.digest",
            "r.digest text; r.path text; r.changes plain; r.proposed_by plain; "
            "r.proposed_at moment; r.approved_by plain; r.approved_at moment; "
            "r.is_current plain; r.refused_by plain; r.refused_at moment",
        ),
        watch(
            "catalog_ruling",
            "r.id::text",
            "r.id plain; r.number text; r.value_id text; r.key text; r.facts plain; "
            "r.decision plain; r.ground text; r.clauses plain; r.proposed_by plain; "
            "r.proposed_at moment; r.approved_by plain; r.approved_at moment; "
            "r.revoked_by plain; r.revoked_at moment",
        ),
    ]

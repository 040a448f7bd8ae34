"""Writes to these tables are told to the ledger (受保护的表); `exchange.evidence` says the same for verification."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_withdrawn_file_again"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "exchange_batch",
            "r.id::text",
            "r.id plain; r.no text; r.agency_id plain; r.feed text; r.file_name text; "
            "r.file_sha256 bytes; r.file_size plain; r.source plain; r.created_by plain; "
            "r.created_at moment; r.event plain; r.merkle_root bytes; r.submitted_by plain; "
            "r.submitted_at moment; "
            "CASE WHEN r.state IN ('submitted', 'returned', 'withdrawn') THEN r.state END text; "
            "CASE WHEN r.submitted_at IS NOT NULL THEN r.counts END plain",
        ),
    ]

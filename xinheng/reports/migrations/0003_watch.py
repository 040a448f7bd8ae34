"""Writes to these tables are told to the ledger (受保护的表); `reports.evidence` says the same for verification."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_guards"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "reports_run",
            "r.id::text",
            "r.id plain; r.no text; r.agency_id plain; r.file_name text; r.file_sha256 bytes; "
            "r.file_size plain; r.asked plain; r.rows plain; r.created_by plain; "
            "r.created_at moment",
        ),
    ]

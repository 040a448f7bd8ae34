"""Writes of signed copies are told to the ledger (签章件受保护); `documents.evidence` says the same for verification."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("documents", "0005_sealed_guards"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "documents_sealedcopy",
            "r.id::text",
            "r.id plain; r.document_id plain; r.method text; r.media_type text; r.sha256 bytes; r.size plain; "
            "r.compared_by plain; r.agency plain; r.uploaded_by plain; r.uploaded_at moment",
        ),
    ]

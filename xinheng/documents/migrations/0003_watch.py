"""Writes to these tables are told to the ledger (受保护的表); `documents.evidence` says the same for verification."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_guards"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "documents_issueddocument",
            "r.id::text",
            "r.id plain; r.number text; r.kind text; r.subject plain; r.party text; "
            "r.audience text; r.request text; r.event plain; r.template text; "
            "r.template_sha256 bytes; r.fonts_sha256 bytes; r.typst text; r.body_sha256 bytes; "
            "r.pdf_sha256 bytes; r.pdf_size plain; r.agency plain; r.issued_by plain; "
            "r.issued_at moment",
        ),
        watch(
            "documents_confirmation",
            "r.id::text",
            "r.id plain; r.number text; r.kind text; r.issued_on date; r.code_sha256 bytes; "
            "r.pdf_sha256 bytes",
        ),
        watch(
            "documents_numberregister",
            "r.kind || '/' || r.year",
            "r.kind text; r.year plain; r.last plain",
        ),
    ]

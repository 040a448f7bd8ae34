"""Documents, their numbers and what is confirmed of them (文书的存证)."""

from __future__ import annotations

from xinheng.ledger.protection import exempt, watch

watch(
    "documents_issueddocument",
    key="r.id::text",
    columns=(
        "r.id plain; r.number text; r.kind text; r.subject plain; r.party text; "
        "r.audience text; r.request text; r.event plain; r.template text; "
        "r.template_sha256 bytes; r.fonts_sha256 bytes; r.typst text; r.body_sha256 bytes; "
        "r.pdf_sha256 bytes; r.pdf_size plain; r.agency plain; r.issued_by plain; "
        "r.issued_at moment"
    ),
)
watch(
    "documents_confirmation",
    key="r.id::text",
    columns=(
        "r.id plain; r.number text; r.kind text; r.issued_on date; r.code_sha256 bytes; r.pdf_sha256 bytes"
    ),
)
watch(
    "documents_numberregister",
    key="r.kind || '/' || r.year",
    columns=("r.kind text; r.year plain; r.last plain"),
)
watch(
    "documents_sealedcopy",
    key="r.id::text",
    columns=(
        "r.id plain; r.document_id plain; r.method text; r.media_type text; r.sha256 bytes; r.size plain; "
        "r.compared_by plain; r.agency plain; r.uploaded_by plain; r.uploaded_at moment"
    ),
)

exempt("documents_attempt", "counts of how often somebody asked, cleared after their time")

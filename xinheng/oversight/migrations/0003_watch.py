"""Writes to these tables are told to the ledger (受保护的表); `oversight.evidence` says the same for verification."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("oversight", "0002_guards"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "oversight_contactpoint",
            "r.id::text",
            'r.id plain; r.kind text; r.agency_id plain; r.place text; r."window" text; '
            "r.person text; r.address text; r.phone text; r.hours text; "
            "r.published_by plain; r.published_at moment; r.ended_by plain; r.ended_at moment",
        ),
        watch(
            "oversight_repairprocedure",
            "r.id::text",
            "r.id plain; r.agency_id plain; r.item text; r.manners list; r.note text; "
            "r.published_by plain; r.published_at moment; r.ended_by plain; r.ended_at moment",
        ),
        watch(
            "oversight_complaint",
            "r.id::text",
            "r.id plain; r.number text; r.once plain; r.category text; r.about_id plain; "
            "r.agency_id plain; r.state text; r.revision plain; r.received_at moment; "
            "r.taken_at moment; r.answered_at moment; r.outcome text; "
            "r.sealed_commitment bytes; r.file_sha256 bytes; r.file_media text",
        ),
        watch(
            "oversight_complaintstep",
            "r.id::text",
            "r.id plain; r.complaint_id plain; r.seq plain; r.step text; r.done_by plain; "
            "r.agency_id plain; r.referred_to_id plain; r.at moment; "
            "r.sealed_commitment bytes",
        ),
    ]

"""Writes to these tables are told to the ledger (受保护的表); `publication.evidence` says the same for verification."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("publication", "0004_held_by_agency"), ("ledger", "0004_watch")]

    operations = [
        watch(
            "publication_heldwidening",
            "r.record::text",
            "r.record plain; r.agency plain; r.version plain; r.event plain; "
            "r.verdict_id plain; r.wanted_from date; r.wanted_until date; r.held_since moment; "
            "r.decided_by plain; r.decided_at moment; r.granted plain; r.ground text",
        ),
    ]

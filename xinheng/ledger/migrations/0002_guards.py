"""Events are written once and never changed; the outbox is worked off (防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant

WORKED_OFF = "update (not_before, attempts, last_fault, done_at)"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables"), ("runtime", "0002_functions")]

    operations = [
        grant(
            ("ledger_event", "ledger_eventpayload"),
            app="select, insert",
            sequencer="select",
            deliverer="select",
            auditor="select",
        ),
        append_only("ledger_event", "ledger_eventpayload"),
        grant(
            "ledger_outbox",
            app=f"select, insert, {WORKED_OFF}",
            deliverer=f"select, {WORKED_OFF}",
            auditor="select",
        ),
    ]

"""Clocks of matters are told to the ledger, and no clock is news of its own when a calendar moves it (存证)."""

from django.db import migrations

from xinheng.runtime.sql import watch

WATCHED = (
    "r.id plain; r.kind text; r.matter plain; r.number text; r.agency_id plain; r.name text; r.start date; r.n plain; "
    "r.stopped_on date"
)
# `last` and `provisional` follow from the rest and the calendar; what moved them is proved by its own event.
SAID = {
    "casework_matterclock": "id, kind, matter, number, agency_id, name, start, n, stopped_on",
    "casework_repairclock": "id, case_id, name, start, n, stopped_on",
}


def _trigger(table: str, of: str) -> str:
    return (
        f"DROP TRIGGER ledger_note ON {table}; CREATE TRIGGER ledger_note AFTER INSERT OR DELETE OR UPDATE{of} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION ledger_note_{table}();"
    )


class Migration(migrations.Migration):
    dependencies = [("casework", "0061_clocks_guards"), ("ledger", "0004_watch")]

    operations = [
        watch("casework_matterclock", "r.id::text", WATCHED),
        *(
            migrations.RunSQL(_trigger(table, f" OF {columns}"), _trigger(table, ""))
            for table, columns in SAID.items()
        ),
    ]

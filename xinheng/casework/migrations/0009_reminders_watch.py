"""What was seen and what was set aside are told to the ledger; clocks are noted when what they say changes (存证)."""

from django.db import migrations

from xinheng.runtime.sql import watch

# `last` and `provisional` follow from the rest and the calendar: a hundred thousand that move are no news of theirs.
NARROW = """
DROP TRIGGER ledger_note ON casework_deadline;
CREATE TRIGGER ledger_note AFTER INSERT OR DELETE OR
    UPDATE OF id, case_id, objection_id, name, start, n, extended_by, stopped_on ON casework_deadline
    FOR EACH ROW EXECUTE FUNCTION ledger_note_casework_deadline();
"""
WIDE = """
DROP TRIGGER ledger_note ON casework_deadline;
CREATE TRIGGER ledger_note AFTER INSERT OR UPDATE OR DELETE ON casework_deadline
    FOR EACH ROW EXECUTE FUNCTION ledger_note_casework_deadline();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0008_reminders_guards"),
        ("casework", "0004_watch"),
        ("ledger", "0004_watch"),
    ]

    operations = [
        watch(
            "casework_reminderseen",
            "r.id::text",
            'r.id plain; r.reminder_id plain; r."user" plain; r.at moment',
        ),
        watch(
            "casework_setaside",
            "r.id::text",
            "r.id plain; r.case_id plain; r.revision plain; r.ground_id plain",
        ),
        migrations.RunSQL(NARROW, WIDE),
    ]

"""Clocks of cases on false promises are clocks like all others (承诺不实案卷的期限): seen, moved and told of as those."""

from django.db import migrations, models

ALL = """
CREATE OR REPLACE VIEW casework_clock WITH (security_invoker = true) AS
SELECT d.id, 'listing'::text AS kind, d.case_id AS matter, c.number, c.agency_id, c.handler, c.list AS listed, d.name,
       d.start, d.n, d.extended_by::text[] AS extended_by, d.last, d.provisional, d.stopped_on
  FROM casework_deadline d JOIN casework_case c ON c.id = d.case_id
UNION ALL
SELECT d.id, 'repair', d.case_id, c.number, c.agency_id, c.handler, '', d.name, d.start, d.n, '{}'::text[], d.last,
       d.provisional, d.stopped_on
  FROM casework_repairclock d JOIN casework_repaircase c ON c.id = d.case_id
UNION ALL
SELECT d.id, d.kind, d.matter, d.number, d.agency_id, NULL::uuid, '', d.name, d.start, d.n, '{}'::text[], d.last,
       d.provisional, d.stopped_on
  FROM casework_matterclock d
"""
PROMISES = """
UNION ALL
SELECT d.id, 'promise', d.case_id, c.number, c.agency_id, c.handler, c.list, d.name, d.start, d.n, '{}'::text[], d.last,
       d.provisional, d.stopped_on
  FROM casework_promiseclock d JOIN casework_promisecase c ON c.id = d.case_id
"""
MOVED = """
CREATE TRIGGER moved_with_evidence AFTER UPDATE ON casework_promiseclock
    REFERENCING OLD TABLE AS was NEW TABLE AS became
    FOR EACH STATEMENT EXECUTE FUNCTION casework_clock_moved_with_evidence();
"""
UNMOVED = "DROP TRIGGER moved_with_evidence ON casework_promiseclock"


def _noted(of: str) -> str:
    return (
        "DROP TRIGGER ledger_note ON casework_promiseclock; CREATE TRIGGER ledger_note AFTER INSERT OR DELETE OR UPDATE"
        f"{of} ON casework_promiseclock FOR EACH ROW EXECUTE FUNCTION ledger_note_casework_promiseclock();"
    )


class Migration(migrations.Migration):
    dependencies = [("casework", "0070_correction_papers")]

    operations = [
        migrations.RunSQL(ALL + PROMISES, ALL),
        migrations.RunSQL(MOVED, UNMOVED),
        migrations.RunSQL(
            _noted(" OF id, case_id, objection_id, name, start, n, stopped_on"),
            _noted(""),
        ),
        migrations.AlterField(
            model_name="clock",
            name="kind",
            field=models.TextField(
                choices=[
                    ("listing", "名单案卷"),
                    ("repair", "信用修复"),
                    ("promise", "承诺不实"),
                    ("correction", "信息有误的异议"),
                    ("revocation", "文书撤销与变更"),
                    ("complaint", "举报"),
                ]
            ),
        ),
    ]

"""What is touched is each agency's own to see; what was decided on it stays (待复核事项的防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy, watch

OWN = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"

REVIEWED = r"""
CREATE FUNCTION registry_review_of_touched() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF NOT EXISTS (SELECT FROM registry_touched t
                   WHERE (t.window_id, t.kind, t.target) = (NEW.window_id, NEW.kind, NEW.target)
                     AND (t.agency_id, t.subject_id) = (NEW.agency_id, NEW.subject_id)) THEN
        RAISE EXCEPTION 'only what a window touches is reviewed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER review_of_touched BEFORE INSERT ON registry_touchedreview
    FOR EACH ROW EXECUTE FUNCTION registry_review_of_touched();
"""
DROP = """
DROP TRIGGER review_of_touched ON registry_touchedreview; DROP FUNCTION registry_review_of_touched();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0012_touched"),
        ("catalog", "0006_windows_guards"),
        ("ledger", "0004_watch"),
    ]

    operations = [
        grant("registry_touched", app="select, insert, delete", auditor="select"),
        grant("registry_touchedreview", app="select, insert", auditor="select"),
        append_only("registry_touchedreview"),
        *(
            policy
            for table in ("registry_touched", "registry_touchedreview")
            for policy in (
                row_policy(table, OWN, roles="xinheng_app"),
                row_policy(table, "true", roles="xinheng_auditor", command="select"),
            )
        ),
        migrations.RunSQL(REVIEWED, DROP),
        watch(
            "registry_touchedreview",
            "r.id::text",
            "r.id plain; r.window_id plain; r.kind text; r.target plain; r.agency_id plain; r.subject_id plain; "
            'r.decision text; r.sealed_commitment bytes; r."by" plain; r.at moment',
        ),
    ]

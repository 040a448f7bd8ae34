"""A last day moves with evidence alone, and reminders tell of the case that they name (期限变动与提醒的防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy

OWN = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"
OF_OWN_REMINDER = "EXISTS (SELECT FROM casework_reminder m WHERE m.id = reminder_id)"
OF_OWN_CASE = "EXISTS (SELECT FROM casework_case c WHERE c.id = case_id)"
KEPT = ("casework_deadlinemove", "casework_reminder", "casework_reminderseen", "casework_setaside")

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"

# Statement triggers over the new rows: a hundred thousand clocks pay one join.
GUARDS = rf"""
CREATE FUNCTION casework_check_moves() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF EXISTS (SELECT FROM added a
               LEFT JOIN casework_deadline d ON d.id = a.deadline_id LEFT JOIN casework_case c ON c.id = d.case_id
               WHERE c.agency_id IS DISTINCT FROM a.agency_id OR d.stopped_on IS NOT NULL
                  OR (d.last, d.provisional) IS DISTINCT FROM (a.before, a.before_provisional)) THEN
        RAISE EXCEPTION 'a move begins at the last day of a running clock' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE TRIGGER moves_of_clocks AFTER INSERT ON casework_deadlinemove
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION casework_check_moves();

-- More days by a provision of the list's own change `n` and say by which; a calendar leaves evidence.
CREATE FUNCTION casework_moved_with_evidence() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF EXISTS (SELECT FROM became b JOIN was w USING (id)
               WHERE (b.last, b.provisional) IS DISTINCT FROM (w.last, w.provisional)
                 AND (b.n, b.extended_by) IS NOT DISTINCT FROM (w.n, w.extended_by)
                 AND NOT EXISTS (SELECT FROM casework_deadlinemove m WHERE m.deadline_id = b.id
                                 AND (m.before, m.before_provisional, m.after, m.after_provisional)
                                     IS NOT DISTINCT FROM (w.last, w.provisional, b.last, b.provisional))) THEN
        RAISE EXCEPTION 'a last day moves with evidence alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE TRIGGER moved_with_evidence AFTER UPDATE ON casework_deadline
    REFERENCING OLD TABLE AS was NEW TABLE AS became
    FOR EACH STATEMENT EXECUTE FUNCTION casework_moved_with_evidence();

CREATE FUNCTION casework_check_reminders() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF EXISTS (SELECT FROM added a
               LEFT JOIN casework_case c ON c.id = a.case_id LEFT JOIN casework_deadline d ON d.id = a.deadline_id
               WHERE c.agency_id IS DISTINCT FROM a.agency_id
                  OR (a.to_user IS NOT NULL AND a.to_user <> c.handler)
                  OR (a.deadline_id IS NOT NULL AND (d.case_id, d.last, d.provisional)
                      IS DISTINCT FROM (a.case_id, a.last, a.provisional))) THEN
        RAISE EXCEPTION 'a reminder tells of its case and its clock as they are' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE TRIGGER reminders_of_cases AFTER INSERT ON casework_reminder
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION casework_check_reminders();

-- What a signer lets stand is set aside with that very step, and only what has fallen.
CREATE FUNCTION casework_aside_with_step() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_case c JOIN casework_casestep s ON s.case_id = c.id
                   JOIN casework_draft d ON d.case_id = c.id AND d.version = c.version
                   JOIN casework_ground g ON g.draft_id = d.id LEFT JOIN registry_instrument i ON i.id = g.instrument_id
                   WHERE c.id = NEW.case_id AND g.id = NEW.ground_id AND coalesce(i.effect, g.effect) <> 'effective'
                     AND s.step = 'restore' AND s.seq = NEW.revision AND c.revision + 1 = NEW.revision) THEN
        RAISE EXCEPTION 'a document is set aside by who restores an entry' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER aside_with_step BEFORE INSERT ON casework_setaside
    FOR EACH ROW EXECUTE FUNCTION casework_aside_with_step();
"""
DROP = """
DROP TRIGGER aside_with_step ON casework_setaside; DROP FUNCTION casework_aside_with_step();
DROP TRIGGER reminders_of_cases ON casework_reminder; DROP FUNCTION casework_check_reminders();
DROP TRIGGER moved_with_evidence ON casework_deadline; DROP FUNCTION casework_moved_with_evidence();
DROP TRIGGER moves_of_clocks ON casework_deadlinemove; DROP FUNCTION casework_check_moves();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0007_reminders"),
        ("registry", "0002_guards"),
        ("runtime", "0002_functions"),
    ]

    operations = [
        migrations.RunSQL(GUARDS, DROP),
        grant(KEPT, app="select, insert", auditor="select"),
        append_only(*KEPT),
        row_policy("casework_deadlinemove", OWN, roles="xinheng_app"),
        row_policy("casework_reminder", OWN, roles="xinheng_app"),
        row_policy("casework_reminderseen", OF_OWN_REMINDER, roles="xinheng_app"),
        row_policy("casework_setaside", OF_OWN_CASE, roles="xinheng_app"),
        *(row_policy(table, "true", roles="xinheng_auditor", command="select") for table in KEPT),
    ]

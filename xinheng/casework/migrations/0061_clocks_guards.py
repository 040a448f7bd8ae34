"""A clock is of a matter that is under way, moves with evidence alone, and of it alone officers are told (期限的防护)."""

from django.db import migrations

from xinheng.runtime.sql import grant, row_policy

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"
MINE = "agency_id = (SELECT xinheng_agency())"
# The machine looks after all clocks; who oversees the city sees all but those of complaints, which are their body's.
MACHINE = (
    "coalesce((SELECT xinheng_agency()), '00000000-0000-0000-0000-000000000000')"
    " = '00000000-0000-0000-0000-000000000000'::uuid"
)
CITY = "(SELECT xinheng_whole_city())"
CLOCKS = (
    f"{MINE} OR ({CITY} AND (kind <> 'complaint' OR {MACHINE}))"
    " OR (kind = 'correction' AND EXISTS (SELECT FROM casework_correction c WHERE c.id = matter))"
)
REMINDERS = f"{MINE} OR ({CITY} AND ('complaint.handle' <> ALL (roles) OR {MACHINE}))"
OWN = f"{MINE} OR {CITY}"

# In which state of its matter the clock runs, and from which day: a test holds it to casework/matterclocks.py.
RUNS = rf"""
CREATE FUNCTION casework_matterclock_of_matter() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    found record;
BEGIN
    IF NEW.kind = 'correction' THEN
        SELECT c.agency_id, c.number, c.lodged_on AS start, 'correction_reply' AS name,
               c.state IN ('lodged', 'asked', 'answered', 'proposed') AS runs
          INTO found FROM casework_correction c WHERE c.id = NEW.matter;
    ELSIF NEW.kind = 'revocation' THEN
        SELECT r.agency_id, r.number, r.known_on AS start, 'withdrawal_of_fallen' AS name, r.state = 'opened' AS runs
          INTO found FROM casework_revocation r WHERE r.id = NEW.matter;
    ELSE
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' AND (NEW.stopped_on IS NOT NULL OR NOT coalesce(found.runs, false)
       OR (found.agency_id, found.number, found.start, found.name)
          IS DISTINCT FROM (NEW.agency_id, NEW.number, NEW.start, NEW.name)) THEN
        RAISE EXCEPTION 'a clock is of a matter that is under way' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.stopped_on IS NOT NULL AND OLD.stopped_on IS NULL AND coalesce(found.runs, true) THEN
        RAISE EXCEPTION 'a clock stops with its matter' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER of_matter BEFORE INSERT OR UPDATE OF stopped_on ON casework_matterclock
    FOR EACH ROW EXECUTE FUNCTION casework_matterclock_of_matter();
CREATE TRIGGER learns_once BEFORE UPDATE OF kind, matter, number, agency_id, name, start, n, stopped_on
    ON casework_matterclock FOR EACH ROW EXECUTE FUNCTION casework_learns_once('stopped_on', 'last', 'provisional');
"""

# Statement triggers over the new rows: a hundred thousand clocks pay one join.
MOVES = rf"""
CREATE OR REPLACE FUNCTION casework_check_moves() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF EXISTS (SELECT FROM added a LEFT JOIN casework_clock k ON k.id = a.deadline_id
               WHERE k.agency_id IS DISTINCT FROM a.agency_id OR k.stopped_on IS NOT NULL
                  OR (k.last, k.provisional) IS DISTINCT FROM (a.before, a.before_provisional)) THEN
        RAISE EXCEPTION 'a move begins at the last day of a running clock' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM added a
               WHERE (a.before, a.before_provisional) IS NOT DISTINCT FROM (a.after, a.after_provisional)) THEN
        RAISE EXCEPTION 'a move leads to another day or to a sure one' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM added a GROUP BY a.event HAVING min(a.place) <> 0) THEN
        RAISE EXCEPTION 'the rows of an event come at once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;

CREATE FUNCTION casework_clock_moved_with_evidence() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF EXISTS (SELECT FROM became b JOIN was w USING (id)
               WHERE (b.last, b.provisional) IS DISTINCT FROM (w.last, w.provisional)
                 AND NOT EXISTS (SELECT FROM casework_deadlinemove m WHERE m.deadline_id = b.id
                                 AND (m.before, m.before_provisional, m.after, m.after_provisional)
                                     IS NOT DISTINCT FROM (w.last, w.provisional, b.last, b.provisional))) THEN
        RAISE EXCEPTION 'a last day moves with evidence alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE TRIGGER moved_with_evidence AFTER UPDATE ON casework_repairclock
    REFERENCING OLD TABLE AS was NEW TABLE AS became
    FOR EACH STATEMENT EXECUTE FUNCTION casework_clock_moved_with_evidence();
CREATE TRIGGER moved_with_evidence AFTER UPDATE ON casework_matterclock
    REFERENCING OLD TABLE AS was NEW TABLE AS became
    FOR EACH STATEMENT EXECUTE FUNCTION casework_clock_moved_with_evidence();
"""

TOLD = rf"""
CREATE OR REPLACE FUNCTION casework_check_reminders() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF EXISTS (SELECT FROM added a LEFT JOIN casework_clock k ON k.id = a.deadline_id
               WHERE a.deadline_id IS NOT NULL
                 AND ((k.matter, k.agency_id, k.last, k.provisional)
                      IS DISTINCT FROM (a.case_id, a.agency_id, a.last, a.provisional)
                      OR k.stopped_on IS NOT NULL
                      OR (a.to_user IS NOT NULL AND a.to_user IS DISTINCT FROM k.handler)
                      OR (k.kind = 'complaint') <> (a.roles = '{{complaint.handle}}')))
       OR EXISTS (SELECT FROM added a LEFT JOIN casework_case c ON c.id = a.case_id
                  WHERE a.deadline_id IS NULL AND (c.agency_id IS DISTINCT FROM a.agency_id
                        OR (a.to_user IS NOT NULL AND a.to_user <> c.handler))) THEN
        RAISE EXCEPTION 'a reminder tells of its case and its clock as they are' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM added a GROUP BY a.event HAVING min(a.place) <> 0) THEN
        RAISE EXCEPTION 'the rows of an event come at once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;

-- Of all rows of an event the first is looked at: without a first there are none.
CREATE FUNCTION casework_told_of_clocks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_event e
                   WHERE e.kind = ANY (TG_ARGV::text[]) AND (e.id, e.at) = (NEW.event, NEW.at)) THEN
        RAISE EXCEPTION 'a clock moves and is told of with its event' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
REVOKE EXECUTE ON FUNCTION casework_told_of_clocks() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER told AFTER INSERT ON casework_deadlinemove DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.place = 0) EXECUTE FUNCTION casework_told_of_clocks('deadline.moved');
CREATE CONSTRAINT TRIGGER told AFTER INSERT ON casework_reminder DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.place = 0) EXECUTE FUNCTION casework_told_of_clocks('deadline.moved', 'deadline.reminded');
"""
DROP = """
DROP TRIGGER told ON casework_reminder; DROP TRIGGER told ON casework_deadlinemove;
DROP FUNCTION casework_told_of_clocks();
DROP TRIGGER moved_with_evidence ON casework_matterclock; DROP TRIGGER moved_with_evidence ON casework_repairclock;
DROP FUNCTION casework_clock_moved_with_evidence();
DROP TRIGGER learns_once ON casework_matterclock;
DROP TRIGGER of_matter ON casework_matterclock; DROP FUNCTION casework_matterclock_of_matter();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0060_clocks"), ("ledger", "0007_event_of_kind")]

    operations = [
        migrations.RunSQL(RUNS + MOVES + TOLD, DROP),
        grant("casework_matterclock", app="select, insert, update", auditor="select"),
        migrations.RunSQL(
            "GRANT SELECT ON casework_clock TO xinheng_app, xinheng_auditor",
            "REVOKE SELECT ON casework_clock FROM xinheng_app, xinheng_auditor",
        ),
        row_policy("casework_matterclock", CLOCKS, roles="xinheng_app"),
        row_policy("casework_matterclock", "true", roles="xinheng_auditor", command="select"),
        migrations.RunSQL(
            f"ALTER POLICY all_app ON casework_reminder USING ({REMINDERS})",
            f"ALTER POLICY all_app ON casework_reminder USING ({OWN})",
        ),
    ]

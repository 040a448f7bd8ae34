"""No measure is lifted without a verified plan that runs, nor for longer than it; a plan keeps what it says (计划的防护)."""

from django.db import migrations

from xinheng.runtime.sql import grant, row_policy

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"
OF_CASE = "EXISTS (SELECT FROM casework_repaircase c WHERE c.id = case_id)"
OPEN = "('lodged', 'supplementing', 'accepted', 'verified', 'proposed', 'checked')"

PLANS = rf"""
-- Handed in with its ruling while nothing is decided; verified once, by a clerk; ended once, by its last day or an officer.
CREATE FUNCTION casework_repairplan_keeps() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    looked text[] := ARRAY['verified', 'verified_by', 'verified_at', 'verified_event', 'verified_sealed', 'verified_commitment'];
    over text[] := ARRAY['ended_on', 'ended_by', 'ender', 'ended_at', 'ended_event', 'ended_sealed', 'ended_commitment'];
    body uuid := (SELECT c.agency_id FROM casework_repaircase c WHERE c.id = NEW.case_id);
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.verified IS NOT NULL OR NEW.ended_on IS NOT NULL OR NEW.sealed IS NULL
           OR NEW.runs_from > (NEW.at AT TIME ZONE 'Asia/Shanghai')::date
           OR NOT EXISTS (SELECT FROM casework_repaircase c JOIN casework_repairmaterial m ON m.application_id = c.application_id
                          WHERE c.id = NEW.case_id AND c.state IN {OPEN} AND m.id = NEW.material_id AND m.kind = 'ruling'
                            AND (m.case_id IS NULL OR m.case_id = c.id)) THEN
            RAISE EXCEPTION 'a plan comes with its ruling' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.verified IS NULL THEN
        IF (to_jsonb(NEW) - looked) IS DISTINCT FROM (to_jsonb(OLD) - looked) OR NEW.verified IS NULL
           OR (NOT NEW.verified AND NEW.verified_sealed IS NULL)
           OR NOT casework_may_repair(NEW.verified_by, 'verify', body) THEN
            RAISE EXCEPTION 'a plan is verified once, by an officer' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.ended_on IS NOT NULL OR (to_jsonb(NEW) - over) IS DISTINCT FROM (to_jsonb(OLD) - over)
       OR NEW.ended_on IS NULL OR NEW.ended_on > (NEW.ended_at AT TIME ZONE 'Asia/Shanghai')::date
       OR (NEW.ended_by = 'term') IS DISTINCT FROM (NEW.ender IS NULL)
       OR (NEW.ended_by = 'term' AND NEW.ended_on <> NEW.until + 1)
       OR (NEW.ended_by <> 'term' AND (NEW.ended_sealed IS NULL OR NEW.ender = NEW.verified_by
           OR NEW.ended_on < NEW.runs_from OR NOT casework_may_repair(NEW.ender, 'lift_temporarily', body))) THEN
        RAISE EXCEPTION 'a plan ends once, by its last day or an officer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER plan_keeps BEFORE INSERT OR UPDATE ON casework_repairplan
    FOR EACH ROW EXECUTE FUNCTION casework_repairplan_keeps();
CREATE TRIGGER plan_stays BEFORE DELETE ON casework_repairplan
    FOR EACH ROW EXECUTE FUNCTION xinheng_refuse_change();

CREATE FUNCTION casework_repairplan_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_event e WHERE (e.id, e.kind, e.at) = (NEW.event, 'repair.plan_stated', NEW.at))
       OR (NEW.verified IS NOT NULL AND NOT EXISTS (
            SELECT FROM ledger_event e WHERE (e.id, e.kind, e.at) = (NEW.verified_event, 'repair.plan_verified', NEW.verified_at)))
       OR (NEW.ended_on IS NOT NULL AND NOT EXISTS (
            SELECT FROM ledger_event e WHERE (e.id, e.kind, e.at) = (NEW.ended_event, 'repair.plan_ended', NEW.ended_at))) THEN
        RAISE EXCEPTION 'a plan that no event tells' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER plan_told AFTER INSERT OR UPDATE ON casework_repairplan DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_repairplan_told();

-- Measures are lifted by the step of the plan's own case, on the grounds of its items; they stand again when the plan is over.
CREATE FUNCTION casework_repairplan_lifts() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF TG_OP = 'INSERT' AND NOT EXISTS (
        SELECT FROM casework_repairplan p JOIN casework_repaircase c ON c.id = p.case_id
          JOIN casework_repairstep s ON s.case_id = c.id AND s.seq = c.revision + 1 AND s.step = 'lift_temporarily'
          JOIN casework_repairitem i ON i.case_id = c.id
          LEFT JOIN registry_record r ON r.id = i.record_id
         WHERE (p.id, c.id, c.subject_id, c.agency_id, c.number) = (NEW.plan, NEW.matter, NEW.subject_id, NEW.agency_id, NEW.number)
           AND p.verified AND p.ended_on IS NULL AND p.runs_from <= NEW.since AND NEW.until <= p.until
           AND (s.day, s.actor) = (NEW.since, NEW."by")
           AND (r.instrument_id = NEW.instrument_id OR i.entry_id = NEW.entry_id)) THEN
        RAISE EXCEPTION 'measures are lifted for a verified plan that runs, and no longer' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NOT EXISTS (
        SELECT FROM casework_repairplan p WHERE p.id = NEW.plan
           AND (p.ended_at, p.ended_by) = (NEW.ended_at, NEW.ended_by) AND p.ender IS NOT DISTINCT FROM NEW.ender) THEN
        RAISE EXCEPTION 'measures stand again when the plan is over' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER of_plan BEFORE INSERT OR UPDATE ON registry_measurelift
    FOR EACH ROW EXECUTE FUNCTION casework_repairplan_lifts();

-- By the commit the step has lifted something, and with the plan all of it is over.
CREATE FUNCTION casework_repairplan_lifted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF TG_TABLE_NAME = 'casework_repairstep' THEN
        IF NOT EXISTS (SELECT FROM registry_measurelift l
                       WHERE (l.matter, l.at) = ((to_jsonb(NEW) ->> 'case_id')::uuid, (to_jsonb(NEW) ->> 'at')::timestamptz)) THEN
            RAISE EXCEPTION 'the step that lifts measures lifts them' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF EXISTS (SELECT FROM registry_measurelift l WHERE l.plan = (to_jsonb(NEW) ->> 'id')::uuid AND l.ended_on IS NULL) THEN
        RAISE EXCEPTION 'no measure is lifted longer than the plan' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER step_lifted AFTER INSERT ON casework_repairstep DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.step = 'lift_temporarily') EXECUTE FUNCTION casework_repairplan_lifted();
CREATE CONSTRAINT TRIGGER plan_lifted AFTER UPDATE ON casework_repairplan DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.ended_on IS NOT NULL) EXECUTE FUNCTION casework_repairplan_lifted();
REVOKE EXECUTE ON FUNCTION casework_repairplan_told(), casework_repairplan_lifted() FROM PUBLIC;
"""
DROP = """
DROP TRIGGER plan_lifted ON casework_repairplan; DROP TRIGGER step_lifted ON casework_repairstep;
DROP FUNCTION casework_repairplan_lifted();
DROP TRIGGER of_plan ON registry_measurelift; DROP FUNCTION casework_repairplan_lifts();
DROP TRIGGER plan_told ON casework_repairplan; DROP FUNCTION casework_repairplan_told();
DROP TRIGGER plan_stays ON casework_repairplan; DROP TRIGGER plan_keeps ON casework_repairplan;
DROP FUNCTION casework_repairplan_keeps();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0052_plans")]

    operations = [
        grant("casework_repairplan", app="select, insert, update", auditor="select"),
        row_policy("casework_repairplan", OF_CASE, roles="xinheng_app"),
        row_policy("casework_repairplan", "true", roles="xinheng_auditor", command="select"),
        migrations.RunSQL(
            "CREATE POLICY no_account_update ON casework_repairplan AS RESTRICTIVE FOR UPDATE TO xinheng_app"
            " USING ((SELECT xinheng_account()) IS NULL)",
            "DROP POLICY no_account_update ON casework_repairplan",
        ),
        migrations.RunSQL(PLANS, DROP),
    ]

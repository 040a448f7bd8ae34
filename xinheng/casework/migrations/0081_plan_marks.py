"""That a plan runs is said beside a record while measures are lifted for it, and no longer (计划执行的标注)."""

from django.db import migrations

GUARD = r"""
-- At commit: with the lift of its own case it comes, and stays until all of them are over or the record was destroyed.
CREATE FUNCTION casework_repairplan_marked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $fn$
DECLARE
    lifted boolean := EXISTS (SELECT FROM registry_measurelift l WHERE l.matter = NEW.matter AND l.ended_on IS NULL);
BEGIN
    IF (TG_OP = 'INSERT' AND NOT EXISTS (
            SELECT FROM casework_repairitem i JOIN registry_measurelift l ON l.matter = i.case_id
             WHERE (i.case_id, i.record_id) = (NEW.matter, NEW.record_id) AND l.at = NEW.since))
       OR (NEW.until IS NOT NULL AND lifted AND NOT EXISTS (
            SELECT FROM registry_recordeffect e WHERE (e.record_id, e.effect) = (NEW.record_id, 'DELETE'))) THEN
        RAISE EXCEPTION 'that a plan runs is said while measures are lifted for it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER plan_marked AFTER INSERT OR UPDATE ON registry_recordmark DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.mark = 'plan_running') EXECUTE FUNCTION casework_repairplan_marked();
REVOKE EXECUTE ON FUNCTION casework_repairplan_marked() FROM PUBLIC;
"""
DROP = "DROP TRIGGER plan_marked ON registry_recordmark; DROP FUNCTION casework_repairplan_marked();"


class Migration(migrations.Migration):
    dependencies = [("casework", "0080_acts_whole")]

    operations = [migrations.RunSQL(GUARD, DROP)]

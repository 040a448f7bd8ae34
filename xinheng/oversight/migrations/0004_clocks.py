"""The clock of a complaint is its body's, for what comes next, from the day it was received (举报期限的防护)."""

from django.db import migrations

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"
GUARD = rf"""
CREATE FUNCTION oversight_clock_of_complaint() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    waits boolean := EXISTS (
        SELECT FROM oversight_complaint c
         WHERE (c.id, c.number, c.agency_id) = (NEW.matter, NEW.number, NEW.agency_id)
           AND (c.state, NEW.name) IN (('received', 'complaint_taking'), ('taken', 'complaint_answer'))
           AND (c.received_at AT TIME ZONE 'Asia/Shanghai')::date = NEW.start);
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.stopped_on IS NOT NULL OR NOT waits) THEN
        RAISE EXCEPTION 'a clock is of a complaint that is under way' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.stopped_on IS NOT NULL AND OLD.stopped_on IS NULL AND waits THEN
        RAISE EXCEPTION 'a clock stops with its complaint' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER of_complaint_insert BEFORE INSERT ON casework_matterclock
    FOR EACH ROW WHEN (NEW.kind = 'complaint') EXECUTE FUNCTION oversight_clock_of_complaint();
CREATE TRIGGER of_complaint_stop BEFORE UPDATE OF stopped_on ON casework_matterclock
    FOR EACH ROW WHEN (NEW.kind = 'complaint') EXECUTE FUNCTION oversight_clock_of_complaint();
"""
DROP = """
DROP TRIGGER of_complaint_stop ON casework_matterclock; DROP TRIGGER of_complaint_insert ON casework_matterclock;
DROP FUNCTION oversight_clock_of_complaint();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0003_watch"), ("casework", "0062_clocks_watch")]

    operations = [migrations.RunSQL(GUARD, DROP)]

"""What was decided about records and documents is told by its event; what fell does not come back (结果须有事件)."""

from django.db import migrations

from xinheng.runtime.sql import row_policy

OWNER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# At commit, as with the steps of casework: the row names an event of such a kind, of that very moment.
TOLD = rf"""
CREATE FUNCTION registry_is_told(named uuid, moment timestamptz, VARIADIC kinds text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM ledger_event e WHERE (e.id, e.at) = (named, moment) AND e.kind = ANY (kinds));
END $fn$;

CREATE FUNCTION registry_effect_told() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF NOT registry_is_told(NEW.event, NEW.at, CASE WHEN NEW.lifts IS NOT NULL THEN 'record.effect_lifted'
                            WHEN NEW.effect = 'DELETE' THEN 'shred.done' ELSE 'record.effect_applied' END) THEN
        RAISE EXCEPTION 'an effect that no event tells' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER effect_told AFTER INSERT ON registry_recordeffect DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION registry_effect_told();

CREATE FUNCTION registry_mark_told() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF NOT registry_is_told(NEW.event, NEW.since, 'record.marked', 'record.effect_applied')
       OR (NEW.until IS NOT NULL AND NOT registry_is_told(
           NEW.ended_event, NEW.until, 'record.unmarked', 'record.effect_lifted', 'shred.done')) THEN
        RAISE EXCEPTION 'a mark that no event tells' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER mark_told AFTER INSERT OR UPDATE ON registry_recordmark DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION registry_mark_told();

CREATE FUNCTION registry_change_told() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF NOT registry_is_told(NEW.event, NEW.at, 'revocation.open', 'revocation.changed', 'revocation.contested',
                            'revocation.vary') THEN
        RAISE EXCEPTION 'a change of a document that no event tells' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER change_told AFTER INSERT ON registry_instrumentchange DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION registry_change_told();

-- What was revoked, void or lapsed has no effect to be stayed or varied, and is not dated back behind what came later.
CREATE FUNCTION registry_change_in_order() RETURNS trigger {OWNER} AS $fn$
DECLARE
    gone text[] := ARRAY['revoked', 'void', 'lapsed'];
BEGIN
    IF EXISTS (SELECT FROM registry_instrumentchange c WHERE c.instrument_id = NEW.instrument_id
               AND (c.at > NEW.at OR (c.effect = ANY (gone) AND NEW.effect <> ALL (gone)))) THEN
        RAISE EXCEPTION 'a document that fell does not come back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER change_in_order BEFORE INSERT ON registry_instrumentchange
    FOR EACH ROW EXECUTE FUNCTION registry_change_in_order();
REVOKE EXECUTE ON FUNCTION registry_is_told(uuid, timestamptz, text[]), registry_effect_told(), registry_mark_told(),
    registry_change_told(), registry_change_in_order() FROM PUBLIC;
"""
DROP = """
DROP TRIGGER change_in_order ON registry_instrumentchange; DROP FUNCTION registry_change_in_order();
DROP TRIGGER change_told ON registry_instrumentchange; DROP FUNCTION registry_change_told();
DROP TRIGGER mark_told ON registry_recordmark; DROP FUNCTION registry_mark_told();
DROP TRIGGER effect_told ON registry_recordeffect; DROP FUNCTION registry_effect_told();
DROP FUNCTION registry_is_told(uuid, timestamptz, text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0031_measures_end_with_repair"), ("ledger", "0007_event_of_kind")]

    operations = [
        row_policy("registry_recordmark", "true", roles="xinheng_owner", command="select"),
        migrations.RunSQL(TOLD, DROP),
    ]

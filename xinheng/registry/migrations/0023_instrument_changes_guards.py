"""What fell is put up by officers alone, and no measure is left on a document without effect (文书失效的防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy, watch

OF_OWN_DOCUMENT = "EXISTS (SELECT FROM registry_instrument i WHERE i.id = instrument_id)"
SEEING_ALL = "xinheng_projector, xinheng_deliverer, xinheng_auditor, xinheng_owner"
OWNER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

EFFECTS = rf"""
-- Whatever a sheet says afterwards: an effect that was registered as gone or stayed is not raised by it.
CREATE FUNCTION registry_effect_as_told() RETURNS trigger {OWNER} AS $fn$
DECLARE
    told public.registry_instrumentchange;
BEGIN
    SELECT * INTO told FROM public.registry_instrumentchange c WHERE c.instrument_id = NEW.id
     ORDER BY c.at DESC, c.id DESC LIMIT 1;
    IF told.effect <> 'effective' THEN
        NEW.effect := told.effect;
    END IF;
    IF told.contested THEN
        NEW.contested := true;
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER effect_as_told BEFORE UPDATE OF effect, contested ON registry_instrument
    FOR EACH ROW EXECUTE FUNCTION registry_effect_as_told();

-- At commit: own measures on a document that fell have ended, other bodies have been told.
CREATE FUNCTION registry_nothing_rests_on_document() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF EXISTS (SELECT FROM public.registry_instrument i JOIN public.registry_measuretaken m ON m.instrument_id = i.id
               WHERE i.id = NEW.id AND i.effect NOT IN ('effective', 'stayed') AND m.state = 'in_force'
                 AND (m.agency_id = i.agency_id OR NOT EXISTS (
                      SELECT FROM public.registry_measurenotice n
                      WHERE n.measure_id = m.id AND n.answered_at IS NULL))) THEN
        RAISE EXCEPTION 'a measure ends with the document it rests on' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER nothing_rests_on_document AFTER UPDATE ON registry_instrument DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.effect = 'effective' AND NEW.effect <> 'effective')
    EXECUTE FUNCTION registry_nothing_rests_on_document();

CREATE OR REPLACE FUNCTION registry_notice_is_theirs() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF NEW.answered_at IS NOT NULL OR NOT EXISTS (
        SELECT FROM public.registry_measuretaken m WHERE m.id = NEW.measure_id AND m.agency_id = NEW.agency_id
          AND m.state = 'in_force') THEN
        RAISE EXCEPTION 'a notice tells a body of its own measure in force' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;

CREATE OR REPLACE FUNCTION registry_notice_answered() RETURNS trigger {OWNER} AS $fn$
DECLARE
    free text[] := ARRAY['answer', 'answered_by', 'answered_at'];
    measure text;
    stands boolean;
BEGIN
    SELECT m.state, coalesce(e.state = 'listed', i.effect = 'effective', false) INTO measure, stands
      FROM public.registry_measuretaken m LEFT JOIN public.registry_listentry e ON e.id = m.entry_id
      LEFT JOIN public.registry_instrument i ON i.id = m.instrument_id WHERE m.id = NEW.measure_id;
    IF OLD.answered_at IS NOT NULL OR (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free)
       OR (NEW.answer = 'ended' AND measure <> 'ended')
       OR (NEW.answer = 'resumed' AND NOT stands) THEN
        RAISE EXCEPTION 'a notice is answered once, by what was done' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
REVOKE EXECUTE ON FUNCTION registry_effect_as_told(), registry_nothing_rests_on_document() FROM PUBLIC;
"""
DROP = rf"""
CREATE OR REPLACE FUNCTION registry_notice_answered() RETURNS trigger {OWNER} AS $fn$
DECLARE
    free text[] := ARRAY['answer', 'answered_by', 'answered_at'];
    measure text;
    entry text;
BEGIN
    SELECT m.state, e.state INTO measure, entry FROM public.registry_measuretaken m
      JOIN public.registry_listentry e ON e.id = m.entry_id WHERE m.id = NEW.measure_id;
    IF OLD.answered_at IS NOT NULL OR (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free)
       OR (NEW.answer = 'ended' AND measure <> 'ended')
       OR (NEW.answer = 'resumed' AND entry <> 'listed') THEN
        RAISE EXCEPTION 'a notice is answered once, by what was done' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE OR REPLACE FUNCTION registry_notice_is_theirs() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF NEW.answered_at IS NOT NULL OR NOT EXISTS (
        SELECT FROM public.registry_measuretaken m WHERE m.id = NEW.measure_id AND m.agency_id = NEW.agency_id
          AND m.state = 'in_force' AND m.entry_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a notice tells a body of its own measure in force' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
DROP TRIGGER nothing_rests_on_document ON registry_instrument; DROP FUNCTION registry_nothing_rests_on_document();
DROP TRIGGER effect_as_told ON registry_instrument; DROP FUNCTION registry_effect_as_told();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0022_instrument_changes"), ("ledger", "0004_watch")]

    operations = [
        grant(
            "registry_instrumentchange",
            app="select, insert",
            intake="select",
            projector="select",
            deliverer="select",
            auditor="select",
        ),
        append_only("registry_instrumentchange"),
        row_policy("registry_instrumentchange", OF_OWN_DOCUMENT, roles="xinheng_app, xinheng_intake"),
        row_policy("registry_instrumentchange", "true", roles=SEEING_ALL, command="select"),
        migrations.RunSQL(EFFECTS, DROP),
        watch(
            "registry_instrumentchange",
            "r.id::text",
            "r.id plain; r.instrument_id plain; r.effect text; r.contested plain; r.varied plain; r.matter plain; "
            'r.event plain; r."by" plain; r.at moment',
        ),
    ]

"""Effects are written once and lifted once, marks end once, what was deleted stays so, all of it told (防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy, watch

OF_OWN_RECORD = "EXISTS (SELECT FROM registry_record r WHERE r.id = record_id)"
SEEING_ALL = "xinheng_projector, xinheng_deliverer, xinheng_auditor"

EFFECTS = r"""
-- A row that lifts says again what it lifts, of the same record; nothing more is decided about what was destroyed.
CREATE FUNCTION registry_effect_in_order() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF NOT EXISTS (SELECT FROM registry_record r WHERE r.id = NEW.record_id AND r.state <> 'shredded') THEN
        RAISE EXCEPTION 'an effect is of a record that is there' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.lifts IS NOT NULL AND NOT EXISTS (
        SELECT FROM registry_recordeffect e WHERE e.id = NEW.lifts AND e.lifts IS NULL
           AND (e.record_id, e.effect, e.public, e.shared, e.own)
             = (NEW.record_id, NEW.effect, NEW.public, NEW.shared, NEW.own)) THEN
        RAISE EXCEPTION 'what is lifted was an effect of the same record' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER effect_in_order BEFORE INSERT ON registry_recordeffect
    FOR EACH ROW EXECUTE FUNCTION registry_effect_in_order();

CREATE FUNCTION registry_mark_ends_once() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF OLD.until IS NOT NULL OR (to_jsonb(NEW) - ARRAY['until', 'ended_event', 'ended_by'])
                             IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['until', 'ended_event', 'ended_by']) THEN
        RAISE EXCEPTION 'a mark keeps what it says and ends once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER mark_ends_once BEFORE UPDATE ON registry_recordmark
    FOR EACH ROW EXECUTE FUNCTION registry_mark_ends_once();

CREATE FUNCTION registry_destroyed_stays() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    RAISE EXCEPTION 'what was destroyed does not come back' USING ERRCODE = 'check_violation';
END
$fn$;
CREATE TRIGGER destroyed_stays BEFORE UPDATE ON registry_record
    FOR EACH ROW WHEN (OLD.state = 'shredded' AND NEW.state <> 'shredded')
    EXECUTE FUNCTION registry_destroyed_stays();

-- Clearing is all that may happen to a version, after two persons have decided it: a shredding or a deletion.
CREATE OR REPLACE FUNCTION registry_version_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.content := '{}'; OLD.sealed := NULL; OLD.salt := NULL; OLD.source := '{}'; OLD.ground_text := '';
        IF NEW = OLD AND (
            EXISTS (SELECT FROM public.registry_proposal p
                     WHERE p.record_id = NEW.record_id AND p.kind = 'shred' AND p.granted)
            OR EXISTS (SELECT FROM public.registry_recordeffect e
                        WHERE e.record_id = NEW.record_id AND e.effect = 'DELETE')) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$fn$;
"""
DROP = r"""
CREATE OR REPLACE FUNCTION registry_version_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.content := '{}'; OLD.sealed := NULL; OLD.salt := NULL; OLD.source := '{}'; OLD.ground_text := '';
        IF NEW = OLD AND EXISTS (SELECT FROM public.registry_proposal p
                                  WHERE p.record_id = NEW.record_id AND p.kind = 'shred' AND p.granted) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$fn$;
DROP TRIGGER destroyed_stays ON registry_record; DROP FUNCTION registry_destroyed_stays();
DROP TRIGGER mark_ends_once ON registry_recordmark; DROP FUNCTION registry_mark_ends_once();
DROP TRIGGER effect_in_order ON registry_recordeffect; DROP FUNCTION registry_effect_in_order();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0020_record_effects"), ("ledger", "0004_watch")]

    operations = [
        grant(
            "registry_recordeffect",
            app="select, insert",
            projector="select",
            deliverer="select",
            auditor="select",
        ),
        grant(
            "registry_recordmark",
            app="select, insert, update",
            projector="select",
            deliverer="select",
            auditor="select",
        ),
        grant("registry_tombstone", app="select, insert", auditor="select"),
        append_only("registry_recordeffect", "registry_tombstone"),
        *(
            row_policy(table, OF_OWN_RECORD, roles="xinheng_app")
            for table in ("registry_recordeffect", "registry_recordmark")
        ),
        *(
            row_policy(table, "true", roles=SEEING_ALL, command="select")
            for table in ("registry_recordeffect", "registry_recordmark")
        ),
        row_policy("registry_recordeffect", "true", roles="xinheng_owner", command="select"),
        migrations.RunSQL(EFFECTS, DROP),
        watch(
            "registry_recordeffect",
            "r.id::text",
            "r.id plain; r.record_id plain; r.effect text; r.public text; r.shared text; r.own text; "
            "r.ground text; r.matter plain; r.number text; r.event plain; r.decided_by plain; r.asked_by plain; "
            "r.at moment; r.lifts plain",
        ),
        watch(
            "registry_recordmark",
            "r.id::text",
            "r.id plain; r.record_id plain; r.mark text; r.matter plain; r.number text; r.since moment; "
            "r.event plain; r.decided_by plain; r.until moment; r.ended_event plain; r.ended_by plain",
        ),
        watch("registry_tombstone", "encode(r.key, 'hex')", "r.key bytes; r.event plain; r.at moment"),
    ]

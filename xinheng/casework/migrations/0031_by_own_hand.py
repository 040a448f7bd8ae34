"""Who takes a step is who acts (亲自办理): the account itself, an officer of the body; a repair names its handler and repairs."""

from django.db import migrations

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"

FUNCTIONS = rf"""
-- An officer of the body in a role of the step; window staff of any body; where the system may, no officer at all. The
-- party's own steps are taken by the account that acts, or by window staff for the account of who stands there.
CREATE OR REPLACE FUNCTION casework_matter_may(who uuid, allowed text[], body uuid) RETURNS boolean LANGUAGE plpgsql STABLE
{SAFE}
BEGIN
    RETURN EXISTS (SELECT FROM access_user u WHERE u.id = who AND u.is_active AND u.roles && allowed
                   AND CASE WHEN 'subject' = ANY (allowed) THEN xinheng_account() IS NOT NULL
                            ELSE u.agency_id = body OR ('window' = ANY (u.roles) AND 'window' = ANY (allowed)) END)
        OR (NOT EXISTS (SELECT FROM access_user u WHERE u.id = who)
            AND ('system' = ANY (allowed) OR ('subject' = ANY (allowed) AND who IS NOT DISTINCT FROM xinheng_account())));
END $fn$;

-- An officer of the deciding body in a role of the step, and the system, which is no officer. The applicant's own steps
-- are taken by the account that acts, or by window staff of whatever body for the account of who stands there.
CREATE OR REPLACE FUNCTION casework_may_repair(who uuid, taken text, body uuid) RETURNS boolean LANGUAGE plpgsql STABLE {SAFE}
BEGIN
    RETURN EXISTS (SELECT FROM access_user u JOIN casework_repairtaker t ON t.roles && u.roles
                   WHERE t.step = taken AND u.id = who AND u.is_active
                     AND CASE WHEN 'subject' = ANY (t.roles) THEN xinheng_account() IS NOT NULL ELSE u.agency_id = body END)
        OR (NOT EXISTS (SELECT FROM access_user u WHERE u.id = who)
            AND EXISTS (SELECT FROM casework_repairtaker t WHERE t.step = taken
                        AND ('system' = ANY (t.roles) OR ('subject' = ANY (t.roles) AND who = xinheng_account()))));
END $fn$;

CREATE OR REPLACE FUNCTION casework_repaircase_by_steps() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    taken casework_repairstep;
    open_columns text[] := ARRAY['state', 'revision', 'handler', 'contact', 'asked', 'decided_on'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'new' OR NEW.revision <> 0 OR NEW.decided_on IS NOT NULL OR NEW.asked IS NOT NULL
           OR NOT EXISTS (SELECT FROM casework_repairapplication a WHERE a.id = NEW.application_id
                          AND (a.subject_id, a.lodged_on) = (NEW.subject_id, NEW.lodged_on)) THEN
            RAISE EXCEPTION 'a repair begins with what was lodged' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO taken FROM casework_repairstep s WHERE s.case_id = NEW.id AND s.seq = NEW.revision;
    IF (to_jsonb(NEW) - open_columns) IS DISTINCT FROM (to_jsonb(OLD) - open_columns)
       OR taken.id IS NULL OR NEW.revision <> OLD.revision + 1
       OR (taken.source, taken.target) IS DISTINCT FROM (OLD.state, NEW.state)
       OR (OLD.asked IS NOT NULL AND NEW.asked IS DISTINCT FROM OLD.asked)
       OR (NEW.asked IS DISTINCT FROM OLD.asked AND taken.step <> 'ask_supplement')
       OR ((NEW.handler, NEW.contact) IS DISTINCT FROM (OLD.handler, OLD.contact)
           AND taken.step NOT IN ('ask_supplement', 'accept'))
       OR NEW.decided_on IS DISTINCT FROM (CASE WHEN taken.step IN ('grant', 'refuse') THEN taken.day
                                                ELSE OLD.decided_on END) THEN
        RAISE EXCEPTION 'a repair changes by a step alone' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state NOT IN ('new', 'lodged', 'withdrawn') AND (NEW.handler IS NULL OR btrim(NEW.contact) = '') THEN
        RAISE EXCEPTION 'a repair names who handles it' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'decided' AND EXISTS (SELECT FROM casework_repairitem i WHERE i.case_id = NEW.id AND i.outcome = '') THEN
        RAISE EXCEPTION 'each record of a repair has its own decision' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;

-- A record is decided once, by the step that does so, as it was proposed last; what was decided stays.
CREATE OR REPLACE FUNCTION casework_repairitem_decided() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    learns text[] := ARRAY['outcome', 'effect', 'decided_on', 'decided_event'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.outcome <> '' OR NOT EXISTS (SELECT FROM casework_repaircase c WHERE c.id = NEW.case_id AND c.state = 'new')
           OR (NEW.record_id IS NOT NULL AND NOT EXISTS (
                 SELECT FROM registry_record r JOIN casework_repaircase c ON c.id = NEW.case_id
                 WHERE r.id = NEW.record_id AND r.state <> 'shredded' AND (r.subject_id, r.agency_id) = (c.subject_id, c.agency_id)))
           OR (NEW.entry_id IS NOT NULL AND NOT EXISTS (
                 SELECT FROM registry_listentry e JOIN casework_repaircase c ON c.id = NEW.case_id
                 WHERE e.id = NEW.entry_id AND (e.subject_id, e.agency_id) = (c.subject_id, c.agency_id))) THEN
            RAISE EXCEPTION 'what is to be repaired comes with the application' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns) OR OLD.outcome <> ''
       OR NOT EXISTS (SELECT FROM casework_repaircase c JOIN casework_repairstep s ON s.case_id = c.id AND s.seq = c.revision + 1
                      WHERE c.id = NEW.case_id AND (s.event, s.day) = (NEW.decided_event, NEW.decided_on)
                        AND (s.step, NEW.outcome) IN (('grant', 'grant'), ('grant_part', 'grant'), ('refuse', 'refuse')))
       OR NOT coalesce((SELECT p.outcome = NEW.outcome AND p.effect IN ('', NEW.effect) FROM casework_repairproposal p
                        WHERE p.item_id = NEW.id ORDER BY p.at DESC, p.id DESC LIMIT 1), false) THEN
        RAISE EXCEPTION 'no record is decided without its step, nor twice' USING ERRCODE = 'check_violation';
    END IF;
    -- What is granted is repaired by then: the record has its effect or is destroyed, the entry has left its list.
    IF NEW.outcome = 'grant'
       AND NOT EXISTS (SELECT FROM registry_recordeffect e WHERE e.lifts IS NULL AND (e.record_id, e.matter, e.ground, e.effect)
                       = (NEW.record_id, NEW.case_id, 'repair', NEW.effect))
       AND NOT EXISTS (SELECT FROM registry_record r WHERE r.id = NEW.record_id AND r.state = 'shredded' AND NEW.effect = 'DELETE')
       AND NOT EXISTS (SELECT FROM registry_listentry e WHERE e.id = NEW.entry_id AND e.state <> 'listed') THEN
        RAISE EXCEPTION 'what is granted is repaired in the same step' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;

-- What was begun may be changed until it is lodged, and is then as it was lodged.
CREATE OR REPLACE FUNCTION casework_repairapplication_stays() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    begun text[] := ARRAY['chosen', 'sealed', 'sealed_commitment', 'number', 'lodged_at', 'lodged_on'];
BEGIN
    IF TG_OP = 'INSERT' AND NEW.number IS NULL THEN RETURN NEW; END IF;
    IF TG_OP = 'INSERT' OR OLD.number IS NOT NULL
       OR NEW.lodged_on IS DISTINCT FROM (NEW.lodged_at AT TIME ZONE 'Asia/Shanghai')::date
       OR (to_jsonb(NEW) - begun) IS DISTINCT FROM (to_jsonb(OLD) - begun) THEN
        RAISE EXCEPTION 'an application stays as it was lodged' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0030_mending_whole"), ("access", "0009_accounts_stay")]

    # Backwards they stay as they are, stricter than before: each goes with the migration that made it.
    operations = [migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop)]

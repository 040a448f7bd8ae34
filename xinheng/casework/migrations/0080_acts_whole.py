"""A plan comes from its case while that is open; what a false promise takes up is its own repair's (承诺、计划的防护)."""

from django.db import migrations

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"
OPEN = "('lodged', 'supplementing', 'accepted', 'verified', 'proposed', 'checked')"

PLANS = rf"""
-- Handed in by the applicant or an officer of the body; verified while nothing is decided.
CREATE FUNCTION casework_repairplan_of_case() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    held casework_repaircase;
BEGIN
    SELECT * INTO held FROM casework_repaircase c WHERE c.id = NEW.case_id;
    IF TG_OP = 'INSERT' AND NOT (casework_may_repair(NEW."by", 'supply', held.agency_id)
        OR (xinheng_account() IS NULL AND EXISTS (
            SELECT FROM access_user u WHERE (u.id, u.agency_id) = (NEW."by", held.agency_id) AND u.is_active
               AND u.roles && ARRAY['clerk', 'checker', 'signer']))) THEN
        RAISE EXCEPTION 'a plan is handed in by its applicant or its body' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.verified IS NULL AND (held.state IN {OPEN}) IS NOT TRUE THEN
        RAISE EXCEPTION 'a plan is verified while nothing is decided' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER of_case BEFORE INSERT OR UPDATE ON casework_repairplan
    FOR EACH ROW EXECUTE FUNCTION casework_repairplan_of_case();
"""

PROMISES = rf"""
-- A day of its own is one that a rule sets: so many months from the decision.
CREATE FUNCTION casework_promise_day_of_law() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM catalog_referencevalue v
                   WHERE v.path LIKE 'repair/editions/%/false\_promise/shown\_months'
                     AND NEW.shown_until = (NEW.decided_on + make_interval(months => (v.value #>> '{{}}')::int))::date) THEN
        RAISE EXCEPTION 'a record is shown for a false promise as long as a rule says' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER day_of_law BEFORE UPDATE ON casework_promisecase FOR EACH ROW
    WHEN (NEW.state = 'entered' AND NEW.shown_until IS NOT NULL) EXECUTE FUNCTION casework_promise_day_of_law();

-- Nothing adverse is carried out on a document that fell or is stayed; of an entry the list's own case asks for its.
CREATE FUNCTION casework_promise_has_document() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF EXISTS (SELECT FROM casework_repairitem i WHERE i.id = NEW.item_id AND i.record_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM registry_record r JOIN registry_instrument d ON d.id = r.instrument_id
         WHERE r.id = i.record_id AND d.effect = 'effective')) THEN
        RAISE EXCEPTION 'a false promise is about a document that has effect' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER has_document BEFORE UPDATE ON casework_promisecase FOR EACH ROW
    WHEN (NEW.state = 'entered' AND OLD.state <> 'entered') EXECUTE FUNCTION casework_promise_has_document();

-- What is taken up is what that very repair had put there, and the day is the case's: a later repair is not touched.
CREATE FUNCTION casework_promise_takes_its_own() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_promisecase p JOIN casework_repairitem i ON i.id = p.item_id
                   WHERE p.id = NEW.matter AND CASE TG_TABLE_NAME
                       WHEN 'registry_recordshown' THEN p.shown_until = (to_jsonb(NEW) ->> 'until')::date
                       ELSE EXISTS (SELECT FROM registry_recordeffect e
                                    WHERE e.id = (to_jsonb(NEW) ->> 'lifts')::uuid AND e.matter = i.case_id) END) THEN
        RAISE EXCEPTION 'a false promise takes up its own repair alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER own_repair AFTER INSERT ON registry_recordshown DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_promise_takes_its_own();
CREATE CONSTRAINT TRIGGER own_repair AFTER INSERT ON registry_recordeffect DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.ground = 'false_promise') EXECUTE FUNCTION casework_promise_takes_its_own();
REVOKE EXECUTE ON FUNCTION casework_promise_takes_its_own() FROM PUBLIC;
"""
DROP = """
DROP TRIGGER own_repair ON registry_recordeffect; DROP TRIGGER own_repair ON registry_recordshown;
DROP FUNCTION casework_promise_takes_its_own();
DROP TRIGGER has_document ON casework_promisecase; DROP FUNCTION casework_promise_has_document();
DROP TRIGGER day_of_law ON casework_promisecase; DROP FUNCTION casework_promise_day_of_law();
DROP TRIGGER of_case ON casework_repairplan; DROP FUNCTION casework_repairplan_of_case();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0071_clocks_of_promises"),
        ("registry", "0060_lifts_whole"),
    ]

    operations = [migrations.RunSQL(PLANS + PROMISES, DROP)]

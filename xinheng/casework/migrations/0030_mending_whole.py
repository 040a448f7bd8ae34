"""A step of a revocation or correction comes with what the law asks for it, and the shield stands in fact (步骤齐备)."""

from django.db import migrations

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"

REVOCATION = rf"""
-- On a document of the body itself; what says so is written first, what rests on it with the step that looked.
CREATE FUNCTION casework_revocation_begins() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF btrim(NEW.statement) = '' OR NOT EXISTS (
        SELECT FROM registry_instrument i WHERE (i.id, i.agency_id) = (NEW.instrument_id, NEW.agency_id)) THEN
        RAISE EXCEPTION 'a revocation is of an own document, with its reason' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER revocation_begins BEFORE INSERT ON casework_revocation
    FOR EACH ROW EXECUTE FUNCTION casework_revocation_begins();

CREATE FUNCTION casework_revocation_whole() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    now_has text := (SELECT i.effect FROM registry_instrument i JOIN casework_revocation r ON r.instrument_id = i.id
                     WHERE r.id = NEW.revocation_id);
BEGIN
    IF (NEW.step = 'open' AND NOT EXISTS (
            SELECT FROM casework_revocationproof p WHERE (p.revocation_id, p."by") = (NEW.revocation_id, NEW.actor)
               AND (p.effect <> 'effective' OR p.varied)))
       OR (NEW.step = 'fall' AND now_has IN ('effective', 'stayed'))
       OR (NEW.step = 'suspend' AND now_has <> 'stayed')
       OR (NEW.step IN ('resume', 'vary') AND now_has <> 'effective')
       OR (NEW.step IN ('review', 'keep', 'resume', 'let_fall') AND btrim(NEW.reason) = '') THEN
        RAISE EXCEPTION 'a step of a revocation without what it rests on' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER step_whole BEFORE INSERT ON casework_revocationstep
    FOR EACH ROW EXECUTE FUNCTION casework_revocation_whole();

CREATE FUNCTION casework_fate_of_step() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_revocation r JOIN casework_revocationstep s ON s.revocation_id = r.id
                   WHERE r.id = NEW.revocation_id AND s.seq = NEW.seq AND NEW.seq = r.revision + 1) THEN
        RAISE EXCEPTION 'what becomes of a thing comes with its step' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER fate_of_step BEFORE INSERT ON casework_revocationfate
    FOR EACH ROW EXECUTE FUNCTION casework_fate_of_step();

CREATE FUNCTION casework_proof_in_its_time() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NEW.decided_on > (NEW.at AT TIME ZONE 'Asia/Shanghai')::date OR NOT EXISTS (
        SELECT FROM casework_revocation r WHERE r.id = NEW.revocation_id AND r.state IN ('new', 'suspended')
           AND casework_matter_may(NEW."by", ARRAY['clerk'], r.agency_id)) THEN
        RAISE EXCEPTION 'a proof comes before what it proves' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER proof_in_its_time BEFORE INSERT ON casework_revocationproof
    FOR EACH ROW EXECUTE FUNCTION casework_proof_in_its_time();
"""

CORRECTION = rf"""
CREATE FUNCTION casework_correction_begins() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NEW.frozen OR NEW.mistaken IS NOT NULL OR NEW.proposal IS NOT NULL OR NEW.decided_on IS NOT NULL OR NOT EXISTS (
        SELECT FROM registry_record r
         WHERE (r.id, r.subject_id, r.agency_id) = (NEW.record_id, NEW.subject_id, NEW.agency_id)) THEN
        RAISE EXCEPTION 'a correction is of an own record, and decides nothing yet' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER correction_begins BEFORE INSERT ON casework_correction
    FOR EACH ROW EXECUTE FUNCTION casework_correction_begins();

CREATE FUNCTION casework_correction_learns() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    taken casework_correctionstep;
BEGIN
    SELECT * INTO taken FROM casework_correctionstep s WHERE s.correction_id = NEW.id AND s.seq = NEW.revision;
    IF NEW.frozen <> (CASE WHEN taken.step = 'freeze' THEN NEW.not_me WHEN taken.step IN ('unfreeze', 'withdraw') THEN false
                      ELSE OLD.frozen END)
       OR (taken.step <> 'propose' AND (NEW.mistaken, NEW.proposal) IS DISTINCT FROM (OLD.mistaken, OLD.proposal))
       OR NEW.decided_on IS DISTINCT FROM (CASE taken.step WHEN 'decide' THEN taken.day ELSE OLD.decided_on END) THEN
        RAISE EXCEPTION 'a correction learns each thing by its own step' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER correction_learns BEFORE UPDATE ON casework_correction
    FOR EACH ROW EXECUTE FUNCTION casework_correction_learns();

-- A way of service shows all that it asks for, on a day that has come.
CREATE FUNCTION casework_reached(way text, shows text[], since date, today date) RETURNS boolean LANGUAGE plpgsql STABLE
{SAFE}
BEGIN
    RETURN coalesce(since + coalesce((SELECT (v.value #>> '{{}}')::int FROM catalog_referencevalue v
                                      WHERE v.path = 'service/ways/' || way || '/delay/n'), 0) <= today, false)
       AND EXISTS (SELECT FROM catalog_referencevalue v WHERE v.path = 'service/ways/' || way || '/proof'
                   AND NOT EXISTS (SELECT FROM jsonb_array_elements_text(v.value) AS e(proof) WHERE e.proof <> ALL (shows)));
END $fn$;

-- The party alone lodges and takes back; a decision has its paper, all was looked at, and it is carried out when served.
CREATE FUNCTION casework_correction_whole() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    c casework_correction;
BEGIN
    SELECT * INTO c FROM casework_correction WHERE id = NEW.correction_id;
    IF NEW.step IN ('lodge', 'withdraw') AND xinheng_own() IS DISTINCT FROM c.subject_id THEN
        RAISE EXCEPTION 'the party alone lodges and takes back' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step = 'decide' AND (NOT NEW.says @> ARRAY['party', 'fields', 'reasons', 'rights', 'deadlines',
                                                      'reconsideration_body', 'court']
        OR NOT EXISTS (SELECT FROM documents_issueddocument d WHERE (d.id, d.number, d.kind, d.subject, d.agency)
                       = (NEW.document, NEW.paper, 'correction_decision', c.subject_id, c.agency_id))) THEN
        RAISE EXCEPTION 'a correction is decided by a paper' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step = 'decide' AND ((c.not_me AND c.mistaken IS NULL) OR (c.mistaken AND EXISTS (
        SELECT FROM casework_correctionsibling s WHERE s.correction_id = c.id AND s.seen_by IS NULL))) THEN
        RAISE EXCEPTION 'who it is, and who else, is found before it is decided' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step IN ('unfreeze', 'complete')
       AND NOT (NEW."on" >= c.decided_on AND casework_reached(NEW.way, NEW.shows, NEW."on", NEW.day)) IS TRUE
       AND NOT EXISTS (SELECT FROM casework_correctionstep s WHERE s.correction_id = c.id AND s."on" >= c.decided_on
                       AND casework_reached(s.way, s.shows, s."on", NEW.day)) THEN
        RAISE EXCEPTION 'a decision is carried out when it was served' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER step_whole BEFORE INSERT ON casework_correctionstep
    FOR EACH ROW EXECUTE FUNCTION casework_correction_whole();

CREATE FUNCTION casework_sibling_looked_at() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF (TG_OP = 'INSERT' AND (NEW.seen_by IS NOT NULL OR NOT EXISTS (
            SELECT FROM casework_correction c JOIN casework_correctionstep s ON s.correction_id = c.id AND s.seq = c.revision
             WHERE c.id = NEW.correction_id AND s.step = 'freeze')))
       OR (TG_OP = 'UPDATE' AND NOT EXISTS (
            SELECT FROM casework_correction c WHERE c.id = NEW.correction_id
               AND casework_matter_may(NEW.seen_by, ARRAY['clerk', 'checker'], c.agency_id))) THEN
        RAISE EXCEPTION 'a sibling is found with the shield and looked at by an officer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER looked_at BEFORE INSERT OR UPDATE ON casework_correctionsibling
    FOR EACH ROW EXECUTE FUNCTION casework_sibling_looked_at();
"""

# The columns above are only said to be so; what is seen outside are the mark and the effect themselves.
STANDS = rf"""
CREATE FUNCTION casework_correction_stands(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER {SAFE}
BEGIN
    RETURN NOT EXISTS (SELECT FROM casework_correction c WHERE c.id = which
        AND NOT EXISTS (SELECT FROM registry_recordeffect e WHERE e.record_id = c.record_id AND e.effect = 'DELETE')
        AND ((c.state IN ('lodged', 'asked', 'answered', 'proposed', 'decided') AND NOT EXISTS (
                SELECT FROM registry_recordmark m WHERE (m.record_id, m.mark, m.matter) = (c.record_id, 'disputed', c.id)
                   AND m.until IS NULL))
             OR (c.frozen AND NOT EXISTS (
                SELECT FROM registry_recordeffect e WHERE (e.record_id, e.effect, e.matter) = (c.record_id, 'WITHHOLD', c.id)
                   AND e.lifts IS NULL AND NOT EXISTS (SELECT FROM registry_recordeffect l WHERE l.lifts = e.id)))));
END $fn$;

CREATE FUNCTION casework_correction_shown() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
DECLARE
    which uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
BEGIN
    IF TG_TABLE_NAME = 'registry_recordeffect' THEN
        which := (SELECT e.matter FROM registry_recordeffect e WHERE e.id = (to_jsonb(NEW) ->> 'lifts')::uuid);
        IF EXISTS (SELECT FROM casework_correction c WHERE c.id = which AND c.frozen) THEN
            RAISE EXCEPTION 'the shield of a correction stands' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NOT casework_correction_stands(which) THEN
        RAISE EXCEPTION 'a correction under way is marked, and shielded where it is frozen' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER shown AFTER INSERT OR UPDATE ON casework_correction DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_correction_shown('id');
CREATE CONSTRAINT TRIGGER correction_shown AFTER UPDATE ON registry_recordmark DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.mark = 'disputed') EXECUTE FUNCTION casework_correction_shown('matter');
CREATE CONSTRAINT TRIGGER correction_shown AFTER INSERT ON registry_recordeffect DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.lifts IS NOT NULL) EXECUTE FUNCTION casework_correction_shown('matter');
REVOKE EXECUTE ON FUNCTION casework_correction_shown(), casework_correction_stands(uuid) FROM PUBLIC;
"""
DROP = """
DROP TRIGGER correction_shown ON registry_recordeffect; DROP TRIGGER correction_shown ON registry_recordmark;
DROP TRIGGER shown ON casework_correction;
DROP FUNCTION casework_correction_shown(); DROP FUNCTION casework_correction_stands(uuid);
DROP TRIGGER looked_at ON casework_correctionsibling; DROP FUNCTION casework_sibling_looked_at();
DROP TRIGGER step_whole ON casework_correctionstep; DROP FUNCTION casework_correction_whole();
DROP FUNCTION casework_reached(text, text[], date, date);
DROP TRIGGER correction_learns ON casework_correction; DROP FUNCTION casework_correction_learns();
DROP TRIGGER correction_begins ON casework_correction; DROP FUNCTION casework_correction_begins();
DROP TRIGGER proof_in_its_time ON casework_revocationproof; DROP FUNCTION casework_proof_in_its_time();
DROP TRIGGER fate_of_step ON casework_revocationfate; DROP FUNCTION casework_fate_of_step();
DROP TRIGGER step_whole ON casework_revocationstep; DROP FUNCTION casework_revocation_whole();
DROP TRIGGER revocation_begins ON casework_revocation; DROP FUNCTION casework_revocation_begins();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0023_repairs_whole"),
        ("registry", "0032_decisions_told"),
        ("access", "0008_own_file"),
        ("documents", "0002_guards"),
    ]

    operations = [migrations.RunSQL(REVOCATION + CORRECTION + STANDS, DROP)]

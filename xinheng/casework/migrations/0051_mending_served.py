"""Every decision is served, what is told is due, and a correction that was taken back shields nothing (送达、告知、解除)."""

from django.db import migrations

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"
DECISIONS = "('repair_decision', 'repair_refusal_decision')"
LATEST_SERVED = f"""    IF NEW.step = 'serve' AND NOT EXISTS (
        SELECT FROM casework_repairservice v WHERE v.served_on <= NEW.day AND v.paper_id = (
            SELECT p.id FROM casework_repairpaper p JOIN casework_repairstep s ON s.id = p.step_id
            WHERE p.case_id = NEW.case_id AND p.kind IN {DECISIONS} ORDER BY s.seq DESC LIMIT 1)) THEN
"""
ALL_SERVED = f"""    IF NEW.step = 'serve' AND EXISTS (
        SELECT FROM casework_repairpaper p WHERE p.case_id = NEW.case_id AND p.kind IN {DECISIONS}
           AND NOT EXISTS (SELECT FROM casework_repairservice v WHERE v.paper_id = p.id AND v.served_on <= NEW.day)) THEN
"""
STEP = r"""
CREATE OR REPLACE FUNCTION casework_repairstep_whole() RETURNS trigger LANGUAGE plpgsql @SAFE@
BEGIN
    IF NOT EXISTS (SELECT FROM casework_repairitem i WHERE i.case_id = NEW.case_id) THEN
        RAISE EXCEPTION 'a repair is of something' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step IN ('verify', 'propose', 'grant', 'grant_part', 'check', 'refuse')
       AND EXISTS (SELECT FROM casework_repairitem i WHERE i.case_id = NEW.case_id
                   AND NOT EXISTS (SELECT FROM casework_repairfinding f WHERE f.item_id = i.id)) THEN
        RAISE EXCEPTION 'each record of a repair is verified first' USING ERRCODE = 'check_violation';
    END IF;
    -- A proposal to refuse has a ground, what it rests on, and what was written of it under the party's key.
    IF NEW.step IN ('propose', 'grant', 'grant_part', 'check', 'refuse')
       AND EXISTS (SELECT FROM casework_repairitem i LEFT JOIN LATERAL (
                       SELECT * FROM casework_repairproposal p WHERE p.item_id = i.id ORDER BY p.at DESC, p.id DESC LIMIT 1
                   ) p ON true
                   WHERE i.case_id = NEW.case_id AND i.outcome = ''
                     AND (p.id IS NULL OR (p.outcome = 'refuse'
                          AND (p.ground = '' OR p.clauses = '{}' OR p.sealed IS NULL)))) THEN
        RAISE EXCEPTION 'each record of a repair is proposed on grounds' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step IN ('grant', 'grant_part', 'check', 'refuse')
       AND (EXISTS (SELECT FROM casework_repairfinding f JOIN casework_repairitem i ON i.id = f.item_id
                    WHERE i.case_id = NEW.case_id AND f."by" = NEW.actor)
            OR EXISTS (SELECT FROM casework_repairproposal p JOIN casework_repairitem i ON i.id = p.item_id
                       WHERE i.case_id = NEW.case_id AND p."by" = NEW.actor)) THEN
        RAISE EXCEPTION 'who found or proposed decides nothing' USING ERRCODE = 'check_violation';
    END IF;
@SERVED@        RAISE EXCEPTION 'a decision on a repair is served with proof' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
"""

# A withdrawn correction finds nothing more, and what it had shielded at whichever body is free by the commit.
FREED = """
    AND NOT EXISTS (SELECT FROM casework_correction c JOIN registry_recordeffect e ON e.matter = c.id
                    JOIN registry_record r ON r.id = e.record_id
        WHERE c.id = which AND c.state = 'withdrawn' AND e.effect = 'WITHHOLD' AND e.lifts IS NULL AND r.state <> 'shredded'
          AND NOT EXISTS (SELECT FROM registry_recordeffect l WHERE l.lifts = e.id))"""
SIBLING = r"""
CREATE OR REPLACE FUNCTION casework_sibling_looked_at() RETURNS trigger LANGUAGE plpgsql @SAFE@
BEGIN
    IF (TG_OP = 'INSERT' AND (NEW.seen_by IS NOT NULL OR NOT EXISTS (
            SELECT FROM casework_correction c JOIN casework_correctionstep s ON s.correction_id = c.id AND s.seq = c.revision
             WHERE c.id = NEW.correction_id AND s.step = 'freeze')))
       OR (TG_OP = 'UPDATE' AND NOT EXISTS (
            SELECT FROM casework_correction c WHERE c.id = NEW.correction_id@OPEN@
               AND casework_matter_may(NEW.seen_by, ARRAY['clerk', 'checker'], c.agency_id))) THEN
        RAISE EXCEPTION 'a sibling is found with the shield and looked at by an officer' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE OR REPLACE FUNCTION casework_correction_stands(which uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER @SAFE@
BEGIN
    RETURN NOT EXISTS (SELECT FROM casework_correction c WHERE c.id = which
        AND NOT EXISTS (SELECT FROM registry_recordeffect e WHERE e.record_id = c.record_id AND e.effect = 'DELETE')
        AND ((c.state IN ('lodged', 'asked', 'answered', 'proposed', 'decided') AND NOT EXISTS (
                SELECT FROM registry_recordmark m WHERE (m.record_id, m.mark, m.matter) = (c.record_id, 'disputed', c.id)
                   AND m.until IS NULL))
             OR (c.frozen AND NOT EXISTS (
                SELECT FROM registry_recordeffect e WHERE (e.record_id, e.effect, e.matter) = (c.record_id, 'WITHHOLD', c.id)
                   AND e.lifts IS NULL AND NOT EXISTS (SELECT FROM registry_recordeffect l WHERE l.lifts = e.id)))))@FREED@;
END $fn$;
"""

# What is told to a subject: of its own, adverse, due, and not asked for.
TOLD = rf"""
CREATE FUNCTION casework_repairtold_due() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NEW.opens_on > NEW.day OR NEW.day <> (NEW.at AT TIME ZONE 'Asia/Shanghai')::date
       OR (NEW.record_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM registry_record r WHERE (r.id, r.subject_id) = (NEW.record_id, NEW.subject_id)
               AND r.adverse AND r.state = 'live' AND r.decided_on <= NEW.opens_on))
       OR (NEW.entry_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM registry_listentry e WHERE (e.id, e.subject_id) = (NEW.entry_id, NEW.subject_id)
               AND e.state = 'listed' AND e.decided_on <= NEW.opens_on))
       OR EXISTS (SELECT FROM casework_repairitem i JOIN casework_repaircase c ON c.id = i.case_id
                  WHERE c.state <> 'withdrawn' AND (i.record_id = NEW.record_id OR i.entry_id = NEW.entry_id)) THEN
        RAISE EXCEPTION 'a subject is told of its own that may be repaired from now on' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER told_due BEFORE INSERT ON casework_repairtold
    FOR EACH ROW EXECUTE FUNCTION casework_repairtold_due();

CREATE FUNCTION casework_repairtold_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_event e WHERE (e.id, e.kind, e.at) = (NEW.event, 'repair.told', NEW.at)) THEN
        RAISE EXCEPTION 'what is told is told by its event' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER told_told AFTER INSERT ON casework_repairtold DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_repairtold_told();
REVOKE EXECUTE ON FUNCTION casework_repairtold_told() FROM PUBLIC;
"""
UNTOLD = """
DROP TRIGGER told_told ON casework_repairtold; DROP FUNCTION casework_repairtold_told();
DROP TRIGGER told_due ON casework_repairtold; DROP FUNCTION casework_repairtold_due();
"""


def _said(text: str, **words: str) -> str:
    for name, said in {"SAFE": SAFE, **words}.items():
        text = text.replace(f"@{name}@", said)
    return text


class Migration(migrations.Migration):
    dependencies = [("casework", "0050_proofs_of_service")]

    operations = [
        migrations.RunSQL(_said(STEP, SERVED=ALL_SERVED), _said(STEP, SERVED=LATEST_SERVED)),
        migrations.RunSQL(
            _said(SIBLING, OPEN=" AND c.state <> 'withdrawn'", FREED=FREED), _said(SIBLING, OPEN="", FREED="")
        ),
        migrations.RunSQL(TOLD, UNTOLD),
    ]

"""Nothing of a repair is left out: findings, grounds, papers, proofs, and no effect without its decision (修复的完整)."""

from django.db import migrations, models

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"
# What the decisions have to say, as reference/repair.yaml has it: a test holds the two together.
SAYS = {
    "grant": "party,records,decision,basis,effect",
    "grant_part": "party,records,decision,basis,effect",
    "refuse": "party,records,facts,basis,decision,reasons,next,rights,deadlines,reconsideration_body,court",
}
TOLD = "".join(
    f"UPDATE casework_repairtaker SET says = '{{{said}}}' WHERE step = '{step}';\n"
    for step, said in SAYS.items()
)
OPEN = "('lodged', 'supplementing', 'accepted', 'verified', 'proposed', 'checked')"
DECISIONS = "('repair_decision', 'repair_refusal_decision')"

OF_FOUR = models.Q(effect__in=["", "END_SHARING_AND_PUBLICATION", "ANNOTATE", "WITHHOLD", "DELETE"])

WHOLE = rf"""
ALTER TABLE casework_repairtaker ADD COLUMN says text[] NOT NULL DEFAULT '{{}}';
{TOLD}
CREATE FUNCTION casework_repairstep_whole() RETURNS trigger LANGUAGE plpgsql {SAFE}
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
                          AND (p.ground = '' OR p.clauses = '{{}}' OR p.sealed IS NULL)))) THEN
        RAISE EXCEPTION 'each record of a repair is proposed on grounds' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step IN ('grant', 'grant_part', 'check', 'refuse')
       AND (EXISTS (SELECT FROM casework_repairfinding f JOIN casework_repairitem i ON i.id = f.item_id
                    WHERE i.case_id = NEW.case_id AND f."by" = NEW.actor)
            OR EXISTS (SELECT FROM casework_repairproposal p JOIN casework_repairitem i ON i.id = p.item_id
                       WHERE i.case_id = NEW.case_id AND p."by" = NEW.actor)) THEN
        RAISE EXCEPTION 'who found or proposed decides nothing' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step = 'serve' AND NOT EXISTS (
        SELECT FROM casework_repairservice v WHERE v.served_on <= NEW.day AND v.paper_id = (
            SELECT p.id FROM casework_repairpaper p JOIN casework_repairstep s ON s.id = p.step_id
            WHERE p.case_id = NEW.case_id AND p.kind IN {DECISIONS} ORDER BY s.seq DESC LIMIT 1)) THEN
        RAISE EXCEPTION 'a decision on a repair is served with proof' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER step_whole BEFORE INSERT ON casework_repairstep
    FOR EACH ROW EXECUTE FUNCTION casework_repairstep_whole();

CREATE FUNCTION casework_repairservice_of_paper() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_repairpaper p JOIN casework_repaircase c ON c.id = p.case_id
                   WHERE p.id = NEW.paper_id AND p.party = NEW.party AND p.kind IN {DECISIONS}
                     AND c.state = 'decided' AND NEW."on" >= p.issued_on AND NEW.served_on >= NEW."on"
                     AND casework_may_repair(NEW."by", 'serve', c.agency_id)) THEN
        RAISE EXCEPTION 'a proof is of a decision that waits for it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER service_of_paper BEFORE INSERT ON casework_repairservice
    FOR EACH ROW EXECUTE FUNCTION casework_repairservice_of_paper();

-- What is handed in comes before the lodging for all bodies, and afterwards for one of them while nothing is decided.
CREATE FUNCTION casework_repairmaterial_in_time() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_repairapplication a WHERE a.id = NEW.application_id
                   AND ((NEW.case_id IS NULL AND a.number IS NULL)
                        OR EXISTS (SELECT FROM casework_repaircase c WHERE c.id = NEW.case_id
                                   AND c.application_id = a.id AND c.state IN {OPEN}))) THEN
        RAISE EXCEPTION 'a material comes while it can be looked at' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER material_in_time BEFORE INSERT ON casework_repairmaterial
    FOR EACH ROW EXECUTE FUNCTION casework_repairmaterial_in_time();

-- At its commit a step has made its paper, which says what it has to, and a decision has decided something.
CREATE FUNCTION casework_repairstep_done() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF EXISTS (SELECT FROM casework_repairtaker k WHERE k.step = NEW.step AND k.document <> ''
               AND NOT EXISTS (SELECT FROM casework_repairpaper p WHERE p.step_id = NEW.id AND p.says @> k.says)) THEN
        RAISE EXCEPTION 'a step of a repair without its paper' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step IN ('grant_part', 'refuse')
       AND NOT EXISTS (SELECT FROM casework_repairitem i WHERE (i.case_id, i.decided_event) = (NEW.case_id, NEW.event)) THEN
        RAISE EXCEPTION 'a decision on a repair decides something' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER step_done AFTER INSERT ON casework_repairstep DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_repairstep_done();
REVOKE EXECUTE ON FUNCTION casework_repairstep_done() FROM PUBLIC;

-- Nothing is repaired that nobody granted: by the commit the record has its decision, with this effect.
CREATE FUNCTION casework_repaired_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_repairitem i
                   WHERE (i.case_id, i.record_id, i.outcome, i.effect) = (NEW.matter, NEW.record_id, 'grant', NEW.effect)) THEN
        RAISE EXCEPTION 'a record is repaired by a decision alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER repaired_by_decision AFTER INSERT ON registry_recordeffect DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.ground = 'repair' AND NEW.lifts IS NULL)
    EXECUTE FUNCTION casework_repaired_by_decision();
REVOKE EXECUTE ON FUNCTION casework_repaired_by_decision() FROM PUBLIC;
"""
DROP = """
DROP TRIGGER repaired_by_decision ON registry_recordeffect; DROP FUNCTION casework_repaired_by_decision();
DROP TRIGGER step_done ON casework_repairstep; DROP FUNCTION casework_repairstep_done();
DROP TRIGGER material_in_time ON casework_repairmaterial; DROP FUNCTION casework_repairmaterial_in_time();
DROP TRIGGER service_of_paper ON casework_repairservice; DROP FUNCTION casework_repairservice_of_paper();
DROP TRIGGER step_whole ON casework_repairstep; DROP FUNCTION casework_repairstep_whole();
ALTER TABLE casework_repairtaker DROP COLUMN says;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0022_repairs_watch"), ("registry", "0021_record_effects_guards")]

    operations = [
        *(
            migrations.AddConstraint(
                table, models.CheckConstraint(condition=OF_FOUR, name=f"{table}_effect_is_of_four")
            )
            for table in ("repairitem", "repairproposal")
        ),
        migrations.RunSQL(WHOLE, DROP),
        # The functions that look at a commit, when nobody acts any more, look as the owner.
        *(
            migrations.RunSQL(
                f"CREATE POLICY select_owner ON {table} FOR SELECT TO xinheng_owner USING (true)",
                f"DROP POLICY select_owner ON {table}",
            )
            for table in ("casework_repairitem", "casework_repairpaper")
        ),
    ]

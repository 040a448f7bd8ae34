"""A repair goes by its steps alone; a grant takes two persons, a refusal three; nothing decided is undone (修复的防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"
OWN = "subject_id = (SELECT xinheng_own())"
NOBODY_S = "(SELECT xinheng_account()) IS NULL"
CASES = f"agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city()) OR {OWN}"
APPLICATIONS = (
    f"{OWN} OR (SELECT xinheng_whole_city())"
    " OR EXISTS (SELECT FROM casework_repaircase c WHERE c.application_id = casework_repairapplication.id)"
)
OF_CASE = "EXISTS (SELECT FROM casework_repaircase c WHERE c.id = case_id)"
OF_ITEM = "EXISTS (SELECT FROM casework_repairitem i WHERE i.id = item_id)"
OF_PAPER = "EXISTS (SELECT FROM casework_repairpaper p WHERE p.id = paper_id)"
# A file handed in for one body is that body's, whatever it was begun with is of all.
OF_APPLICATION = (
    "EXISTS (SELECT FROM casework_repairapplication a WHERE a.id = application_id)"
    f" AND (case_id IS NULL OR {OF_CASE})"
)
TOLD = f"{OWN} OR (SELECT xinheng_whole_city())"
RULES = {
    "casework_repaircase": CASES,
    "casework_repairapplication": APPLICATIONS,
    "casework_repairitem": OF_CASE,
    "casework_repairstep": OF_CASE,
    "casework_repairpaper": OF_CASE,
    "casework_repairclock": OF_CASE,
    "casework_repairfinding": OF_ITEM,
    "casework_repairproposal": OF_ITEM,
    "casework_repairservice": OF_PAPER,
    "casework_repairmaterial": OF_APPLICATION,
    "casework_repairtold": TOLD,
}
KEPT = (
    "casework_repairstep", "casework_repairpaper", "casework_repairfinding", "casework_repairproposal",
    "casework_repairservice", "casework_repairmaterial", "casework_repairtold",
)  # fmt: skip
CHANGED = (
    "casework_repairapplication", "casework_repaircase", "casework_repairitem", "casework_repairclock",
)  # fmt: skip

# The table of xinheng/law/procedures/repair.py: a test holds the two together.
OPEN = ("lodged", "supplementing", "accepted", "verified", "proposed", "checked")
WAYS = """
lodge new lodged
ask_supplement lodged supplementing
accept lodged accepted | accept supplementing accepted
verify accepted verified
lift_temporarily accepted accepted | lift_temporarily verified verified
lift_temporarily proposed proposed | lift_temporarily checked checked
propose verified proposed
grant proposed decided
grant_part proposed proposed | grant_part checked checked
check proposed checked
return proposed verified | return checked verified
refuse checked decided
serve decided served
complete served done
"""
STEPS_OF = """
lodge subject window / repair_receipt
ask_supplement clerk window / supplement_notice
supply subject window
accept clerk
verify clerk
lift_temporarily checker signer
propose clerk
grant checker signer / repair_decision
grant_part checker signer / repair_decision
check checker
return checker signer
refuse signer / repair_refusal_decision
serve clerk window / proof_of_service
complete system clerk
withdraw subject window
"""
ROWS = ", ".join(
    [
        "('{}', '{}', '{}')".format(*way.split())
        for line in WAYS.strip().splitlines()
        for way in line.split("|")
    ]
    + [f"('supply', '{state}', '{state}'), ('withdraw', '{state}', 'withdrawn')" for state in OPEN]
)
TAKERS = ", ".join(
    "('{}', '{{{}}}', '{}')".format(step, ",".join(roles), paper.strip())
    for said, _, paper in (line.partition("/") for line in STEPS_OF.strip().splitlines())
    for step, *roles in [said.split()]
)
WAY = f"""
CREATE TABLE casework_repairway (
    step text NOT NULL, source text NOT NULL, target text NOT NULL, PRIMARY KEY (step, source, target)
);
INSERT INTO casework_repairway VALUES {ROWS};
CREATE TABLE casework_repairtaker (step text PRIMARY KEY, roles text[] NOT NULL, document text NOT NULL);
INSERT INTO casework_repairtaker VALUES {TAKERS};
"""

STEPS = rf"""
-- An officer of the deciding body in a role of the step; window staff of whatever body for who stands there; the
-- applicant's account and the system, which are no officers.
CREATE FUNCTION casework_may_repair(who uuid, taken text, body uuid) RETURNS boolean LANGUAGE plpgsql STABLE {SAFE}
BEGIN
    RETURN EXISTS (SELECT FROM access_user u JOIN casework_repairtaker t ON t.roles && u.roles
                   WHERE t.step = taken AND u.id = who AND u.is_active
                     AND (u.agency_id = body
                          OR ('window' = ANY (u.roles) AND t.roles @> ARRAY['subject', 'window'])))
        OR (NOT EXISTS (SELECT FROM access_user u WHERE u.id = who)
            AND EXISTS (SELECT FROM casework_repairtaker t WHERE t.step = taken
                        AND t.roles && ARRAY['system', 'subject']));
END $fn$;

CREATE FUNCTION casework_repair_took(which uuid, who uuid, VARIADIC taken text[]) RETURNS boolean
LANGUAGE plpgsql STABLE {SAFE}
BEGIN
    RETURN EXISTS (SELECT FROM casework_repairstep s WHERE s.case_id = which AND s.actor = who AND s.step = ANY (taken));
END $fn$;

CREATE FUNCTION casework_repairstep_in_order() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    found casework_repaircase;
BEGIN
    SELECT * INTO found FROM casework_repaircase WHERE id = NEW.case_id FOR UPDATE;
    IF found.id IS NULL OR NEW.seq <> found.revision + 1 OR NEW.source <> found.state
       OR NOT casework_may_repair(NEW.actor, NEW.step, found.agency_id)
       OR NEW.day <> (NEW.at AT TIME ZONE 'Asia/Shanghai')::date
       OR EXISTS (SELECT FROM casework_repairstep s WHERE s.case_id = NEW.case_id AND s.at > NEW.at)
       OR NOT EXISTS (SELECT FROM casework_repairway w
                      WHERE (w.step, w.source, w.target) = (NEW.step, NEW.source, NEW.target)) THEN
        RAISE EXCEPTION 'no such step of a repair from here' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step IN ('grant', 'grant_part', 'check', 'refuse')
       AND casework_repair_took(NEW.case_id, NEW.actor, 'verify', 'propose') THEN
        RAISE EXCEPTION 'a decision on a repair takes another person' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step = 'refuse' AND (casework_repair_took(NEW.case_id, NEW.actor, 'check')
        OR NOT EXISTS (SELECT FROM casework_repairstep s WHERE s.case_id = NEW.case_id AND s.step = 'check')) THEN
        RAISE EXCEPTION 'a refusal of repair takes a third person' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER step_in_order BEFORE INSERT ON casework_repairstep
    FOR EACH ROW EXECUTE FUNCTION casework_repairstep_in_order();

CREATE FUNCTION casework_repaircase_by_steps() RETURNS trigger LANGUAGE plpgsql {SAFE}
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
       OR NEW.decided_on IS DISTINCT FROM (CASE WHEN taken.step IN ('grant', 'refuse') THEN taken.day
                                                ELSE OLD.decided_on END) THEN
        RAISE EXCEPTION 'a repair changes by a step alone' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'decided' AND EXISTS (SELECT FROM casework_repairitem i WHERE i.case_id = NEW.id AND i.outcome = '') THEN
        RAISE EXCEPTION 'each record of a repair has its own decision' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER case_by_steps BEFORE INSERT OR UPDATE ON casework_repaircase
    FOR EACH ROW EXECUTE FUNCTION casework_repaircase_by_steps();

-- A record is decided once, by the step that does so, as it was proposed last; what was decided stays.
CREATE FUNCTION casework_repairitem_decided() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    learns text[] := ARRAY['outcome', 'effect', 'decided_on', 'decided_event'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.outcome <> '' OR NOT EXISTS (SELECT FROM casework_repaircase c WHERE c.id = NEW.case_id AND c.state = 'new')
           OR (NEW.record_id IS NOT NULL AND NOT EXISTS (
                 SELECT FROM registry_record r JOIN casework_repaircase c ON c.id = NEW.case_id
                 WHERE r.id = NEW.record_id AND (r.subject_id, r.agency_id) = (c.subject_id, c.agency_id)))
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
       OR (SELECT p.outcome FROM casework_repairproposal p WHERE p.item_id = NEW.id ORDER BY p.at DESC, p.id DESC LIMIT 1)
          IS DISTINCT FROM NEW.outcome THEN
        RAISE EXCEPTION 'no record is decided without its step, nor twice' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER item_decided BEFORE INSERT OR UPDATE ON casework_repairitem
    FOR EACH ROW EXECUTE FUNCTION casework_repairitem_decided();

-- Findings are written while a case is verified, proposals while it is proposed: neither after the fact.
CREATE FUNCTION casework_repair_in_its_time() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_repairitem i JOIN casework_repaircase c ON c.id = i.case_id
                   WHERE i.id = NEW.item_id AND i.outcome = '' AND c.state = TG_ARGV[0]
                     AND casework_may_repair((to_jsonb(NEW) ->> 'by')::uuid, TG_ARGV[1], c.agency_id)) THEN
        RAISE EXCEPTION 'a repair is verified and proposed in its time' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER in_its_time BEFORE INSERT ON casework_repairfinding
    FOR EACH ROW EXECUTE FUNCTION casework_repair_in_its_time('accepted', 'verify');
CREATE TRIGGER in_its_time BEFORE INSERT ON casework_repairproposal
    FOR EACH ROW EXECUTE FUNCTION casework_repair_in_its_time('verified', 'propose');

-- What was begun may be changed until it is lodged, and is then as it was lodged.
CREATE FUNCTION casework_repairapplication_stays() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    begun text[] := ARRAY['chosen', 'sealed', 'sealed_commitment', 'number', 'lodged_at', 'lodged_on'];
BEGIN
    IF TG_OP = 'INSERT' AND NEW.number IS NULL THEN RETURN NEW; END IF;
    IF TG_OP = 'INSERT' OR OLD.number IS NOT NULL
       OR (to_jsonb(NEW) - begun) IS DISTINCT FROM (to_jsonb(OLD) - begun) THEN
        RAISE EXCEPTION 'an application stays as it was lodged' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER application_stays BEFORE INSERT OR UPDATE ON casework_repairapplication
    FOR EACH ROW EXECUTE FUNCTION casework_repairapplication_stays();

CREATE FUNCTION casework_repairpaper_of_step() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_repairstep s JOIN casework_repaircase c ON c.id = s.case_id
                   JOIN casework_repairtaker k ON k.step = s.step JOIN documents_issueddocument d ON d.id = NEW.document
                   WHERE s.id = NEW.step_id AND c.id = NEW.case_id AND s.seq = c.revision + 1
                     AND (s.day, k.document, c.subject_id) = (NEW.issued_on, NEW.kind, NEW.party)
                     AND (d.number, d.kind, d.subject, d.agency) = (NEW.number, NEW.kind, NEW.party, c.agency_id)) THEN
        RAISE EXCEPTION 'a paper comes with its step' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER paper_of_step BEFORE INSERT ON casework_repairpaper
    FOR EACH ROW EXECUTE FUNCTION casework_repairpaper_of_step();

CREATE TRIGGER learns_once BEFORE UPDATE OF case_id, name, start, n, stopped_on ON casework_repairclock
    FOR EACH ROW EXECUTE FUNCTION casework_learns_once('stopped_on', 'last', 'provisional');

-- A step is told by the event that it names.
CREATE FUNCTION casework_repairstep_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_event e
                   WHERE (e.id, e.kind, e.at) = (NEW.event, 'repair.' || NEW.step, NEW.at)) THEN
        RAISE EXCEPTION 'a step of a repair that no event tells' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER step_told AFTER INSERT ON casework_repairstep DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_repairstep_told();
REVOKE EXECUTE ON FUNCTION casework_repairstep_told() FROM PUBLIC;
"""
DROP = """
DROP TRIGGER step_told ON casework_repairstep; DROP FUNCTION casework_repairstep_told();
DROP TRIGGER learns_once ON casework_repairclock;
DROP TRIGGER paper_of_step ON casework_repairpaper; DROP FUNCTION casework_repairpaper_of_step();
DROP TRIGGER application_stays ON casework_repairapplication; DROP FUNCTION casework_repairapplication_stays();
DROP TRIGGER in_its_time ON casework_repairproposal; DROP TRIGGER in_its_time ON casework_repairfinding;
DROP FUNCTION casework_repair_in_its_time();
DROP TRIGGER item_decided ON casework_repairitem; DROP FUNCTION casework_repairitem_decided();
DROP TRIGGER case_by_steps ON casework_repaircase; DROP FUNCTION casework_repaircase_by_steps();
DROP TRIGGER step_in_order ON casework_repairstep; DROP FUNCTION casework_repairstep_in_order();
DROP FUNCTION casework_repair_took(uuid, uuid, text[]); DROP FUNCTION casework_may_repair(uuid, text, uuid);
DROP TABLE casework_repairtaker; DROP TABLE casework_repairway;
"""

# What officers weigh among themselves no account sees; of a case it writes its own steps and the receipt.
ACCOUNTS = "".join(
    f"CREATE POLICY no_account_{command.lower()} ON {table} AS RESTRICTIVE FOR {command} TO xinheng_app"
    f" {'WITH CHECK' if command == 'INSERT' else 'USING'} ({NOBODY_S});\n"
    for table, command in (
        ("casework_repairfinding", "SELECT"),
        ("casework_repairfinding", "INSERT"),
        ("casework_repairproposal", "SELECT"),
        ("casework_repairproposal", "INSERT"),
        ("casework_repairservice", "INSERT"),
        ("casework_repairitem", "UPDATE"),
        ("casework_repairtold", "INSERT"),
    )
)
OWN_STEPS = f"""
{ACCOUNTS}
CREATE POLICY account_repairs ON casework_repairstep AS RESTRICTIVE FOR INSERT TO xinheng_app
    WITH CHECK ({NOBODY_S} OR step IN ('lodge', 'supply', 'withdraw'));
CREATE POLICY account_receipt ON casework_repairpaper AS RESTRICTIVE FOR INSERT TO xinheng_app
    WITH CHECK ({NOBODY_S} OR kind = 'repair_receipt');
"""

NEEDED = r"""
CREATE OR REPLACE FUNCTION vault_needed(holder uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
    SELECT EXISTS (SELECT FROM public.registry_record r WHERE r.subject_id = holder AND r.state <> 'shredded')
        OR EXISTS (SELECT FROM public.casework_case c WHERE c.subject_id = holder)
        OR EXISTS (SELECT FROM public.registry_measuretaken m WHERE m.subject_id = holder)
        OR EXISTS (SELECT FROM public.registry_touchedreview t WHERE t.subject_id = holder)
        OR EXISTS (SELECT FROM public.casework_repairapplication a WHERE a.subject_id = holder)
        OR EXISTS (SELECT FROM public.casework_correction c WHERE c.subject_id = holder)
$fn$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0020_repairs_tables"),
        ("access", "0008_own_file"),
        ("registry", "0030_repairing_mark"),
        ("documents", "0006_sealed_watch"),
        ("ledger", "0007_event_of_kind"),
    ]

    operations = [
        migrations.RunSQL(WAY + STEPS, DROP),
        grant(("casework_repairway", "casework_repairtaker"), app="select", auditor="select"),
        grant(KEPT, app="select, insert", auditor="select"),
        grant(CHANGED, app="select, insert, update", auditor="select"),
        append_only(*KEPT),
        *(row_policy(table, rule, roles="xinheng_app") for table, rule in RULES.items()),
        *(row_policy(table, "true", roles="xinheng_auditor", command="select") for table in RULES),
        row_policy("casework_repairapplication", "true", roles="xinheng_owner", command="select"),
        migrations.RunSQL(OWN_STEPS, migrations.RunSQL.noop),
        migrations.RunSQL(NEEDED, migrations.RunSQL.noop),
    ]

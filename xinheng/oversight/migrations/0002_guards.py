"""What is published keeps its words; a complaint goes its way by its steps, never to whom it is about (防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy

PUBLISHED = ("oversight_contactpoint", "oversight_repairprocedure")
SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"

# Everybody may read where to ask; a body writes its own rows, the credit office those of counties and sites.
MINE = "agency_id = (SELECT xinheng_agency()) OR (agency_id IS NULL AND (SELECT xinheng_whole_city()))"

# The body that handles it; with the whole city in view and no agency, receipt and progress; the credit office sees
# what is not answered, unless it is about itself.
SEEN = """
agency_id = (SELECT xinheng_agency())
OR (SELECT xinheng_whole_city()) AND ((SELECT xinheng_agency()) IS NULL
    OR state <> 'answered' AND about_id IS DISTINCT FROM (SELECT xinheng_agency()))
"""
MACHINE = "(SELECT xinheng_whole_city()) AND (SELECT xinheng_agency()) IS NULL"
OF_SEEN = "EXISTS (SELECT FROM oversight_complaint c WHERE c.id = complaint_id)"

POLICIES = f"""
CREATE POLICY written_by_its_own ON oversight_contactpoint FOR INSERT TO xinheng_app WITH CHECK ({MINE});
CREATE POLICY ended_by_its_own ON oversight_contactpoint FOR UPDATE TO xinheng_app USING ({MINE});
CREATE POLICY written_by_its_own ON oversight_repairprocedure FOR INSERT TO xinheng_app WITH CHECK ({MINE});
CREATE POLICY ended_by_its_own ON oversight_repairprocedure FOR UPDATE TO xinheng_app USING ({MINE});
CREATE POLICY received ON oversight_complaint FOR INSERT TO xinheng_app WITH CHECK ({MACHINE});
-- Who handles it holds the row; it is written where the new body may be another.
CREATE POLICY handled ON oversight_complaint FOR UPDATE TO xinheng_app USING ({SEEN}) WITH CHECK ({MACHINE});
CREATE POLICY done ON oversight_complaintstep FOR INSERT TO xinheng_app WITH CHECK ({MACHINE});
"""
NO_POLICIES = """
DROP POLICY done ON oversight_complaintstep;
DROP POLICY handled ON oversight_complaint; DROP POLICY received ON oversight_complaint;
DROP POLICY ended_by_its_own ON oversight_repairprocedure; DROP POLICY written_by_its_own ON oversight_repairprocedure;
DROP POLICY ended_by_its_own ON oversight_contactpoint; DROP POLICY written_by_its_own ON oversight_contactpoint;
"""

GUARDS = rf"""
CREATE FUNCTION oversight_published_keeps() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    learns text[] := ARRAY['ended_by', 'ended_at'];
    mine text[] := CASE WHEN NEW.agency_id IS NULL THEN ARRAY['office'] ELSE ARRAY['clerk', 'checker', 'office'] END;
    who uuid := coalesce(NEW.ended_by, NEW.published_by);
BEGIN
    IF NOT EXISTS (SELECT FROM access_user u WHERE u.id = who AND u.is_active AND u.roles && mine
                   AND (NEW.agency_id IS NULL OR u.agency_id = NEW.agency_id)) THEN
        RAISE EXCEPTION 'it is published by an officer of the body itself' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' AND num_nonnulls(NEW.ended_by, NEW.ended_at) > 0
       OR TG_OP = 'UPDATE' AND (OLD.ended_at IS NOT NULL OR num_nonnulls(NEW.ended_by, NEW.ended_at) <> 2
          OR (to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns)) THEN
        RAISE EXCEPTION 'what was published keeps its words and ends once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER keeps BEFORE INSERT OR UPDATE ON oversight_contactpoint
    FOR EACH ROW EXECUTE FUNCTION oversight_published_keeps();
CREATE TRIGGER keeps BEFORE INSERT OR UPDATE ON oversight_repairprocedure
    FOR EACH ROW EXECUTE FUNCTION oversight_published_keeps();

CREATE FUNCTION oversight_step_of_its_body() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    c oversight_complaint;
BEGIN
    SELECT * INTO c FROM oversight_complaint WHERE id = NEW.complaint_id;
    IF NEW.step = 'receive' THEN
        IF NEW.seq <> 1 OR c.revision <> 1 OR NEW.agency_id IS NOT NULL
           OR NEW.referred_to_id IS DISTINCT FROM c.agency_id THEN
            RAISE EXCEPTION 'a complaint is received once' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.seq <> c.revision + 1 OR c.state = 'answered' OR NEW.agency_id IS NULL
       OR NEW.agency_id IS NOT DISTINCT FROM c.about_id
       OR NOT (c.agency_id = NEW.agency_id OR c.agency_id IS NULL AND NEW.step = 'refer')
       OR NOT EXISTS (SELECT FROM access_user u WHERE u.id = NEW.done_by AND u.agency_id = NEW.agency_id AND u.is_active
                      AND u.roles && CASE WHEN c.agency_id IS NULL THEN ARRAY['office']
                                          ELSE ARRAY['checker', 'office'] END) THEN
        RAISE EXCEPTION 'a complaint is handled by an officer of its body, and never of the one it is about'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER of_its_body BEFORE INSERT ON oversight_complaintstep
    FOR EACH ROW EXECUTE FUNCTION oversight_step_of_its_body();

CREATE FUNCTION oversight_complaint_by_steps() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    learns text[] := ARRAY['agency_id', 'state', 'revision', 'taken_at', 'answered_at', 'outcome'];
    done oversight_complaintstep;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'received' OR NEW.revision <> 1 THEN
            RAISE EXCEPTION 'a complaint begins as received' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO done FROM oversight_complaintstep WHERE complaint_id = NEW.id AND seq = NEW.revision;
    IF done.id IS NULL OR NEW.revision <> OLD.revision + 1
       OR (to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns)
       OR NOT coalesce(CASE done.step
            WHEN 'take' THEN OLD.state = 'received' AND NEW.state = 'taken' AND NEW.agency_id = OLD.agency_id
                             AND NEW.taken_at = done.at
            WHEN 'refer' THEN OLD.state <> 'answered' AND NEW.state = 'received'
                              AND NEW.agency_id = done.referred_to_id
                              AND NEW.agency_id IS DISTINCT FROM OLD.agency_id
            WHEN 'answer' THEN OLD.state = 'taken' AND NEW.state = 'answered' AND NEW.agency_id = OLD.agency_id
                               AND NEW.taken_at = OLD.taken_at AND NEW.answered_at = done.at END, false) THEN
        RAISE EXCEPTION 'a complaint changes by its steps alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER by_steps BEFORE INSERT OR UPDATE ON oversight_complaint
    FOR EACH ROW EXECUTE FUNCTION oversight_complaint_by_steps();
"""
NO_GUARDS = """
DROP TRIGGER by_steps ON oversight_complaint; DROP FUNCTION oversight_complaint_by_steps();
DROP TRIGGER of_its_body ON oversight_complaintstep; DROP FUNCTION oversight_step_of_its_body();
DROP TRIGGER keeps ON oversight_repairprocedure; DROP TRIGGER keeps ON oversight_contactpoint;
DROP FUNCTION oversight_published_keeps();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_tables"), ("access", "0004_signer"), ("runtime", "0002_functions")]

    operations = [
        grant(PUBLISHED, app="select, insert, update", auditor="select"),
        grant("oversight_complaint", app="select, insert, update", auditor="select"),
        grant("oversight_complaintstep", app="select, insert", auditor="select"),
        append_only("oversight_complaintstep"),
        *(row_policy(table, "true", roles="xinheng_app", command="select") for table in PUBLISHED),
        row_policy("oversight_complaint", SEEN, roles="xinheng_app", command="select"),
        row_policy("oversight_complaintstep", OF_SEEN, roles="xinheng_app", command="select"),
        *(
            row_policy(table, "true", roles="xinheng_auditor", command="select")
            for table in (*PUBLISHED, "oversight_complaint", "oversight_complaintstep")
        ),
        migrations.RunSQL(POLICIES, NO_POLICIES),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]

"""A measure is taken by two persons on what stands, ends once, and never outlives its entry (惩戒措施的防护, 四（二）).

The checks that must see rows of every agency run as the owner, who may read them for that and nothing else.
"""

from django.db import migrations

from xinheng.runtime.sql import grant, row_policy

OWN = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"
OWNER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# Which columns may change with which step; the rest is what was proposed and stays so.
STEPS = r"""
CREATE FUNCTION registry_measure_keeps() RETURNS trigger LANGUAGE plpgsql AS $fn$
DECLARE
    free text[] := CASE OLD.state || '>' || NEW.state
        WHEN 'proposed>proposed' THEN CASE WHEN OLD.review_by IS NULL AND NEW.review_by IS NOT NULL THEN
            ARRAY['review_by', 'review_at', 'review_necessary', 'review_sealed', 'review_commitment'] END
        WHEN 'proposed>in_force' THEN ARRAY['state', 'decided_by', 'decided_at', 'decided_on', 'until', 'asked',
            'lawbook', 'decision_sealed', 'decision_commitment']
        WHEN 'proposed>refused' THEN ARRAY['state', 'decided_by', 'decided_at', 'asked', 'lawbook',
            'decision_sealed', 'decision_commitment']
        WHEN 'in_force>ended' THEN ARRAY['state', 'ended_on', 'ended_by', 'ender', 'end_sealed', 'end_commitment']
        END;
BEGIN
    IF free IS NULL OR (to_jsonb(NEW) - free) IS DISTINCT FROM (to_jsonb(OLD) - free) THEN
        RAISE EXCEPTION 'a measure is reviewed, decided and ended once each, and keeps what it says'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER measure_keeps BEFORE UPDATE ON registry_measuretaken
    FOR EACH ROW EXECUTE FUNCTION registry_measure_keeps();
CREATE TRIGGER measure_stays BEFORE DELETE ON registry_measuretaken
    FOR EACH ROW EXECUTE FUNCTION xinheng_refuse_change();
CREATE TRIGGER notice_stays BEFORE DELETE ON registry_measurenotice
    FOR EACH ROW EXECUTE FUNCTION xinheng_refuse_change();

CREATE FUNCTION registry_measure_begins() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF NEW.state NOT IN ('proposed', 'not_taken') OR NEW.review_by IS NOT NULL OR NEW.decided_by IS NOT NULL THEN
        RAISE EXCEPTION 'a measure begins as a proposal' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER measure_begins BEFORE INSERT ON registry_measuretaken
    FOR EACH ROW EXECUTE FUNCTION registry_measure_begins();
"""
DROP_STEPS = """
DROP TRIGGER measure_begins ON registry_measuretaken; DROP FUNCTION registry_measure_begins();
DROP TRIGGER notice_stays ON registry_measurenotice; DROP TRIGGER measure_stays ON registry_measuretaken;
DROP TRIGGER measure_keeps ON registry_measuretaken; DROP FUNCTION registry_measure_keeps();
"""

# The lock makes taking a measure and leaving the list wait for each other: neither misses the other.
STANDS = rf"""
CREATE FUNCTION registry_hold_entry(entry uuid) RETURNS void LANGUAGE sql AS
    $fn$ SELECT pg_advisory_xact_lock(hashtextextended('registry_listentry/' || entry, 0)) $fn$;

CREATE FUNCTION registry_measure_stands() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF NEW.entry_id IS NOT NULL THEN
        PERFORM public.registry_hold_entry(NEW.entry_id);
        IF NOT EXISTS (SELECT FROM public.registry_listentry e WHERE e.id = NEW.entry_id AND e.state = 'listed'
                       AND e.subject_id = NEW.subject_id AND (e.until IS NULL OR e.until >= NEW.decided_on)) THEN
            RAISE EXCEPTION 'a measure rests on an entry that is on the list' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NOT EXISTS (SELECT FROM public.registry_instrument i WHERE i.id = NEW.instrument_id
                      AND i.effect = 'effective') THEN
        RAISE EXCEPTION 'a measure rests on an effective document' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER measure_stands BEFORE UPDATE ON registry_measuretaken
    FOR EACH ROW WHEN (NEW.state = 'in_force' AND OLD.state <> 'in_force') EXECUTE FUNCTION registry_measure_stands();

CREATE FUNCTION registry_entry_is_leaving() RETURNS trigger {OWNER} AS $fn$
BEGIN
    PERFORM public.registry_hold_entry(NEW.id);
    RETURN NEW;
END
$fn$;
CREATE TRIGGER entry_is_leaving BEFORE UPDATE ON registry_listentry
    FOR EACH ROW WHEN (OLD.state = 'listed' AND NEW.state <> 'listed') EXECUTE FUNCTION registry_entry_is_leaving();

-- At commit: what rests on an entry that left has ended, or the other body whose measure it is has been told.
CREATE FUNCTION registry_nothing_rests_on_it() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF EXISTS (SELECT FROM public.registry_listentry e JOIN public.registry_measuretaken m ON m.entry_id = e.id
               WHERE e.id = NEW.id AND e.state <> 'listed' AND m.state = 'in_force'
                 AND (m.agency_id = e.agency_id OR NOT EXISTS (
                      SELECT FROM public.registry_measurenotice n
                      WHERE n.measure_id = m.id AND n.answered_at IS NULL))) THEN
        RAISE EXCEPTION 'a measure ends with the list entry it rests on' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER nothing_rests_on_it AFTER UPDATE ON registry_listentry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state = 'listed' AND NEW.state <> 'listed')
    EXECUTE FUNCTION registry_nothing_rests_on_it();
"""
DROP_STANDS = """
DROP TRIGGER nothing_rests_on_it ON registry_listentry; DROP FUNCTION registry_nothing_rests_on_it();
DROP TRIGGER entry_is_leaving ON registry_listentry; DROP FUNCTION registry_entry_is_leaving();
DROP TRIGGER measure_stands ON registry_measuretaken; DROP FUNCTION registry_measure_stands();
DROP FUNCTION registry_hold_entry(uuid);
"""

# A notice is about the agency's own measure, is answered once, and not while the measure goes on without its entry.
NOTICES = rf"""
CREATE FUNCTION registry_notice_is_theirs() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF NEW.answered_at IS NOT NULL OR NOT EXISTS (
        SELECT FROM public.registry_measuretaken m WHERE m.id = NEW.measure_id AND m.agency_id = NEW.agency_id
          AND m.state = 'in_force' AND m.entry_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a notice tells a body of its own measure in force' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER notice_is_theirs BEFORE INSERT ON registry_measurenotice
    FOR EACH ROW EXECUTE FUNCTION registry_notice_is_theirs();

CREATE FUNCTION registry_notice_answered() RETURNS trigger {OWNER} AS $fn$
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
CREATE TRIGGER notice_answered BEFORE UPDATE ON registry_measurenotice
    FOR EACH ROW EXECUTE FUNCTION registry_notice_answered();
"""
DROP_NOTICES = """
DROP TRIGGER notice_answered ON registry_measurenotice; DROP FUNCTION registry_notice_answered();
DROP TRIGGER notice_is_theirs ON registry_measurenotice; DROP FUNCTION registry_notice_is_theirs();
"""

# The key under which a measure's texts are sealed outlives the subject's last record.
KEY = rf"""
CREATE FUNCTION registry_measures_need_key() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF EXISTS (SELECT FROM public.registry_measuretaken m WHERE m.subject_id = OLD.subject) THEN
        RAISE EXCEPTION 'a data key that measures still need' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END
$fn$;
CREATE TRIGGER measures_need_key BEFORE DELETE ON vault_subjectkey
    FOR EACH ROW EXECUTE FUNCTION registry_measures_need_key();
"""
DROP_KEY = "DROP TRIGGER measures_need_key ON vault_subjectkey; DROP FUNCTION registry_measures_need_key()"
FUNCTIONS = (
    "measure_stands", "entry_is_leaving", "nothing_rests_on_it", "notice_is_theirs", "notice_answered",
    "measures_need_key",
)  # fmt: skip
REVOKE = ";".join(f"REVOKE EXECUTE ON FUNCTION registry_{name}() FROM PUBLIC" for name in FUNCTIONS)
READ_BY_OWNER = (
    "registry_measuretaken",
    "registry_measurenotice",
    "registry_listentry",
    "registry_instrument",
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_measures"), ("runtime", "0002_functions"), ("vault", "0001_tables")]

    operations = [
        grant("registry_measuretaken", app="select, insert, update", intake="select", auditor="select"),
        grant("registry_measurenotice", app="select, insert, update", auditor="select"),
        row_policy("registry_measuretaken", OWN, roles="xinheng_app, xinheng_intake"),
        row_policy("registry_measurenotice", OWN, roles="xinheng_app"),
        *(
            row_policy(table, "true", roles="xinheng_auditor", command="select")
            for table in ("registry_measuretaken", "registry_measurenotice")
        ),
        *(row_policy(table, "true", roles="xinheng_owner", command="select") for table in READ_BY_OWNER),
        migrations.RunSQL(
            STEPS + STANDS + NOTICES + KEY, DROP_KEY + ";" + DROP_NOTICES + DROP_STANDS + DROP_STEPS
        ),
        migrations.RunSQL(REVOKE, migrations.RunSQL.noop),
    ]

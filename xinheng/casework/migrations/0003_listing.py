"""Nobody comes on a list but by due process, whatever statement the application sends (列入的防护, 四（一）).

One small function a condition; each answers whether it is met for a case on the day of the step. `entered`
asks them all when a case is listed, first or again. The rules in xinheng/law ask more and tell why.
"""

from django.db import migrations

from xinheng.runtime.sql import row_policy

CONDITIONS = r"""
CREATE FUNCTION casework_has_document(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM casework_ground g JOIN casework_draft d ON d.id = g.draft_id
                   WHERE d.case_id = c.id AND d.version = c.version)
       AND (EXISTS (SELECT FROM casework_casestep s WHERE s.case_id = c.id AND s.step = 'hide')
            OR NOT EXISTS (SELECT FROM casework_ground g JOIN casework_draft d ON d.id = g.draft_id
                           LEFT JOIN registry_instrument i ON i.id = g.instrument_id
                           WHERE d.case_id = c.id AND d.version = c.version
                             AND coalesce(i.effect, g.effect) <> 'effective'))
       AND EXISTS (SELECT FROM casework_ground g JOIN casework_draft d ON d.id = g.draft_id
                   LEFT JOIN registry_instrument i ON i.id = g.instrument_id
                   WHERE d.case_id = c.id AND d.version = c.version AND coalesce(i.effect, g.effect) = 'effective');
END $fn$;

-- Served to that very party: one notified stands for nobody else.
CREATE FUNCTION casework_notice_served(c casework_case, today date) RETURNS date LANGUAGE plpgsql STABLE AS $fn$
BEGIN
    RETURN (SELECT max(s.served_on) FROM casework_casepaper p JOIN casework_service s ON s.paper_id = p.id
            WHERE p.case_id = c.id AND p.version = c.version AND p.kind = 'prior_notice'
              AND p.party = c.subject_id AND s.party = c.subject_id AND cardinality(s.shows) > 0
              AND s.on >= p.issued_on AND s.served_on >= s.on AND s.served_on <= today
              AND p.says @> ARRAY['facts', 'basis', 'rights', 'window']);
END $fn$;
CREATE FUNCTION casework_has_notice(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE AS $fn$
BEGIN
    RETURN casework_notice_served(c, today) IS NOT NULL;
END $fn$;

-- The window had run out, for sure, when the decision was proposed.
CREATE FUNCTION casework_window_over(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM casework_deadline w JOIN casework_casestep s ON s.case_id = w.case_id
                   WHERE w.case_id = c.id AND w.name = 'objection_window' AND NOT w.provisional AND w.n > 0
                     AND w.start = casework_notice_served(c, today) AND w.last >= w.start + w.n
                     AND s.step = 'decide' AND s.version = c.version AND w.last < s.day);
END $fn$;

CREATE FUNCTION casework_all_answered(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE AS $fn$
BEGIN
    RETURN NOT EXISTS (SELECT FROM casework_objection o WHERE o.case_id = c.id
                       AND (o.replied_on IS NULL OR o.reply_sealed IS NULL
                            OR (o.kind = 'hearing' AND o.heard_on IS NULL)
                            OR (o.upheld AND o.version = c.version)));
END $fn$;

CREATE FUNCTION casework_has_authority(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM access_agency a WHERE a.id = c.agency_id AND a.is_active
                   AND a.level IN ('county', 'city', 'province', 'national'));
END $fn$;

CREATE FUNCTION casework_three_persons(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE AS $fn$
DECLARE
    makers uuid[] := (SELECT array_agg(s.actor) FROM casework_casestep s
                      WHERE s.case_id = c.id AND s.step IN ('open', 'redraft', 'propose'));
    checkers uuid[] := (SELECT array_agg(s.actor) FROM casework_casestep s
                        WHERE s.case_id = c.id AND s.step = 'check');
    signer uuid := (SELECT s.actor FROM casework_casestep s
                    WHERE s.case_id = c.id AND s.step IN ('decide', 'restore') ORDER BY s.seq DESC LIMIT 1);
BEGIN
    RETURN makers IS NOT NULL AND checkers IS NOT NULL AND signer IS NOT NULL
       AND NOT makers && checkers AND NOT signer = ANY (makers || checkers)
       AND (SELECT count(*) FROM access_user u WHERE u.id = ANY (makers || checkers || signer))
           = (SELECT count(DISTINCT each) FROM unnest(makers || checkers || signer) AS each);
END $fn$;

CREATE FUNCTION casework_has_decision(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM casework_casepaper p JOIN casework_service s ON s.paper_id = p.id
                   WHERE p.case_id = c.id AND p.version = c.version AND p.kind = 'listing_decision'
                     AND p.party = c.subject_id AND s.party = c.subject_id AND cardinality(s.shows) > 0
                     AND s.on >= p.issued_on AND s.served_on <= today
                     AND p.says @> ARRAY['party', 'facts', 'evidence', 'basis', 'decision', 'rights', 'deadlines',
                                         'reconsideration_body', 'court', 'exit_conditions', 'repair_notice']);
END $fn$;

CREATE FUNCTION casework_is_sealed(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM casework_casepaper p JOIN documents_sealedcopy d ON d.document_id = p.document
                   WHERE p.case_id = c.id AND p.version = c.version AND p.kind = 'listing_decision');
END $fn$;

CREATE FUNCTION casework_no_minor(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM casework_draft d WHERE d.case_id = c.id AND d.version = c.version
                   AND (d.age = 'adult' OR (c.subject_kind <> 'natural_person' AND d.age = 'not_a_person')));
END $fn$;
"""

ENTERED = r"""
CREATE FUNCTION casework_entered() RETURNS trigger LANGUAGE plpgsql AS $fn$
DECLARE
    today date := (SELECT s.day FROM casework_casestep s WHERE s.case_id = NEW.id AND s.seq = NEW.revision);
    lacking text := CASE
        WHEN NOT casework_has_document(NEW, today) THEN 'document'
        WHEN NOT casework_has_notice(NEW, today) THEN 'notice'
        WHEN NOT casework_window_over(NEW, today) THEN 'window'
        WHEN NOT casework_all_answered(NEW, today) THEN 'answered'
        WHEN NOT casework_has_authority(NEW, today) THEN 'authority'
        WHEN NOT casework_three_persons(NEW, today) THEN 'persons'
        WHEN NOT casework_has_decision(NEW, today) THEN 'decision'
        WHEN NOT casework_is_sealed(NEW, today) THEN 'sealed'
        WHEN NOT casework_no_minor(NEW, today) THEN 'minor' END;
BEGIN
    IF lacking IS NOT NULL THEN
        RAISE EXCEPTION 'nobody is listed without %', lacking USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
-- By name after case_by_steps, which has seen to it that there is a step.
CREATE TRIGGER entered BEFORE UPDATE ON casework_case
    FOR EACH ROW WHEN (NEW.state = 'listed' AND OLD.state <> 'listed') EXECUTE FUNCTION casework_entered();

-- A way out that an officer grants was asked for by another one.
CREATE FUNCTION casework_asked_by_another() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF NOT EXISTS (SELECT FROM casework_casestep s JOIN casework_ask a ON a.case_id = s.case_id AND a.step = s.step
                   WHERE s.case_id = NEW.id AND s.seq = NEW.revision AND a.granted AND a.decided_by = s.actor
                     AND a.made_by <> s.actor)
       AND EXISTS (SELECT FROM casework_casestep s WHERE s.case_id = NEW.id AND s.seq = NEW.revision
                   AND s.step IN ('exit', 'correct')) THEN
        RAISE EXCEPTION 'a way out is asked for by one officer and granted by another'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER left_by_two BEFORE UPDATE ON casework_case
    FOR EACH ROW WHEN (NEW.state = 'removed' AND OLD.state <> 'removed') EXECUTE FUNCTION casework_asked_by_another();

-- The register of entries follows the cases: no entry without a listed case of the same party, list and body.
CREATE FUNCTION casework_entry_of_case() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF NOT EXISTS (SELECT FROM casework_case c WHERE c.id = NEW."case" AND c.state = NEW.state
                   AND (c.subject_id, c.list, c.agency_id, c.role) = (NEW.subject_id, NEW.list, NEW.agency_id, NEW.role)
                   AND c.listed_on IS NOT NULL) THEN
        RAISE EXCEPTION 'a list entry without a case in the same state' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER entry_of_case BEFORE INSERT OR UPDATE ON registry_listentry
    FOR EACH ROW EXECUTE FUNCTION casework_entry_of_case();
"""

# The key of a subject outlives every case too.
FORGET = r"""
CREATE OR REPLACE FUNCTION vault_forget(gone uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF EXISTS (SELECT FROM public.registry_record r WHERE r.subject_id = gone AND r.state <> 'shredded')
       OR EXISTS (SELECT FROM public.casework_case c WHERE c.subject_id = gone) THEN
        RAISE EXCEPTION 'a data key that records or cases still need' USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM public.vault_subjectkey WHERE subject = gone;
END
$fn$;
"""

DROP = """
DROP TRIGGER entry_of_case ON registry_listentry; DROP FUNCTION casework_entry_of_case();
DROP TRIGGER left_by_two ON casework_case; DROP FUNCTION casework_asked_by_another();
DROP TRIGGER entered ON casework_case; DROP FUNCTION casework_entered();
DROP FUNCTION casework_no_minor(casework_case, date); DROP FUNCTION casework_is_sealed(casework_case, date);
DROP FUNCTION casework_has_decision(casework_case, date); DROP FUNCTION casework_three_persons(casework_case, date);
DROP FUNCTION casework_has_authority(casework_case, date); DROP FUNCTION casework_all_answered(casework_case, date);
DROP FUNCTION casework_window_over(casework_case, date); DROP FUNCTION casework_has_notice(casework_case, date);
DROP FUNCTION casework_notice_served(casework_case, date); DROP FUNCTION casework_has_document(casework_case, date);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0002_order"),
        ("registry", "0008_list_entries_guards"),
        ("documents", "0006_sealed_watch"),
    ]

    operations = [
        migrations.RunSQL(CONDITIONS + ENTERED, DROP),
        row_policy("casework_case", "true", roles="xinheng_owner", command="select"),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    ]

"""Nobody comes on a list but by due process, whatever statement the application sends (列入的防护, 四（一）).

One small function a condition; each answers whether it is met for a case on the day of the step. `entered`
asks them all when a case is listed, first or again. The rules in xinheng/law ask more and tell why.
"""

from django.db import migrations

from xinheng.runtime.sql import row_policy

# What the conditions ask of the lawbook in force is read from its mirror in the catalog.
COUNTED = r"""
-- Working days after one day up to and with another, by the holiday notices that are loaded; NULL beyond the
-- last of them, so that no time of a party's ends by a calendar that nobody has announced.
CREATE FUNCTION casework_workdays(first date, last date) RETURNS integer LANGUAGE plpgsql STABLE SAFE
BEGIN
    IF EXISTS (SELECT FROM generate_series(extract(year FROM first + 1)::int, extract(year FROM last)::int) AS y
               WHERE NOT EXISTS (SELECT FROM catalog_referencevalue v
                                 WHERE v.path = 'calendars/' || y || '/year')) THEN
        RETURN NULL;
    END IF;
    RETURN (WITH told AS (
                SELECT split_part(v.path, '/', 2) || '-' || e.day AS day, split_part(v.path, '/', 3) = 'work' AS works
                FROM catalog_referencevalue v, jsonb_array_elements_text(v.value) AS e(day)
                WHERE v.path LIKE 'calendars/%/rest/%' OR v.path LIKE 'calendars/%/work/%')
            SELECT count(*) FILTER (WHERE coalesce(t.works, extract(isodow FROM d.day) < 6))
            FROM generate_series(first + 1, last, interval '1 day') AS d(day)
            LEFT JOIN told t ON t.day = to_char(d.day, 'YYYY-MM-DD'));
END $fn$;

-- How long the list's own rule lets the party speak; NULL where it leaves that to the notice.
CREATE FUNCTION casework_window_of(code text) RETURNS integer LANGUAGE plpgsql STABLE SAFE
BEGIN
    RETURN (SELECT min((n.value #>> '{}')::int)
            FROM catalog_referencevalue l JOIN catalog_referencevalue n
              ON n.path = regexp_replace(l.path, '/list$', '/standard/procedure/window/n')
            WHERE l.path LIKE 'lists/%/list' AND l.value = to_jsonb(code)
              AND jsonb_typeof(n.value) = 'number' AND n.confidence <> 'uncertain');
END $fn$;

-- A proof of service shows all that its way asks for, and its day is not before what has to pass has passed.
CREATE FUNCTION casework_proves(s casework_service) RETURNS boolean LANGUAGE plpgsql STABLE SAFE
BEGIN
    RETURN EXISTS (SELECT FROM catalog_referencevalue v WHERE v.path = 'service/ways/' || s.way || '/proof'
                   AND NOT EXISTS (SELECT FROM jsonb_array_elements_text(v.value) AS e(proof)
                                   WHERE e.proof <> ALL (s.shows)))
       AND s.served_on >= s.on + coalesce((SELECT (v.value #>> '{}')::int FROM catalog_referencevalue v
                                           WHERE v.path = 'service/ways/' || s.way || '/delay/n'), 0);
END $fn$;
"""

CONDITIONS = r"""
-- A list of the lawbook in force, carried as cases, in a range of its own: nobody makes one by writing its name.
CREATE FUNCTION casework_list_known(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE SAFE
BEGIN
    RETURN EXISTS (SELECT FROM casework_draft d, catalog_referencevalue l
                   JOIN catalog_referencevalue k ON k.path = regexp_replace(l.path, '/list$', '/carried')
                   JOIN catalog_referencevalue r ON r.path = regexp_replace(l.path, '/list$', '/ranges/value')
                   WHERE d.case_id = c.id AND d.version = c.version AND l.path LIKE 'lists/%/list'
                     AND l.value = to_jsonb(c.list) AND k.value = 'true' AND r.value ? d.range);
END $fn$;

-- In effect now; a document of the register's that is not to be seen counts for nothing.
CREATE FUNCTION casework_has_document(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE SAFE
DECLARE
    effects text[] := (SELECT array_agg(CASE WHEN g.instrument_id IS NULL THEN g.effect
                                             ELSE coalesce(i.effect, 'unknown') END)
                       FROM casework_ground g JOIN casework_draft d ON d.id = g.draft_id
                       LEFT JOIN registry_instrument i ON i.id = g.instrument_id
                       WHERE d.case_id = c.id AND d.version = c.version);
BEGIN
    -- What was listed once may be listed again on what is left of its documents.
    RETURN effects IS NOT NULL AND 'effective' = ANY (effects)
       AND ('effective' = ALL (effects)
            OR EXISTS (SELECT FROM casework_casestep s WHERE s.case_id = c.id AND s.step = 'hide'));
END $fn$;

-- Served to that very party: one notified stands for nobody else.
CREATE FUNCTION casework_notice_served(c casework_case, today date) RETURNS date LANGUAGE plpgsql STABLE SAFE
BEGIN
    RETURN (SELECT max(s.served_on) FROM casework_casepaper p JOIN casework_service s ON s.paper_id = p.id
            JOIN documents_issueddocument d ON d.id = p.document
            WHERE p.case_id = c.id AND p.version = c.version AND p.kind = 'prior_notice' AND d.kind = p.kind
              AND p.party = c.subject_id AND s.party = c.subject_id AND d.subject = c.subject_id
              AND casework_proves(s) AND s.on >= p.issued_on AND s.served_on <= today
              AND p.says @> ARRAY['facts', 'basis', 'rights', 'window']);
END $fn$;

-- The window had run out, for sure, before the day of the decision. Counted here: `last` of a clock is
-- computed anew by a job and is nothing to rest an entry on.
CREATE FUNCTION casework_window_over(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE SAFE
DECLARE
    told integer := (SELECT max(p.window) FROM casework_casepaper p
                     WHERE p.case_id = c.id AND p.version = c.version AND p.kind = 'prior_notice');
    decided date := (SELECT min(s.day) FROM casework_casestep s
                     WHERE s.case_id = c.id AND s.version = c.version AND s.step = 'decide');
BEGIN
    RETURN coalesce(casework_workdays(casework_notice_served(c, today), decided - 1) >= greatest(told, 1), false);
END $fn$;

-- Each has its reply, each reply its step and its paper; a hearing that was asked for has its step too.
CREATE FUNCTION casework_all_answered(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE SAFE
BEGIN
    RETURN NOT EXISTS (SELECT FROM casework_objection o WHERE o.case_id = c.id
                       AND (o.replied_on IS NULL OR o.reply_sealed IS NULL OR o.replied_on < o.received_on
                            OR o.replied_on > today OR (o.upheld AND o.version = c.version)
                            OR (o.kind = 'hearing' AND (o.heard_on IS NULL OR o.heard_on > o.replied_on))))
       AND (SELECT count(*) FROM casework_objection o WHERE o.case_id = c.id)
           <= (SELECT count(*) FROM casework_casepaper p WHERE p.case_id = c.id AND p.kind = 'objection_reply')
       AND (SELECT count(*) FROM casework_objection o WHERE o.case_id = c.id AND o.kind = 'hearing')
           <= (SELECT count(*) FROM casework_casepaper p WHERE p.case_id = c.id AND p.kind = 'hearing_record');
END $fn$;

CREATE FUNCTION casework_has_authority(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE SAFE
BEGIN
    -- What a list that nobody knows gives to whom is casework_list_known's question.
    RETURN EXISTS (SELECT FROM access_agency a
                   WHERE a.id = c.agency_id AND a.is_active AND a.level IN ('county', 'city', 'province', 'national')
                     AND coalesce((SELECT bool_or(t.value ?| a.domains) FROM catalog_referencevalue l
                                   JOIN catalog_referencevalue t
                                     ON t.path = regexp_replace(l.path, '/list$', '/authority/trades')
                                   WHERE l.path LIKE 'lists/%/list' AND l.value = to_jsonb(c.list)), true));
END $fn$;

CREATE FUNCTION casework_three_persons(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE SAFE
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

CREATE FUNCTION casework_has_decision(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE SAFE
BEGIN
    RETURN EXISTS (SELECT FROM casework_casepaper p JOIN casework_service s ON s.paper_id = p.id
                   JOIN documents_issueddocument d ON d.id = p.document
                   WHERE p.case_id = c.id AND p.version = c.version AND p.kind = 'listing_decision'
                     AND d.kind = p.kind AND d.subject = c.subject_id
                     AND p.party = c.subject_id AND s.party = c.subject_id AND casework_proves(s)
                     AND s.on >= p.issued_on AND s.served_on <= today
                     AND p.says @> ARRAY['party', 'facts', 'evidence', 'basis', 'decision', 'rights', 'deadlines',
                                         'reconsideration_body', 'court', 'exit_conditions', 'repair_notice']);
END $fn$;

CREATE FUNCTION casework_is_sealed(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE SAFE
BEGIN
    RETURN EXISTS (SELECT FROM casework_casepaper p JOIN documents_issueddocument d ON d.id = p.document
                   JOIN documents_sealedcopy k ON k.document_id = d.id
                   WHERE p.case_id = c.id AND p.version = c.version AND p.kind = 'listing_decision'
                     AND k.sha256 <> d.pdf_sha256 AND k.uploaded_at >= d.issued_at);
END $fn$;

CREATE FUNCTION casework_no_minor(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE SAFE
BEGIN
    RETURN EXISTS (SELECT FROM casework_draft d WHERE d.case_id = c.id AND d.version = c.version
                   AND (d.age = 'adult' OR (c.subject_kind <> 'natural_person' AND d.age = 'not_a_person')));
END $fn$;

-- A linked person hangs on the unit, which has a case of its own and was decided first.
CREATE FUNCTION casework_unit_first(c casework_case, today date) RETURNS boolean LANGUAGE plpgsql STABLE SAFE
BEGIN
    RETURN (c.role = 'subject' AND c.unit_case_id IS NULL)
        OR EXISTS (SELECT FROM casework_case u WHERE u.id = c.unit_case_id AND u.list = c.list
                   AND u.role = 'subject' AND u.subject_id <> c.subject_id AND u.state IN ('decided', 'listed'));
END $fn$;
"""

ENTERED = r"""
CREATE FUNCTION casework_entered() RETURNS trigger LANGUAGE plpgsql SAFE
DECLARE
    today date := (SELECT s.day FROM casework_casestep s WHERE s.case_id = NEW.id AND s.seq = NEW.revision);
    -- What goes before an entry was asked when it was entered first, under the law of that day.
    again boolean := OLD.state = 'hidden';
    lacking text := CASE
        WHEN NOT casework_list_known(NEW, today) THEN 'list'
        WHEN NOT casework_has_document(NEW, today) THEN 'document'
        WHEN casework_notice_served(NEW, today) IS NULL THEN 'notice'
        WHEN NOT (again OR casework_window_over(NEW, today)) THEN 'window'
        WHEN NOT casework_all_answered(NEW, today) THEN 'answered'
        WHEN NOT casework_has_authority(NEW, today) THEN 'authority'
        WHEN NOT casework_three_persons(NEW, today) THEN 'persons'
        WHEN NOT casework_has_decision(NEW, today) THEN 'decision'
        WHEN NOT casework_is_sealed(NEW, today) THEN 'sealed'
        WHEN NOT casework_no_minor(NEW, today) THEN 'minor'
        WHEN NOT (again OR casework_unit_first(NEW, today)) THEN 'unit' END;
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
CREATE FUNCTION casework_asked_by_another() RETURNS trigger LANGUAGE plpgsql SAFE
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

-- The register of entries follows the cases: no entry without a listed case of the same party, list and body, and
-- none that says more than the case and its decision.
CREATE FUNCTION casework_entry_of_case() RETURNS trigger LANGUAGE plpgsql SAFE
BEGIN
    IF NOT EXISTS (SELECT FROM casework_case c JOIN casework_draft d ON d.case_id = c.id AND d.version = c.version
                   JOIN casework_casepaper p ON p.case_id = c.id AND p.version = c.version
                   WHERE c.id = NEW."case" AND c.state = NEW.state AND p.kind = 'listing_decision'
                     AND (c.subject_id, c.subject_kind, c.party, c.list, c.agency_id, c.role, d.range, p.number)
                       = (NEW.subject_id, NEW.subject_kind, NEW.party, NEW.list, NEW.agency_id, NEW.role, NEW.range,
                          NEW.number)
                     AND (c.decided_on, c.listed_on) = (NEW.decided_on, NEW.listed_on)
                     AND c.until IS NOT DISTINCT FROM NEW.until) THEN
        RAISE EXCEPTION 'a list entry without a case that says the same' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER entry_of_case BEFORE INSERT OR UPDATE ON registry_listentry
    FOR EACH ROW EXECUTE FUNCTION casework_entry_of_case();
"""
SAFE = "\nSET search_path = pg_catalog, public, pg_temp AS $fn$"  # a temporary table stands in for no table of ours
GUARDS = (COUNTED + CONDITIONS + ENTERED).replace(" SAFE\n", SAFE + "\n")

DROP = """
DROP TRIGGER entry_of_case ON registry_listentry; DROP FUNCTION casework_entry_of_case();
DROP TRIGGER left_by_two ON casework_case; DROP FUNCTION casework_asked_by_another();
DROP TRIGGER entered ON casework_case; DROP FUNCTION casework_entered();
DROP FUNCTION casework_unit_first(casework_case, date);
DROP FUNCTION casework_no_minor(casework_case, date); DROP FUNCTION casework_is_sealed(casework_case, date);
DROP FUNCTION casework_has_decision(casework_case, date); DROP FUNCTION casework_three_persons(casework_case, date);
DROP FUNCTION casework_has_authority(casework_case, date); DROP FUNCTION casework_all_answered(casework_case, date);
DROP FUNCTION casework_window_over(casework_case, date); DROP FUNCTION casework_notice_served(casework_case, date);
DROP FUNCTION casework_has_document(casework_case, date); DROP FUNCTION casework_list_known(casework_case, date);
DROP FUNCTION casework_proves(casework_service);
DROP FUNCTION casework_window_of(text); DROP FUNCTION casework_workdays(date, date);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0002_order"),
        ("registry", "0008_list_entries_guards"),
        ("documents", "0006_sealed_watch"),
    ]

    operations = [
        migrations.RunSQL(GUARDS, DROP),
        row_policy("casework_case", "true", roles="xinheng_owner", command="select"),
    ]

"""A case on a false promise goes by its steps alone, by three persons, on its papers; nothing of it is rewritten (承诺不实的防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"
OWN = "subject_id = (SELECT xinheng_own())"
NOBODY_S = "(SELECT xinheng_account()) IS NULL"
CASES = f"agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city()) OR {OWN}"
OF_CASE = "EXISTS (SELECT FROM casework_promisecase c WHERE c.id = case_id)"
OF_PAPER = "EXISTS (SELECT FROM casework_promisepaper p WHERE p.id = paper_id)"
RULES = {
    "casework_promisecase": CASES,
    "casework_promiseevidence": OF_CASE,
    "casework_promisestep": OF_CASE,
    "casework_promisepaper": OF_CASE,
    "casework_promiseproofofservice": OF_PAPER,
    "casework_promiseobjection": OF_CASE,
    "casework_promiseclock": OF_CASE,
}
KEPT = (
    "casework_promiseevidence", "casework_promisestep", "casework_promisepaper", "casework_promiseproofofservice",
)  # fmt: skip
CHANGED = ("casework_promisecase", "casework_promiseobjection", "casework_promiseclock")

# FALSE_PROMISE of xinheng/law/procedures/repair.py: a test holds the two together.
WAYS = """
open new draft
notify draft notified
serve_notice notified awaiting
receive notified notified | receive awaiting awaiting | receive proposed proposed | receive checked checked
reply notified notified | reply awaiting awaiting | reply proposed proposed | reply checked checked
propose awaiting proposed
check proposed checked
decide checked decided
enter decided entered
drop draft dropped | drop notified dropped | drop awaiting dropped | drop proposed dropped | drop checked dropped
drop decided dropped
"""
STEPS_OF = """
open clerk
notify checker / prior_notice
serve_notice clerk / proof_of_service
receive clerk window subject
reply checker / objection_reply
propose clerk
check checker
decide signer / false_promise_decision
enter clerk / proof_of_service
drop checker signer
"""
ROWS = ", ".join(
    "('{}', '{}', '{}')".format(*way.split()) for line in WAYS.strip().splitlines() for way in line.split("|")
)
TAKERS = ", ".join(
    "('{}', '{{{}}}', '{}')".format(step, ",".join(roles), paper.strip())
    for said, _, paper in (line.partition("/") for line in STEPS_OF.strip().splitlines())
    for step, *roles in [said.split()]
)
WAY = f"""
CREATE TABLE casework_promiseway (
    step text NOT NULL, source text NOT NULL, target text NOT NULL, PRIMARY KEY (step, source, target)
);
INSERT INTO casework_promiseway VALUES {ROWS};
CREATE TABLE casework_promisetaker (step text PRIMARY KEY, roles text[] NOT NULL, document text NOT NULL);
INSERT INTO casework_promisetaker VALUES {TAKERS};
"""

STEPS = rf"""
-- An officer of the body in a role of the step. What the party says is taken from the account that acts, or by window
-- staff of whatever body for the account of who stands there.
CREATE FUNCTION casework_may_promise(who uuid, taken text, body uuid) RETURNS boolean LANGUAGE plpgsql STABLE {SAFE}
BEGIN
    RETURN EXISTS (SELECT FROM access_user u JOIN casework_promisetaker t ON t.roles && u.roles
                   WHERE t.step = taken AND u.id = who AND u.is_active AND u.agency_id = body)
        OR (xinheng_account() IS NOT NULL AND EXISTS (
            SELECT FROM casework_promisetaker t WHERE t.step = taken AND 'subject' = ANY (t.roles)
               AND (who = xinheng_account() OR EXISTS (
                    SELECT FROM access_user u WHERE u.id = who AND u.is_active AND 'window' = ANY (u.roles)))));
END $fn$;

CREATE FUNCTION casework_promise_took(which uuid, who uuid, VARIADIC taken text[]) RETURNS boolean
LANGUAGE plpgsql STABLE {SAFE}
BEGIN
    RETURN EXISTS (SELECT FROM casework_promisestep s WHERE s.case_id = which AND s.actor = who AND s.step = ANY (taken));
END $fn$;

-- Served to that very party, proved as the way asks, on a day that has come; gives that day.
CREATE FUNCTION casework_promise_served(which uuid, paper text, today date) RETURNS date LANGUAGE plpgsql STABLE {SAFE}
BEGIN
    RETURN (SELECT max(v.served_on) FROM casework_promisepaper p JOIN casework_promiseproofofservice v ON v.paper_id = p.id
            JOIN documents_issueddocument d ON d.id = p.document
            WHERE p.case_id = which AND p.kind = paper AND d.kind = p.kind AND (p.party, d.subject) = (v.party, v.party)
              AND v."on" >= p.issued_on AND v.served_on <= today AND casework_reached(v.way, v.shows, v."on", today)
              AND v.served_on >= v."on" + coalesce((SELECT (r.value #>> '{{}}')::int FROM catalog_referencevalue r
                                                    WHERE r.path = 'service/ways/' || v.way || '/delay/n'), 0));
END $fn$;

CREATE FUNCTION casework_promisestep_in_order() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    found casework_promisecase;
BEGIN
    SELECT * INTO found FROM casework_promisecase WHERE id = NEW.case_id FOR UPDATE;
    IF found.id IS NULL OR NEW.seq <> found.revision + 1 OR NEW.source <> found.state
       OR NOT casework_may_promise(NEW.actor, NEW.step, found.agency_id)
       OR NEW.day <> (NEW.at AT TIME ZONE 'Asia/Shanghai')::date
       OR EXISTS (SELECT FROM casework_promisestep s WHERE s.case_id = NEW.case_id AND s.at > NEW.at)
       OR NOT EXISTS (SELECT FROM casework_promiseway w
                      WHERE (w.step, w.source, w.target) = (NEW.step, NEW.source, NEW.target)) THEN
        RAISE EXCEPTION 'no such step on a false promise from here' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step IN ('notify', 'reply', 'check', 'decide') AND casework_promise_took(NEW.case_id, NEW.actor, 'open', 'propose') THEN
        RAISE EXCEPTION 'a false promise is checked by another person' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.step = 'decide' AND (casework_promise_took(NEW.case_id, NEW.actor, 'check')
        OR NOT EXISTS (SELECT FROM casework_promisestep s WHERE s.case_id = NEW.case_id AND s.step = 'check')) THEN
        RAISE EXCEPTION 'a false promise is decided by a third person' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER step_in_order BEFORE INSERT ON casework_promisestep
    FOR EACH ROW EXECUTE FUNCTION casework_promisestep_in_order();

-- Nothing adverse goes on without what the law asks before it: evidence, notice, its service, the time to speak, replies.
CREATE FUNCTION casework_promisestep_whole() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    told integer := (SELECT max(p."window") FROM casework_promisepaper p
                     WHERE p.case_id = NEW.case_id AND p.kind = 'prior_notice');
    lacking text := CASE
        WHEN NOT EXISTS (SELECT FROM casework_promiseevidence e WHERE e.case_id = NEW.case_id) THEN 'evidence'
        WHEN NEW.step IN ('serve_notice', 'propose', 'check', 'decide', 'enter')
             AND casework_promise_served(NEW.case_id, 'prior_notice', NEW.day) IS NULL THEN 'notice'
        WHEN NEW.step IN ('propose', 'check', 'decide')
             AND NOT coalesce(casework_workdays(casework_promise_served(NEW.case_id, 'prior_notice', NEW.day), NEW.day - 1)
                              >= greatest(told, 1), false) THEN 'window'
        WHEN NEW.step IN ('propose', 'check', 'decide', 'enter') AND EXISTS (
            SELECT FROM casework_promiseobjection o WHERE o.case_id = NEW.case_id
               AND (o.replied_on IS NULL OR o.reply_sealed IS NULL OR o.upheld)) THEN 'answered'
        WHEN NEW.step IN ('propose', 'check', 'decide', 'enter')
             AND (SELECT count(*) FROM casework_promiseobjection o WHERE o.case_id = NEW.case_id)
                 > (SELECT count(*) FROM casework_promisepaper p WHERE p.case_id = NEW.case_id AND p.kind = 'objection_reply')
             THEN 'reply'
        WHEN NEW.step IN ('propose', 'drop') AND NEW.sealed IS NULL THEN 'reasons'
        WHEN NEW.step = 'enter' AND NOT EXISTS (
            SELECT FROM casework_promisepaper p JOIN documents_issueddocument d ON d.id = p.document
              JOIN documents_sealedcopy k ON k.document_id = d.id
             WHERE p.case_id = NEW.case_id AND p.kind = 'false_promise_decision'
               AND k.sha256 <> d.pdf_sha256 AND k.uploaded_at >= d.issued_at) THEN 'sealed'
        WHEN NEW.step = 'enter'
             AND casework_promise_served(NEW.case_id, 'false_promise_decision', NEW.day) IS NULL THEN 'decision' END;
BEGIN
    IF lacking IS NOT NULL THEN
        RAISE EXCEPTION 'nothing on a false promise without %', lacking USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER step_whole BEFORE INSERT ON casework_promisestep
    FOR EACH ROW EXECUTE FUNCTION casework_promisestep_whole();

CREATE FUNCTION casework_promisecase_by_steps() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    taken casework_promisestep;
    learns text[] := ARRAY['state', 'revision', 'decided_on', 'entered_on', 'shown_until'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- On what this very body granted, for the party that asked for it.
        IF NEW.state <> 'new' OR NEW.revision <> 0
           OR (NEW.decided_on, NEW.entered_on, NEW.shown_until) IS DISTINCT FROM (NULL::date, NULL::date, NULL::date)
           OR NOT EXISTS (SELECT FROM casework_repairitem i JOIN casework_repaircase r ON r.id = i.case_id
                          LEFT JOIN registry_listentry e ON e.id = i.entry_id
                          WHERE i.id = NEW.item_id AND i.outcome = 'grant' AND coalesce(e.list, '') = NEW.list
                            AND (r.subject_id, r.agency_id, r.party) = (NEW.subject_id, NEW.agency_id, NEW.party)) THEN
            RAISE EXCEPTION 'a false promise is of something that was granted' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO taken FROM casework_promisestep s WHERE s.case_id = NEW.id AND s.seq = NEW.revision;
    IF (to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns)
       OR taken.id IS NULL OR NEW.revision <> OLD.revision + 1
       OR (taken.source, taken.target) IS DISTINCT FROM (OLD.state, NEW.state)
       OR NEW.decided_on IS DISTINCT FROM (CASE taken.step WHEN 'decide' THEN taken.day ELSE OLD.decided_on END)
       OR NEW.entered_on IS DISTINCT FROM (CASE taken.step WHEN 'enter' THEN taken.day ELSE OLD.entered_on END)
       OR (NEW.shown_until IS DISTINCT FROM OLD.shown_until AND taken.step <> 'enter') THEN
        RAISE EXCEPTION 'a case on a false promise changes by a step alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER case_by_steps BEFORE INSERT OR UPDATE ON casework_promisecase
    FOR EACH ROW EXECUTE FUNCTION casework_promisecase_by_steps();

-- Evidence comes with the opening, and neither before nor after.
CREATE FUNCTION casework_promiseevidence_begins() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_promisecase c WHERE c.id = NEW.case_id AND c.state = 'new'
                   AND casework_may_promise(NEW."by", 'open', c.agency_id)) THEN
        RAISE EXCEPTION 'evidence comes with the opening' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER evidence_begins BEFORE INSERT ON casework_promiseevidence
    FOR EACH ROW EXECUTE FUNCTION casework_promiseevidence_begins();

CREATE FUNCTION casework_promisepaper_of_step() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_promisestep s JOIN casework_promisecase c ON c.id = s.case_id
                   JOIN casework_promisetaker k ON k.step = s.step JOIN documents_issueddocument d ON d.id = NEW.document
                   WHERE s.id = NEW.step_id AND c.id = NEW.case_id AND s.seq = c.revision + 1
                     AND (s.day, k.document, c.subject_id) = (NEW.issued_on, NEW.kind, NEW.party)
                     AND (d.number, d.kind, d.subject, d.agency, d.issued_by, d.issued_at)
                       = (NEW.number, NEW.kind, NEW.party, c.agency_id, s.actor, s.at)
                     AND (NEW.kind <> 'prior_notice'
                          OR coalesce(NEW."window" >= coalesce(casework_window_of(c.list), c."window"), false))) THEN
        RAISE EXCEPTION 'a paper comes with its step' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER paper_of_step BEFORE INSERT ON casework_promisepaper
    FOR EACH ROW EXECUTE FUNCTION casework_promisepaper_of_step();

-- Service is proved while the case waits for it, of that paper and by who takes the step.
CREATE FUNCTION casework_promiseproofofservice_of_paper() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_promisepaper p JOIN casework_promisecase c ON c.id = p.case_id
                   JOIN (VALUES ('prior_notice', 'notified', 'serve_notice'), ('false_promise_decision', 'decided', 'enter'))
                        AS w(kind, state, step) ON (w.kind, w.state) = (p.kind, c.state)
                   WHERE p.id = NEW.paper_id AND p.party = NEW.party
                     AND casework_may_promise(NEW."by", w.step, c.agency_id)) THEN
        RAISE EXCEPTION 'service is proved when its paper waits for it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER service_of_paper BEFORE INSERT ON casework_promiseproofofservice
    FOR EACH ROW EXECUTE FUNCTION casework_promiseproofofservice_of_paper();

-- What the party says comes in unanswered, with its step, and is answered once, with the step that replies.
CREATE FUNCTION casework_promiseobjection_with_step() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.replied_on IS NOT NULL OR NEW.reply_sealed IS NOT NULL OR NEW.upheld
        OR NEW.kind NOT IN ('representation', 'objection')
        OR NEW.received_on <> (NEW.received_at AT TIME ZONE 'Asia/Shanghai')::date
        OR NOT EXISTS (SELECT FROM casework_promisecase c JOIN casework_promiseway w ON w.source = c.state AND w.step = 'receive'
                       WHERE c.id = NEW.case_id)) THEN
        RAISE EXCEPTION 'what the party says comes in unanswered' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.replied_on < NEW.received_on OR NEW.reply_sealed IS NULL) THEN
        RAISE EXCEPTION 'a reply has reasons and comes after what it replies to' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER objection_with_step BEFORE INSERT OR UPDATE ON casework_promiseobjection
    FOR EACH ROW EXECUTE FUNCTION casework_promiseobjection_with_step();
CREATE TRIGGER learns_once BEFORE UPDATE ON casework_promiseobjection FOR EACH ROW EXECUTE FUNCTION
    casework_learns_once('replied_on', 'reply_sealed', 'reply_commitment', 'upheld');
CREATE TRIGGER learns_once BEFORE UPDATE OF case_id, objection_id, name, start, n, stopped_on ON casework_promiseclock
    FOR EACH ROW EXECUTE FUNCTION casework_learns_once('stopped_on', 'last', 'provisional');

-- At its commit a step is told by the event that it names, and has made its paper, which says what it has to.
CREATE FUNCTION casework_promisestep_done() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_event e WHERE (e.id, e.kind, e.at) = (NEW.event, 'promise.' || NEW.step, NEW.at)) THEN
        RAISE EXCEPTION 'a step on a false promise that no event tells' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM casework_promisetaker k WHERE k.step = NEW.step AND k.document <> ''
               AND NOT EXISTS (SELECT FROM casework_promisepaper p WHERE p.step_id = NEW.id AND p.says @> CASE k.document
                   WHEN 'prior_notice' THEN ARRAY['facts', 'basis', 'rights', 'window']
                   WHEN 'false_promise_decision' THEN ARRAY['party', 'facts', 'evidence', 'basis', 'decision', 'rights',
                       'deadlines', 'reconsideration_body', 'court', 'exit_conditions', 'repair_notice']
                   ELSE ARRAY[]::text[] END)) THEN
        RAISE EXCEPTION 'a step on a false promise without its paper' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER step_done AFTER INSERT ON casework_promisestep DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_promisestep_done();
REVOKE EXECUTE ON FUNCTION casework_promisestep_done() FROM PUBLIC;
"""
DROP = """
DROP TRIGGER step_done ON casework_promisestep; DROP FUNCTION casework_promisestep_done();
DROP TRIGGER learns_once ON casework_promiseclock; DROP TRIGGER learns_once ON casework_promiseobjection;
DROP TRIGGER objection_with_step ON casework_promiseobjection; DROP FUNCTION casework_promiseobjection_with_step();
DROP TRIGGER service_of_paper ON casework_promiseproofofservice; DROP FUNCTION casework_promiseproofofservice_of_paper();
DROP TRIGGER paper_of_step ON casework_promisepaper; DROP FUNCTION casework_promisepaper_of_step();
DROP TRIGGER evidence_begins ON casework_promiseevidence; DROP FUNCTION casework_promiseevidence_begins();
DROP TRIGGER case_by_steps ON casework_promisecase; DROP FUNCTION casework_promisecase_by_steps();
DROP TRIGGER step_whole ON casework_promisestep; DROP FUNCTION casework_promisestep_whole();
DROP TRIGGER step_in_order ON casework_promisestep; DROP FUNCTION casework_promisestep_in_order();
DROP FUNCTION casework_promise_served(uuid, text, date); DROP FUNCTION casework_promise_took(uuid, uuid, text[]);
DROP FUNCTION casework_may_promise(uuid, text, uuid);
DROP TABLE casework_promisetaker; DROP TABLE casework_promiseway;
"""

# Of a case an account writes its step `receive`, what it said, and the clock that this starts.
ACCOUNTS = "".join(
    f"CREATE POLICY no_account_{command.lower()} ON {table} AS RESTRICTIVE FOR {command} TO xinheng_app"
    f" {'WITH CHECK' if command == 'INSERT' else 'USING'} ({NOBODY_S});\n"
    for table, command in (
        ("casework_promisecase", "INSERT"),
        ("casework_promiseevidence", "INSERT"),
        ("casework_promisepaper", "INSERT"),
        ("casework_promiseproofofservice", "INSERT"),
        ("casework_promiseobjection", "UPDATE"),
    )
)
SPEAKS = f"""
{ACCOUNTS}
CREATE POLICY account_speaks ON casework_promisestep AS RESTRICTIVE FOR INSERT TO xinheng_app
    WITH CHECK ({NOBODY_S} OR step = 'receive');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0040_promises_tables"),
        ("ledger", "0007_event_of_kind"),
        ("access", "0008_own_file"),
        ("documents", "0006_sealed_watch"),
    ]

    operations = [
        migrations.RunSQL(WAY + STEPS, DROP),
        grant(("casework_promiseway", "casework_promisetaker"), app="select", auditor="select"),
        grant(KEPT, app="select, insert", auditor="select"),
        grant(CHANGED, app="select, insert, update", auditor="select"),
        append_only(*KEPT),
        *(row_policy(table, rule, roles="xinheng_app") for table, rule in RULES.items()),
        *(row_policy(table, "true", roles="xinheng_auditor", command="select") for table in RULES),
        # What looks at a commit, when nobody acts any more, looks as the owner.
        *(
            row_policy(table, "true", roles="xinheng_owner", command="select")
            for table in ("casework_promisecase", "casework_promisepaper", "casework_promisestep")
        ),
        migrations.RunSQL(SPEAKS, migrations.RunSQL.noop),
    ]

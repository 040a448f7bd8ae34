"""A case goes from state to state by its steps alone, and what was written stays (步骤先后、只增不改)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy

OWN = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"
OF_OWN_CASE = "EXISTS (SELECT FROM casework_case c WHERE c.id = case_id)"
OF_OWN_DRAFT = "EXISTS (SELECT FROM casework_draft d WHERE d.id = draft_id)"
OF_OWN_PAPER = "EXISTS (SELECT FROM casework_casepaper p WHERE p.id = paper_id)"
OF_CASE = (
    "casework_draft", "casework_leniency", "casework_casestep", "casework_casepaper", "casework_objection",
    "casework_ask", "casework_deadline", "casework_note",
)  # fmt: skip
KEPT = (
    "casework_draft", "casework_leniency", "casework_consent", "casework_casestep", "casework_casepaper",
    "casework_service", "casework_note",
)  # fmt: skip
CHANGED = ("casework_case", "casework_ground", "casework_objection", "casework_ask", "casework_deadline")

# The table of xinheng/law/procedures/listing.py: a test holds the two together.
WAYS = """
open new draft
redraft notified draft | redraft awaiting draft | redraft proposed draft | redraft checked draft
notify draft notified
serve_notice notified awaiting
receive notified notified | receive awaiting awaiting | receive proposed proposed | receive checked checked
hold_hearing notified notified | hold_hearing awaiting awaiting | hold_hearing proposed proposed
hold_hearing checked checked
reply notified notified | reply awaiting awaiting | reply proposed proposed | reply checked checked
propose awaiting proposed
check proposed checked
return proposed awaiting | return checked awaiting
decide checked decided
list decided listed
decide_not awaiting not_listed | decide_not proposed not_listed | decide_not checked not_listed
decide_not decided not_listed
withdraw draft withdrawn | withdraw notified withdrawn
hide listed hidden
restore hidden listed
end listed removed | end hidden removed
exit listed removed | exit hidden removed
revoke listed removed | revoke hidden removed
correct listed removed | correct hidden removed
leave_with_unit listed removed | leave_with_unit hidden removed
"""
# Who may take a step and which paper it makes, as in that same table.
STEPS_OF = """
open clerk
redraft clerk checker
notify checker / prior_notice
serve_notice clerk / proof_of_service
receive clerk window subject
hold_hearing checker / hearing_record
reply checker / objection_reply
propose clerk
check checker
return checker signer
decide signer / listing_decision
list clerk / proof_of_service
decide_not signer / not_listing_decision
withdraw clerk checker
hide system clerk checker
restore signer
end system clerk / removal_decision
exit signer / removal_decision
revoke system signer / removal_decision
correct signer / removal_decision
leave_with_unit system clerk / removal_decision
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
CREATE TABLE casework_way (
    step text NOT NULL, source text NOT NULL, target text NOT NULL, PRIMARY KEY (step, source, target)
);
INSERT INTO casework_way VALUES {ROWS};
CREATE TABLE casework_step (step text PRIMARY KEY, roles text[] NOT NULL, document text NOT NULL);
INSERT INTO casework_step VALUES {TAKERS};
"""

STEPS = r"""
-- An officer of the deciding body, in a role of the step, on that day; where the system or the party itself may
-- act, somebody who is no officer at all.
CREATE FUNCTION casework_may_take(who uuid, taken text, body uuid) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM access_user u JOIN casework_step t ON t.roles && u.roles
                   WHERE t.step = taken AND u.id = who AND u.agency_id = body AND u.is_active)
        OR (NOT EXISTS (SELECT FROM access_user u WHERE u.id = who)
            AND EXISTS (SELECT FROM casework_step t WHERE t.step = taken
                        AND t.roles && ARRAY['system', 'window', 'subject']));
END $fn$;

CREATE FUNCTION casework_step_in_order() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $fn$
DECLARE
    found casework_case;
BEGIN
    SELECT * INTO found FROM casework_case WHERE id = NEW.case_id FOR UPDATE;
    IF found.id IS NULL OR NEW.seq <> found.revision + 1 OR NEW.source <> found.state
       OR NEW.version <> found.version + (NEW.step = 'redraft')::int
       OR NOT casework_may_take(NEW.actor, NEW.step, found.agency_id)
       OR NEW.day <> (NEW.at AT TIME ZONE 'Asia/Shanghai')::date
       OR EXISTS (SELECT FROM casework_casestep s WHERE s.case_id = NEW.case_id AND s.at > NEW.at)
       OR NOT EXISTS (SELECT FROM casework_way w
                      WHERE (w.step, w.source, w.target) = (NEW.step, NEW.source, NEW.target)) THEN
        RAISE EXCEPTION 'no such step of a case from here' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER step_in_order BEFORE INSERT ON casework_casestep
    FOR EACH ROW EXECUTE FUNCTION casework_step_in_order();

CREATE FUNCTION casework_case_by_steps() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $fn$
DECLARE
    taken casework_casestep;
    open_columns text[] := ARRAY['state', 'version', 'revision', 'handler', 'decided_on', 'listed_on', 'until'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'new' OR NEW.revision <> 0 OR NEW.version <> 1 OR NEW.decided_on IS NOT NULL
           OR NEW.listed_on IS NOT NULL OR NEW.until IS NOT NULL THEN
            RAISE EXCEPTION 'a case begins at its beginning' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (to_jsonb(NEW) - open_columns) IS DISTINCT FROM (to_jsonb(OLD) - open_columns) THEN
        RAISE EXCEPTION 'a case keeps its party and its list' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.state, NEW.version, NEW.revision, NEW.decided_on, NEW.listed_on, NEW.until)
       IS NOT DISTINCT FROM (OLD.state, OLD.version, OLD.revision, OLD.decided_on, OLD.listed_on, OLD.until) THEN
        RETURN NEW;
    END IF;
    SELECT * INTO taken FROM casework_casestep s WHERE s.case_id = NEW.id AND s.seq = NEW.revision;
    IF taken.id IS NULL OR NEW.revision <> OLD.revision + 1
       OR (taken.source, taken.target, taken.version) IS DISTINCT FROM (OLD.state, NEW.state, NEW.version)
       -- The days are those of their steps.
       OR NEW.decided_on IS DISTINCT FROM (CASE taken.step WHEN 'decide' THEN taken.day ELSE OLD.decided_on END)
       OR NEW.listed_on IS DISTINCT FROM (CASE taken.step WHEN 'list' THEN taken.day ELSE OLD.listed_on END)
       OR (NEW.until IS DISTINCT FROM OLD.until AND taken.step <> 'list') THEN
        RAISE EXCEPTION 'a case changes by a step alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER case_by_steps BEFORE INSERT OR UPDATE ON casework_case
    FOR EACH ROW EXECUTE FUNCTION casework_case_by_steps();
"""

# What a row may still learn after it was written: each column once, the rest never.
ONCE = r"""
CREATE FUNCTION casework_learns_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $fn$
DECLARE
    learns text[] := TG_ARGV;
    had jsonb := to_jsonb(OLD);
BEGIN
    IF (to_jsonb(NEW) - learns) IS DISTINCT FROM (had - learns)
       OR (TG_ARGV[0] <> '' AND had -> TG_ARGV[0] <> 'null'::jsonb AND to_jsonb(NEW) IS DISTINCT FROM had) THEN
        RAISE EXCEPTION '% keeps what it says', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER learns_once BEFORE UPDATE ON casework_ask FOR EACH ROW EXECUTE FUNCTION
    casework_learns_once('decided_by', 'decided_at', 'granted', 'answer_sealed', 'answer_commitment');
CREATE TRIGGER learns_once BEFORE UPDATE ON casework_objection FOR EACH ROW EXECUTE FUNCTION
    casework_learns_once('replied_on', 'heard_on', 'reply_sealed', 'reply_commitment', 'upheld');
CREATE TRIGGER keeps BEFORE UPDATE ON casework_ground FOR EACH ROW EXECUTE FUNCTION
    casework_learns_once('', 'effect');
CREATE TRIGGER learns_once BEFORE UPDATE OF case_id, objection_id, name, start, n, extended_by, stopped_on
    ON casework_deadline FOR EACH ROW EXECUTE FUNCTION
    casework_learns_once('stopped_on', 'n', 'extended_by', 'last', 'provisional', 'told');
"""

DROP = """
DROP TRIGGER learns_once ON casework_deadline; DROP TRIGGER keeps ON casework_ground;
DROP TRIGGER learns_once ON casework_objection; DROP TRIGGER learns_once ON casework_ask;
DROP FUNCTION casework_learns_once();
DROP TRIGGER case_by_steps ON casework_case; DROP FUNCTION casework_case_by_steps();
DROP TRIGGER step_in_order ON casework_casestep; DROP FUNCTION casework_step_in_order();
DROP FUNCTION casework_may_take(uuid, text, uuid);
DROP TABLE casework_step; DROP TABLE casework_way;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_tables"), ("access", "0004_signer"), ("runtime", "0002_functions")]

    operations = [
        migrations.RunSQL(WAY + STEPS + ONCE, DROP),
        grant(("casework_way", "casework_step"), app="select", auditor="select"),
        grant(KEPT, app="select, insert", auditor="select"),
        grant(CHANGED, app="select, insert, update", auditor="select"),
        append_only(*KEPT),
        row_policy("casework_case", OWN, roles="xinheng_app"),
        *(row_policy(table, OF_OWN_CASE, roles="xinheng_app") for table in OF_CASE),
        row_policy("casework_ground", OF_OWN_DRAFT, roles="xinheng_app"),
        row_policy("casework_consent", OF_OWN_DRAFT, roles="xinheng_app"),
        row_policy("casework_service", OF_OWN_PAPER, roles="xinheng_app"),
        *(
            row_policy(table, "true", roles="xinheng_auditor", command="select")
            for table in (
                "casework_case",
                *OF_CASE,
                "casework_ground",
                "casework_consent",
                "casework_service",
            )
        ),
    ]

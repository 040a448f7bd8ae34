"""Revocations and corrections go by their steps alone, by who may, and nothing of them is rewritten (步骤先后、只增不改)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy, watch

OWN = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"
OF_REVOCATION = "EXISTS (SELECT FROM casework_revocation p WHERE p.id = revocation_id)"
OF_CORRECTION = "EXISTS (SELECT FROM casework_correction p WHERE p.id = correction_id)"
PARENTS = ("casework_revocation", "casework_correction")
KEPT = (
    "casework_revocationstep",
    "casework_revocationproof",
    "casework_revocationfate",
    "casework_correctionstep",
)
SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"

# The tables of xinheng/law/procedures/{revocation,correction}.py: a test holds them together. Procedure, step, sources,
# target, roles; after a slash, with whose actors the taker is not the same.
WAYS = """
revocation open new opened system,clerk
revocation fall opened,suspended fallen system,clerk
revocation suspend opened suspended system,clerk
revocation hide opened,suspended hidden system,clerk
revocation vary opened varied checker / open,review
revocation let_fall hidden,reviewed fallen checker,signer
revocation review hidden,suspended reviewed checker
revocation keep reviewed kept signer / open,review
revocation resume reviewed kept signer / open,review
revocation complete fallen,varied,kept done system,clerk
correction lodge new lodged subject,window
correction freeze lodged,asked,answered,proposed - system,window,clerk
correction ask_source lodged asked system,clerk
correction answer lodged,asked answered clerk
correction propose answered proposed clerk
correction return proposed answered checker
correction decide proposed decided checker / propose
correction unfreeze decided - checker
correction complete decided done system,clerk
correction withdraw lodged,asked,answered,proposed withdrawn subject,window
"""


def _rows() -> str:
    made = []
    for line in WAYS.strip().splitlines():
        way, _, apart = line.partition(" / ")
        procedure, step, sources, target, roles = way.split()
        for source in sources.split(","):
            told = (procedure, step, source, source if target == "-" else target)
            listed = f"'{{{roles}}}', '{{{apart.strip()}}}'"
            made.append("(" + ", ".join(f"'{each}'" for each in told) + f", {listed})")
    return ",\n".join(made)


STEPS = rf"""
CREATE TABLE casework_matterway (
    procedure text NOT NULL, step text NOT NULL, source text NOT NULL, target text NOT NULL, roles text[] NOT NULL,
    apart text[] NOT NULL, PRIMARY KEY (procedure, step, source)
);
INSERT INTO casework_matterway VALUES {_rows()};

-- An officer of the body in a role of the step; window staff of any body; where system or party may, no officer at all.
CREATE FUNCTION casework_matter_may(who uuid, allowed text[], body uuid) RETURNS boolean LANGUAGE plpgsql STABLE
{SAFE}
BEGIN
    RETURN EXISTS (SELECT FROM access_user u WHERE u.id = who AND u.is_active AND u.roles && allowed
                   AND (u.agency_id = body OR ('window' = ANY (u.roles) AND 'window' = ANY (allowed))))
        OR (NOT EXISTS (SELECT FROM access_user u WHERE u.id = who) AND allowed && ARRAY['system', 'subject']);
END $fn$;

CREATE FUNCTION casework_matter_step_in_order() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    parent uuid := (to_jsonb(NEW) ->> (TG_ARGV[0] || '_id'))::uuid;
    found record;
    way casework_matterway;
    mixed boolean;
    latest timestamptz;
BEGIN
    EXECUTE format('SELECT state, revision, agency_id FROM casework_%I WHERE id = $1 FOR UPDATE', TG_ARGV[0])
        INTO found USING parent;
    EXECUTE format('SELECT max(at) FROM %I WHERE %I = $1', TG_TABLE_NAME, TG_ARGV[0] || '_id')
        INTO latest USING parent;
    SELECT * INTO way FROM casework_matterway w
     WHERE (w.procedure, w.step, w.source, w.target) = (TG_ARGV[0], NEW.step, NEW.source, NEW.target);
    IF found.state IS NULL OR way.step IS NULL OR NEW.seq <> found.revision + 1 OR NEW.source <> found.state
       OR NEW.day <> (NEW.at AT TIME ZONE 'Asia/Shanghai')::date OR latest > NEW.at
       OR NOT casework_matter_may(NEW.actor, way.roles, found.agency_id) THEN
        RAISE EXCEPTION 'no such step of a matter from here' USING ERRCODE = 'check_violation';
    END IF;
    IF cardinality(way.apart) > 0 THEN
        EXECUTE format('SELECT coalesce(bool_or(actor = $2), false) OR count(DISTINCT (actor, step)) > count(DISTINCT actor)'
                       ' FROM %I WHERE %I = $1 AND step = ANY ($3)', TG_TABLE_NAME, TG_ARGV[0] || '_id')
            INTO mixed USING parent, NEW.actor, way.apart;
        IF mixed THEN
            RAISE EXCEPTION 'who signs is not who made or looked' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END
$fn$;

CREATE FUNCTION casework_matter_by_steps() RETURNS trigger LANGUAGE plpgsql {SAFE}
DECLARE
    learns text[] := string_to_array(TG_ARGV[1], ',');
    taken record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'new' OR NEW.revision <> 0 THEN
            RAISE EXCEPTION 'a matter begins at its beginning' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns) THEN
        RAISE EXCEPTION 'a matter keeps what it is about' USING ERRCODE = 'check_violation';
    END IF;
    EXECUTE format('SELECT source, target FROM casework_%sstep WHERE %I = $1 AND seq = $2', TG_ARGV[0], TG_ARGV[0] || '_id')
        INTO taken USING NEW.id, NEW.revision;
    IF NEW.revision <> OLD.revision + 1 OR taken.target IS NULL
       OR (taken.source, taken.target) IS DISTINCT FROM (OLD.state, NEW.state) THEN
        RAISE EXCEPTION 'a matter changes by a step alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;

CREATE FUNCTION casework_matter_step_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_event e
                   WHERE (e.id, e.kind, e.at) = (NEW.event, TG_ARGV[0] || '.' || NEW.step, NEW.at)) THEN
        RAISE EXCEPTION 'a step of a matter that no event tells' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
REVOKE EXECUTE ON FUNCTION casework_matter_step_told() FROM PUBLIC;
""" + "".join(
    f"""
CREATE TRIGGER step_in_order BEFORE INSERT ON casework_{name}step
    FOR EACH ROW EXECUTE FUNCTION casework_matter_step_in_order('{name}');
CREATE TRIGGER by_steps BEFORE INSERT OR UPDATE ON casework_{name}
    FOR EACH ROW EXECUTE FUNCTION casework_matter_by_steps('{name}', '{learns}');
CREATE CONSTRAINT TRIGGER step_told AFTER INSERT ON casework_{name}step DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_matter_step_told('{name}');
"""
    for name, learns in (
        ("revocation", "state,revision"),
        ("correction", "state,revision,frozen,mistaken,proposal,decided_on"),
    )
)

SHIELD = rf"""
-- Who said 这不是我 is shielded until it was decided that the record is the party's after all.
CREATE FUNCTION casework_stays_frozen() RETURNS trigger LANGUAGE plpgsql {SAFE}
BEGIN
    IF OLD.frozen AND NOT NEW.frozen AND NEW.mistaken IS DISTINCT FROM false
       AND NOT EXISTS (SELECT FROM casework_correctionstep s
                       WHERE s.correction_id = NEW.id AND s.seq = NEW.revision AND s.step = 'withdraw') THEN
        RAISE EXCEPTION 'publication goes on only where it was decided that it is the party' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER stays_frozen BEFORE UPDATE ON casework_correction
    FOR EACH ROW EXECUTE FUNCTION casework_stays_frozen();
CREATE TRIGGER learns_once BEFORE UPDATE ON casework_correctionsibling
    FOR EACH ROW EXECUTE FUNCTION casework_learns_once('seen_by', 'seen_at', 'confused');
"""

# The key under which the texts of a correction are sealed outlives the subject's last record.
KEY = rf"""
CREATE FUNCTION casework_corrections_need_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF EXISTS (SELECT FROM casework_correction c WHERE c.subject_id = OLD.subject) THEN
        RAISE EXCEPTION 'a data key that corrections still need' USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END
$fn$;
CREATE TRIGGER corrections_need_key BEFORE DELETE ON vault_subjectkey
    FOR EACH ROW EXECUTE FUNCTION casework_corrections_need_key();
REVOKE EXECUTE ON FUNCTION casework_corrections_need_key() FROM PUBLIC;
"""

DROP = (
    """
DROP TRIGGER corrections_need_key ON vault_subjectkey; DROP FUNCTION casework_corrections_need_key();
DROP TRIGGER learns_once ON casework_correctionsibling;
DROP TRIGGER stays_frozen ON casework_correction; DROP FUNCTION casework_stays_frozen();
"""
    + "".join(
        f"DROP TRIGGER step_told ON casework_{name}step; DROP TRIGGER by_steps ON casework_{name};"
        f"DROP TRIGGER step_in_order ON casework_{name}step;"
        for name in ("revocation", "correction")
    )
    + """
DROP FUNCTION casework_matter_step_told(); DROP FUNCTION casework_matter_by_steps();
DROP FUNCTION casework_matter_step_in_order(); DROP FUNCTION casework_matter_may(uuid, text[], uuid);
DROP TABLE casework_matterway;
"""
)

TOLD = {
    "casework_revocation": (
        "r.id plain; r.number text; r.instrument_id plain; r.agency_id plain; r.state text; r.revision plain; "
        "r.varied plain; r.statement text; r.known_on date; r.due date; r.provisional plain; r.opened_by plain; "
        "r.opened_at moment"
    ),
    "casework_revocationstep": (
        "r.id plain; r.revocation_id plain; r.seq plain; r.step text; r.source text; r.target text; r.actor plain; "
        "r.at moment; r.day date; r.event plain; r.asked plain; r.edition text; r.reason text"
    ),
    "casework_revocationproof": (
        "r.id plain; r.revocation_id plain; r.effect text; r.varied plain; r.kind text; r.number text; "
        'r.body_name text; r.decided_on date; r."by" plain; r.at moment'
    ),
    "casework_revocationfate": (
        "r.id plain; r.revocation_id plain; r.seq plain; r.node text; r.layer text; r.target plain; r.number text; "
        "r.agency plain; r.rests_on list; r.ours plain; r.fate text; r.marked plain; r.because list"
    ),
    "casework_correction": (
        "r.id plain; r.number text; r.record_id plain; r.subject_id plain; r.agency_id plain; r.channel text; "
        "r.fields list; r.not_me plain; r.state text; r.revision plain; r.frozen plain; r.mistaken plain; "
        "r.proposal plain; r.lodged_by plain; r.lodged_on date; r.decided_on date; r.due date; r.provisional plain"
    ),
    "casework_correctionstep": (
        "r.id plain; r.correction_id plain; r.seq plain; r.step text; r.source text; r.target text; r.actor plain; "
        "r.at moment; r.day date; r.event plain; r.asked plain; r.edition text; r.document plain; r.paper text; "
        'r.says list; r.way text; r."on" date; r.shows list; r.sealed_commitment bytes'
    ),
    "casework_correctionsibling": (
        "r.id plain; r.correction_id plain; r.record_id plain; r.agency plain; r.likeness text; r.seen_by plain; "
        "r.seen_at moment; r.confused plain"
    ),
}
# What a party's account does: lodge, and take back.
SPEAKS = """
CREATE POLICY account_speaks ON casework_correctionstep AS RESTRICTIVE FOR INSERT TO xinheng_app
    WITH CHECK ((SELECT xinheng_account()) IS NULL OR step IN ('lodge', 'withdraw'));
"""
UNSPOKEN = "DROP POLICY account_speaks ON casework_correctionstep"
OF_THE_PARTY = f"{OWN} OR subject_id = (SELECT xinheng_own())"


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0010_mending"),
        ("ledger", "0007_event_of_kind"),
        ("access", "0008_own_file"),
        ("vault", "0001_tables"),
    ]

    operations = [
        migrations.RunSQL(STEPS + SHIELD + KEY, DROP),
        grant("casework_matterway", app="select", auditor="select"),
        grant(KEPT, app="select, insert", auditor="select"),
        grant((*PARENTS, "casework_correctionsibling"), app="select, insert, update", auditor="select"),
        append_only(*KEPT),
        row_policy("casework_revocation", OWN, roles="xinheng_app"),
        row_policy("casework_correction", OF_THE_PARTY, roles="xinheng_app"),
        *(
            row_policy(f"casework_{name}", OF_REVOCATION, roles="xinheng_app")
            for name in ("revocationstep", "revocationproof", "revocationfate")
        ),
        row_policy("casework_correctionstep", OF_CORRECTION, roles="xinheng_app"),
        migrations.RunSQL(SPEAKS, UNSPOKEN),
        # What else the same confusion may have hit is other parties' business.
        row_policy(
            "casework_correctionsibling",
            f"(SELECT xinheng_own()) IS NULL AND {OF_CORRECTION}",
            roles="xinheng_app",
        ),
        *(row_policy(table, "true", roles="xinheng_auditor", command="select") for table in TOLD),
        row_policy("casework_correction", "true", roles="xinheng_owner", command="select"),
        *(watch(table, "r.id::text", columns) for table, columns in TOLD.items()),
    ]

"""A lift is told, ends once, and lets no measure be taken meanwhile; what a body is told it answers once (暂时解除的防护).

That it rests on a verified plan that runs and is no longer than that, casework.0053 holds, where plans are.
"""

from django.db import migrations

from xinheng.runtime.sql import grant, row_policy

OWNER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
OWN = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"
LIFTS = f"{OWN} OR subject_id = (SELECT xinheng_own())"

GUARDS = rf"""
CREATE FUNCTION registry_lift_in_order() RETURNS trigger {OWNER} AS $fn$
DECLARE
    learns text[] := ARRAY['ended_on', 'ended_by', 'ender', 'ended_at', 'ended_event'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.ended_on IS NOT NULL OR NEW.since <> (NEW.at AT TIME ZONE 'Asia/Shanghai')::date THEN
            RAISE EXCEPTION 'measures are lifted from the day on which that is decided' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.ended_on IS NOT NULL OR (to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns)
       OR NEW.ended_on IS NULL OR NEW.ended_on < OLD.since OR NEW.ended_on > OLD.until + 1
       OR NEW.ended_on > (NEW.ended_at AT TIME ZONE 'Asia/Shanghai')::date THEN
        RAISE EXCEPTION 'a lift of measures keeps what it says and ends once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER lift_in_order BEFORE INSERT OR UPDATE ON registry_measurelift
    FOR EACH ROW EXECUTE FUNCTION registry_lift_in_order();
CREATE TRIGGER lift_stays BEFORE DELETE ON registry_measurelift
    FOR EACH ROW EXECUTE FUNCTION xinheng_refuse_change();

CREATE FUNCTION registry_lift_told() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF NOT registry_is_told(NEW.event, NEW.at, 'measure.lifted')
       OR (NEW.ended_on IS NOT NULL AND NOT registry_is_told(NEW.ended_event, NEW.ended_at, 'measure.lift_ended')) THEN
        RAISE EXCEPTION 'a lift of measures that no event tells' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER lift_told AFTER INSERT OR UPDATE ON registry_measurelift DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION registry_lift_told();

-- While a plan runs none is taken on the same ground.
CREATE FUNCTION registry_measure_not_lifted() RETURNS trigger {OWNER} AS $fn$
BEGIN
    IF EXISTS (SELECT FROM registry_measurelift l WHERE l.subject_id = NEW.subject_id
               AND (l.instrument_id = NEW.instrument_id OR l.entry_id = NEW.entry_id)
               AND NEW.decided_on BETWEEN l.since AND l.until AND (l.ended_on IS NULL OR l.ended_on > NEW.decided_on)) THEN
        RAISE EXCEPTION 'no measure is taken while a plan runs' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER measure_not_lifted BEFORE UPDATE ON registry_measuretaken
    FOR EACH ROW WHEN (NEW.state = 'in_force' AND OLD.state <> 'in_force')
    EXECUTE FUNCTION registry_measure_not_lifted();

CREATE FUNCTION registry_rating_in_order() RETURNS trigger {OWNER} AS $fn$
DECLARE
    learns text[] := ARRAY['answer', 'answered_by', 'answered_at', 'sealed', 'sealed_commitment'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.answered_at IS NOT NULL OR NOT registry_is_lifted(NEW.measure_id, NEW.agency_id, NEW.plan, NEW.event) THEN
            RAISE EXCEPTION 'a body is told of its own measure, when the plan is over' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.answered_at IS NOT NULL OR (to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns)
       OR NEW.sealed IS NULL OR (NEW.answer = 'ended' AND NOT EXISTS (
            SELECT FROM registry_measuretaken m WHERE m.id = NEW.measure_id AND m.state = 'ended')) THEN
        RAISE EXCEPTION 'a measure is rated anew once, with reasons' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE FUNCTION registry_is_lifted(measure uuid, body uuid, of uuid, told uuid) RETURNS boolean {OWNER} AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM registry_measuretaken m JOIN registry_measurelift l ON l.subject_id = m.subject_id
                   AND (l.instrument_id = m.instrument_id OR l.entry_id = m.entry_id)
                   WHERE (m.id, m.agency_id, m.state) = (measure, body, 'in_force') AND (l.plan, l.ended_event) = (of, told));
END $fn$;
CREATE TRIGGER rating_in_order BEFORE INSERT OR UPDATE ON registry_measurerating
    FOR EACH ROW EXECUTE FUNCTION registry_rating_in_order();
CREATE TRIGGER rating_stays BEFORE DELETE ON registry_measurerating
    FOR EACH ROW EXECUTE FUNCTION xinheng_refuse_change();
REVOKE EXECUTE ON FUNCTION registry_lift_in_order(), registry_lift_told(), registry_measure_not_lifted(),
    registry_rating_in_order(), registry_is_lifted(uuid, uuid, uuid, uuid) FROM PUBLIC;
"""
DROP = """
DROP TRIGGER rating_stays ON registry_measurerating; DROP TRIGGER rating_in_order ON registry_measurerating;
DROP FUNCTION registry_rating_in_order(); DROP FUNCTION registry_is_lifted(uuid, uuid, uuid, uuid);
DROP TRIGGER measure_not_lifted ON registry_measuretaken; DROP FUNCTION registry_measure_not_lifted();
DROP TRIGGER lift_told ON registry_measurelift; DROP FUNCTION registry_lift_told();
DROP TRIGGER lift_stays ON registry_measurelift; DROP TRIGGER lift_in_order ON registry_measurelift;
DROP FUNCTION registry_lift_in_order();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0050_measures_lifted"),
        ("ledger", "0007_event_of_kind"),
        ("access", "0008_own_file"),
    ]

    operations = [
        grant(
            "registry_measurelift",
            app="select, insert, update",
            intake="select",
            projector="select",
            auditor="select",
        ),
        grant("registry_measurerating", app="select, insert, update", auditor="select"),
        row_policy("registry_measurelift", LIFTS, roles="xinheng_app, xinheng_intake"),
        row_policy("registry_measurerating", OWN, roles="xinheng_app"),
        row_policy(
            "registry_measurelift",
            "true",
            roles="xinheng_projector, xinheng_auditor, xinheng_owner",
            command="select",
        ),
        row_policy("registry_measurerating", "true", roles="xinheng_auditor", command="select"),
        migrations.RunSQL(
            "CREATE POLICY no_account_insert ON registry_measurelift AS RESTRICTIVE FOR INSERT TO xinheng_app"
            " WITH CHECK ((SELECT xinheng_account()) IS NULL);"
            "CREATE POLICY no_account_update ON registry_measurelift AS RESTRICTIVE FOR UPDATE TO xinheng_app"
            " USING ((SELECT xinheng_account()) IS NULL);",
            "DROP POLICY no_account_update ON registry_measurelift; DROP POLICY no_account_insert ON registry_measurelift;",
        ),
        migrations.RunSQL(GUARDS, DROP),
    ]

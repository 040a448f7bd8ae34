"""Who left a list early, and a record that was repaired, come back by a decided and served case alone (承诺不实的效果)."""

import re
from importlib import import_module

from django.db import migrations

SAFE = "SET search_path = pg_catalog, public, pg_temp AS $fn$"
ORDER = import_module("xinheng.casework.migrations.0002_order")
LISTING = import_module("xinheng.casework.migrations.0003_listing")


def _of(text: str, name: str) -> str:
    """A function as an earlier migration made it, to be made again."""
    found = re.search(rf"CREATE FUNCTION {name}\(\).*?\$fn\$;\n", text, re.DOTALL)
    if found is None:
        raise LookupError(name)
    return found[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)


def _put(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise LookupError(old)
    return text.replace(old, new)


BY_STEPS = _of(ORDER.STEPS, "casework_case_by_steps")
ENTERED = _of(LISTING.GUARDS, "casework_entered")
OF_CASE = _of(LISTING.GUARDS, "casework_entry_of_case")

# A term that begins anew begins with the decision that says so and the day of coming back; one that does not keeps all.
BY_STEPS_NOW = _put(
    _put(
        _put(
            BY_STEPS,
            "OR NEW.decided_on IS DISTINCT FROM (CASE taken.step WHEN 'decide' THEN taken.day ELSE OLD.decided_on END)",
            "OR (NEW.decided_on IS DISTINCT FROM (CASE taken.step WHEN 'decide' THEN taken.day ELSE OLD.decided_on END)"
            "\n           AND NOT casework_term_anew(NEW, taken))",
        ),
        "OR NEW.listed_on IS DISTINCT FROM (CASE taken.step WHEN 'list' THEN taken.day ELSE OLD.listed_on END)",
        "OR (NEW.listed_on IS DISTINCT FROM (CASE taken.step WHEN 'list' THEN taken.day ELSE OLD.listed_on END)"
        "\n           AND NOT casework_term_anew(NEW, taken))",
    ),
    "OR (NEW.until IS DISTINCT FROM OLD.until AND taken.step <> 'list')",
    "OR (NEW.until IS DISTINCT FROM OLD.until AND taken.step <> 'list' AND NOT casework_term_anew(NEW, taken))",
)
ENTERED_NOW = _put(
    _put(
        ENTERED,
        "again boolean := OLD.state = 'hidden';",
        "again boolean := OLD.state IN ('hidden', 'removed');",
    ),
    "    lacking text := CASE\n",
    "    lacking text := CASE\n"
    "        WHEN OLD.state = 'removed' AND NOT casework_reinstating(NEW.id, today) THEN 'false promise'\n",
)
OF_CASE_NOW = _put(
    OF_CASE,
    "BEGIN\n    IF NOT EXISTS",
    """BEGIN
    IF EXISTS (SELECT FROM casework_casestep s WHERE s.case_id = NEW."case" AND s.step = 'reinstate') THEN
        IF (TG_OP = 'INSERT' AND NEW.state <> 'listed') OR NOT EXISTS (
            SELECT FROM casework_case c JOIN casework_draft d ON d.case_id = c.id AND d.version = c.version
              JOIN casework_casestep s ON s.case_id = c.id AND s.step = 'reinstate' AND s.day = NEW.listed_on
              JOIN registry_listentry e ON e."case" = c.id AND e.id <> NEW.id
              JOIN casework_repairitem i ON i.entry_id = e.id JOIN casework_promisecase p ON p.item_id = i.id
              JOIN casework_promisepaper k ON k.case_id = p.id AND k.kind = 'false_promise_decision'
             WHERE c.id = NEW."case" AND c.state = NEW.state AND p.decided_on = NEW.decided_on AND k.number = NEW.number
               AND p.state IN ('decided', 'entered') AND c.until IS NOT DISTINCT FROM NEW.until
               AND (c.subject_id, c.subject_kind, c.party, c.list, c.agency_id, c.role, d.range)
                 = (NEW.subject_id, NEW.subject_kind, NEW.party, NEW.list, NEW.agency_id, NEW.role, NEW.range)) THEN
            RAISE EXCEPTION 'a list entry comes back as its decision says' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS""",
)

WAYS = """
INSERT INTO casework_way VALUES ('reinstate', 'removed', 'listed');
INSERT INTO casework_step VALUES ('reinstate', '{clerk}', '');
"""
NO_WAYS = """
DELETE FROM casework_way WHERE step = 'reinstate';
DELETE FROM casework_step WHERE step = 'reinstate';
"""

ASKED = rf"""
-- The step that carries out a decision on this very entry is under way, on this day.
CREATE FUNCTION casework_reinstating(which uuid, today date) RETURNS boolean LANGUAGE plpgsql STABLE {SAFE}
BEGIN
    RETURN EXISTS (SELECT FROM casework_promisecase p JOIN casework_repairitem i ON i.id = p.item_id
                   JOIN registry_listentry e ON e.id = i.entry_id
                   JOIN casework_promisestep s ON s.case_id = p.id AND s.seq = p.revision + 1
                   WHERE e."case" = which AND e.ended_by = 'exit' AND p.state = 'decided' AND s.step = 'enter' AND s.day = today);
END $fn$;

CREATE FUNCTION casework_term_anew(c casework_case, taken casework_casestep) RETURNS boolean LANGUAGE plpgsql STABLE {SAFE}
BEGIN
    RETURN taken.step = 'reinstate' AND c.listed_on = taken.day AND EXISTS (
        SELECT FROM casework_promisecase p JOIN casework_repairitem i ON i.id = p.item_id
          JOIN registry_listentry e ON e.id = i.entry_id
         WHERE e."case" = c.id AND p.decided_on = c.decided_on AND p.state = 'decided');
END $fn$;
"""

EFFECT = rf"""
-- By the commit what came back did so by a case that was carried out, and a case that was carried out brought it back.
CREATE FUNCTION casework_promise_entered(which uuid, thing uuid) RETURNS boolean LANGUAGE plpgsql STABLE {SAFE}
BEGIN
    RETURN EXISTS (SELECT FROM casework_promisecase p JOIN casework_repairitem i ON i.id = p.item_id
                   WHERE p.id = which AND i.record_id = thing AND p.state = 'entered');
END $fn$;

CREATE FUNCTION casework_promised_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF NOT casework_promise_entered(NEW.matter, NEW.record_id) THEN
        RAISE EXCEPTION 'a promise is found false by a decision alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER promised_by_decision AFTER INSERT ON registry_recordmark DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.mark = 'false_promise') EXECUTE FUNCTION casework_promised_by_decision();
CREATE CONSTRAINT TRIGGER promised_by_decision AFTER INSERT ON registry_recordshown DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_promised_by_decision();
CREATE CONSTRAINT TRIGGER promised_by_decision AFTER INSERT ON registry_recordeffect DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.ground = 'false_promise') EXECUTE FUNCTION casework_promised_by_decision();

-- What a repair has ended is taken up by nothing else.
CREATE FUNCTION casework_ended_is_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF (NEW.ground = 'false_promise') IS DISTINCT FROM (NEW.lifts IS NOT NULL AND EXISTS (
        SELECT FROM registry_recordeffect e WHERE e.id = NEW.lifts AND e.ground = 'repair')) THEN
        RAISE EXCEPTION 'what a repair ended is taken up for a false promise alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER ended_is_kept AFTER INSERT ON registry_recordeffect DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.lifts IS NOT NULL OR NEW.ground = 'false_promise') EXECUTE FUNCTION casework_ended_is_kept();

CREATE FUNCTION casework_reinstated_by_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
BEGIN
    IF NOT EXISTS (SELECT FROM casework_promisecase p JOIN casework_repairitem i ON i.id = p.item_id
                   JOIN registry_listentry e ON e.id = i.entry_id
                   WHERE e."case" = NEW.case_id AND (p.state, p.entered_on) = ('entered', NEW.day)) THEN
        RAISE EXCEPTION 'an entry comes back by a decision alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER reinstated_by_decision AFTER INSERT ON casework_casestep DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.step = 'reinstate') EXECUTE FUNCTION casework_reinstated_by_decision();

CREATE FUNCTION casework_promise_carried_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER {SAFE}
DECLARE
    what casework_repairitem := (SELECT i FROM casework_repairitem i WHERE i.id = NEW.item_id);
BEGIN
    IF (what.record_id IS NOT NULL AND NOT (
            EXISTS (SELECT FROM registry_recordeffect l JOIN registry_recordeffect e ON e.id = l.lifts
                    WHERE (l.record_id, l.matter, l.ground) = (what.record_id, NEW.id, 'false_promise')
                      AND (e.matter, e.ground) = (what.case_id, 'repair'))
            AND EXISTS (SELECT FROM registry_recordmark m
                        WHERE (m.record_id, m.matter, m.mark) = (what.record_id, NEW.id, 'false_promise'))
            AND NEW.shown_until IS NOT DISTINCT FROM (
                SELECT t.until FROM registry_recordshown t WHERE (t.record_id, t.matter) = (what.record_id, NEW.id))))
       OR (what.entry_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM registry_listentry e JOIN registry_listentry n ON n."case" = e."case" AND n.id <> e.id
             WHERE e.id = what.entry_id AND (n.listed_on, n.decided_on) = (NEW.entered_on, NEW.decided_on))) THEN
        RAISE EXCEPTION 'what was decided on a false promise is carried out whole' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER carried_out AFTER UPDATE ON casework_promisecase DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.state = 'entered' AND OLD.state <> 'entered') EXECUTE FUNCTION casework_promise_carried_out();
REVOKE EXECUTE ON FUNCTION casework_promised_by_decision(), casework_reinstated_by_decision(), casework_promise_carried_out(),
    casework_ended_is_kept(), casework_promise_entered(uuid, uuid) FROM PUBLIC;
"""
DROP = """
DROP TRIGGER carried_out ON casework_promisecase; DROP FUNCTION casework_promise_carried_out();
DROP TRIGGER reinstated_by_decision ON casework_casestep; DROP FUNCTION casework_reinstated_by_decision();
DROP TRIGGER ended_is_kept ON registry_recordeffect; DROP FUNCTION casework_ended_is_kept();
DROP TRIGGER promised_by_decision ON registry_recordeffect; DROP TRIGGER promised_by_decision ON registry_recordshown;
DROP TRIGGER promised_by_decision ON registry_recordmark; DROP FUNCTION casework_promised_by_decision();
DROP FUNCTION casework_promise_entered(uuid, uuid);
"""
UNASKED = """
DROP FUNCTION casework_term_anew(casework_case, casework_casestep); DROP FUNCTION casework_reinstating(uuid, date);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0042_promises_watch"),
        ("registry", "0041_false_promise_guards"),
    ]

    operations = [
        migrations.RunSQL(ASKED, UNASKED),
        migrations.RunSQL(WAYS, NO_WAYS),
        migrations.RunSQL(BY_STEPS_NOW + ENTERED_NOW + OF_CASE_NOW, BY_STEPS + ENTERED + OF_CASE),
        migrations.RunSQL(EFFECT, DROP),
    ]

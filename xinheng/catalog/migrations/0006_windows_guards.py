"""A window is proposed by one officer of the credit office and decided once by another (两人办理), also in SQL."""

from django.db import migrations

from xinheng.runtime.sql import grant, watch

# What is proposed is open; deciding fills three columns, once, and nothing else changes ever.
TWO_PERSONS = r"""
CREATE FUNCTION catalog_of_office(who uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM access_user u WHERE u.id = who AND u.is_active AND u.roles @> ARRAY['office']);
END
$fn$;

CREATE FUNCTION catalog_window_keeps() RETURNS trigger LANGUAGE plpgsql AS $fn$
DECLARE
    learns text[] := ARRAY['decided_by', 'decided_at', 'granted'];
BEGIN
    IF btrim(NEW.ground) = '' OR NOT catalog_of_office(NEW.proposed_by)
       OR TG_OP = 'INSERT' AND num_nonnulls(NEW.decided_by, NEW.decided_at, NEW.granted) > 0 THEN
        RAISE EXCEPTION 'a window is proposed open, with its ground, by the credit office'
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.decided_by IS NOT NULL
       OR (to_jsonb(NEW) - learns) IS DISTINCT FROM (to_jsonb(OLD) - learns)
       OR num_nonnulls(NEW.decided_by, NEW.decided_at, NEW.granted) <> 3
       OR NEW.decided_by = NEW.proposed_by OR NOT catalog_of_office(NEW.decided_by)) THEN
        RAISE EXCEPTION 'a window is decided once, by another officer of the credit office, and keeps what it says'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER window_keeps BEFORE INSERT OR UPDATE ON catalog_window
    FOR EACH ROW EXECUTE FUNCTION catalog_window_keeps();
CREATE TRIGGER window_keeps BEFORE INSERT OR UPDATE ON catalog_windowending
    FOR EACH ROW EXECUTE FUNCTION catalog_window_keeps();

-- An end shortens what is in force; it never makes a window longer.
CREATE FUNCTION catalog_window_shortens() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF NOT EXISTS (SELECT FROM catalog_window w WHERE w.id = NEW.window_id AND w.granted
                   AND (NEW.last IS NULL
                        OR NEW.last >= w.first AND (w.last IS NULL OR NEW.last < w.last))) THEN
        RAISE EXCEPTION 'only a declared window ends, and earlier than it would' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER window_shortens BEFORE INSERT ON catalog_windowending
    FOR EACH ROW EXECUTE FUNCTION catalog_window_shortens();
"""

DROP = """
DROP TRIGGER window_shortens ON catalog_windowending; DROP FUNCTION catalog_window_shortens();
DROP TRIGGER window_keeps ON catalog_windowending; DROP TRIGGER window_keeps ON catalog_window;
DROP FUNCTION catalog_window_keeps(); DROP FUNCTION catalog_of_office(uuid);
"""
SAID = (
    "r.ground text; r.proposed_by plain; r.proposed_at moment; r.decided_by plain; r.decided_at moment; "
    "r.granted plain"
)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_windows"), ("access", "0004_signer"), ("ledger", "0004_watch")]

    operations = [
        grant(
            ("catalog_window", "catalog_windowending"),
            app="select, insert, update",
            projector="select",
            auditor="select",
        ),
        migrations.RunSQL(TWO_PERSONS, DROP),
        watch(
            "catalog_window",
            "r.id::text",
            f"r.id plain; r.number text; r.area text; r.first date; r.last date; {SAID}",
        ),
        watch(
            "catalog_windowending",
            "r.id::text",
            f"r.id plain; r.window_id plain; r.last date; {SAID}",
        ),
    ]

"""The day through which a record is shown is written once, and told by its event (只增不改、须有事件)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy, watch

TOLD = r"""
CREATE FUNCTION registry_shown_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF NOT registry_is_told(NEW.event, NEW.at, 'record.shown_longer') THEN
        RAISE EXCEPTION 'a day of its own that no event tells' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE CONSTRAINT TRIGGER shown_told AFTER INSERT ON registry_recordshown DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION registry_shown_told();
REVOKE EXECUTE ON FUNCTION registry_shown_told() FROM PUBLIC;
"""
DROP = "DROP TRIGGER shown_told ON registry_recordshown; DROP FUNCTION registry_shown_told()"


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0040_false_promise"),
        ("ledger", "0007_event_of_kind"),
        ("access", "0008_own_file"),
    ]

    operations = [
        grant(
            "registry_recordshown",
            app="select, insert",
            projector="select",
            deliverer="select",
            auditor="select",
        ),
        append_only("registry_recordshown"),
        row_policy(
            "registry_recordshown",
            "EXISTS (SELECT FROM registry_record r WHERE r.id = record_id)",
            roles="xinheng_app",
        ),
        row_policy(
            "registry_recordshown",
            "true",
            roles="xinheng_projector, xinheng_deliverer, xinheng_auditor",
            command="select",
        ),
        row_policy("registry_recordshown", "true", roles="xinheng_owner", command="select"),
        migrations.RunSQL(TOLD, DROP),
        migrations.RunSQL(
            "CREATE POLICY no_account_insert ON registry_recordshown AS RESTRICTIVE FOR INSERT TO xinheng_app"
            " WITH CHECK ((SELECT xinheng_account()) IS NULL)",
            "DROP POLICY no_account_insert ON registry_recordshown",
        ),
        watch(
            "registry_recordshown",
            "r.id::text",
            "r.id plain; r.record_id plain; r.until date; r.matter plain; r.number text; r.event plain; "
            "r.decided_by plain; r.at moment",
        ),
    ]

"""An entry is written once, ends once, and is told to the ledger (名单信息的防护)."""

from django.db import migrations

from xinheng.runtime.sql import grant, row_policy, watch

OWN = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"

# What an entry says is what was decided; only its state and its end are still open, and no end is taken back.
ENDS_ONCE = r"""
CREATE FUNCTION registry_entry_keeps() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF OLD.state = 'removed'
       OR (to_jsonb(NEW) - ARRAY['state', 'ended_on', 'ended_by'])
          IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['state', 'ended_on', 'ended_by']) THEN
        RAISE EXCEPTION 'a list entry keeps what it says, and an ended one stays ended'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER entry_keeps BEFORE UPDATE ON registry_listentry
    FOR EACH ROW EXECUTE FUNCTION registry_entry_keeps();
"""
DROP = "DROP TRIGGER entry_keeps ON registry_listentry; DROP FUNCTION registry_entry_keeps()"


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_list_entries"), ("ledger", "0004_watch")]

    operations = [
        grant(
            "registry_listentry",
            app="select, insert, update",
            projector="select",
            deliverer="select",
            auditor="select",
        ),
        row_policy("registry_listentry", OWN, roles="xinheng_app"),
        row_policy(
            "registry_listentry",
            "true",
            roles="xinheng_projector, xinheng_deliverer, xinheng_auditor",
            command="select",
        ),
        migrations.RunSQL(ENDS_ONCE, DROP),
        watch(
            "registry_listentry",
            "r.id::text",
            'r.id plain; r."case" plain; r.subject_id plain; r.subject_kind text; r.party text; r.list text; '
            "r.edition text; r.range text; r.role text; r.agency_id plain; r.body_name text; r.number text; "
            "r.decided_on date; r.listed_on date; r.until date; r.interim plain; r.publishable plain; "
            "r.state text; r.ended_on date; r.ended_by text",
        ),
    ]

"""A payload may be destroyed by a lawful shredding, and by nothing else (依法销毁)."""

from django.db import migrations

SHRED = r"""
CREATE FUNCTION ledger_payload_stays() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('xinheng.shredding', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$fn$;
DROP TRIGGER append_only_rows ON ledger_eventpayload;
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON ledger_eventpayload
    FOR EACH ROW EXECUTE FUNCTION ledger_payload_stays();

CREATE FUNCTION ledger_refuse_silent_shredding() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF NOT EXISTS (SELECT FROM public.ledger_event e JOIN public.ledger_eventpayload p ON p.event_id = e.id
                    WHERE e.kind = 'shred.done' AND p.payload -> 'events' ? OLD.event_id::text) THEN
        RAISE EXCEPTION 'a payload was destroyed and no event tells it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
REVOKE EXECUTE ON FUNCTION ledger_refuse_silent_shredding() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER shredding_is_told AFTER DELETE ON ledger_eventpayload DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_silent_shredding();

CREATE FUNCTION ledger_shred(events uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    PERFORM set_config('xinheng.shredding', 'on', true);
    DELETE FROM public.ledger_eventpayload WHERE event_id = ANY(events);
    PERFORM set_config('xinheng.shredding', '', true);
END
$fn$;
REVOKE EXECUTE ON FUNCTION ledger_shred(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_shred(uuid[]) TO xinheng_app;
"""

DROP = """
DROP FUNCTION ledger_shred(uuid[]); DROP TRIGGER shredding_is_told ON ledger_eventpayload;
DROP FUNCTION ledger_refuse_silent_shredding(); DROP TRIGGER append_only_rows ON ledger_eventpayload;
DROP FUNCTION ledger_payload_stays();
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON ledger_eventpayload
    FOR EACH ROW EXECUTE FUNCTION xinheng_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_watch")]

    operations = [migrations.RunSQL(SHRED, DROP)]

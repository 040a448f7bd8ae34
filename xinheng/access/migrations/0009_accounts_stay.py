"""An account stays whose it is, and a binding is its account's or a window's (账号归属不变、绑定须有其人)."""

from django.db import migrations

# Whose an account is does not change, and no account makes another; who binds, ends or vouches is an officer of a
# window, by name. What an identity provider claimed is for the signature on it: this is what follows of it.
STAYS = r"""
CREATE FUNCTION access_of_window(who uuid, body uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $fn$
    SELECT EXISTS (SELECT FROM access_user u WHERE u.id = who AND u.is_active AND 'window' = ANY (u.roles)
                   AND (body IS NULL OR u.agency_id = body))
$fn$;

CREATE FUNCTION access_account_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF xinheng_account() IS NOT NULL OR TG_OP = 'UPDATE' AND (
         (NEW.id, NEW.made_at) IS DISTINCT FROM (OLD.id, OLD.made_at)
         OR OLD.person IS NOT NULL AND NEW.person IS DISTINCT FROM OLD.person
         OR NEW.login IS DISTINCT FROM OLD.login AND (NEW.login IS NULL OR OLD.person IS NULL)) THEN
        RAISE EXCEPTION 'an account stays whose it is' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER stays BEFORE INSERT OR UPDATE ON access_counteraccount
    FOR EACH ROW EXECUTE FUNCTION access_account_stays();

CREATE FUNCTION access_binding_vouched() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.ended_at IS NOT NULL
          OR NEW.how = 'window' AND NOT access_of_window(NEW.bound_by, NEW.agency_id))
       OR TG_OP = 'UPDATE' AND NEW.ended_by <> NEW.account_id AND NOT access_of_window(NEW.ended_by, NULL) THEN
        RAISE EXCEPTION 'a binding is made and ended by its account or at a window' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER vouched BEFORE INSERT OR UPDATE ON access_binding
    FOR EACH ROW EXECUTE FUNCTION access_binding_vouched();

-- The binding may be another agency's, or nobody's: it is read as the owner.
CREATE FUNCTION access_present_bound() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $fn$
DECLARE
    day date := (NEW.at AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    IF NOT access_of_window(NEW.officer, NEW.agency_id) OR NEW.until > NEW.at + interval '2 hours'
       OR NOT EXISTS (SELECT FROM access_binding b
                      WHERE (b.id, b.account_id) = (NEW.binding_id, NEW.account_id) AND b.ended_at IS NULL
                        AND (b.kind <> 'agent' OR day BETWEEN b.mandate_from AND b.mandate_until)) THEN
        RAISE EXCEPTION 'whoever stands at a window is bound, for two hours' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
REVOKE EXECUTE ON FUNCTION access_present_bound() FROM PUBLIC;
CREATE TRIGGER bound BEFORE INSERT ON access_presentperson FOR EACH ROW EXECUTE FUNCTION access_present_bound();
"""
DROP_STAYS = """
DROP TRIGGER bound ON access_presentperson; DROP FUNCTION access_present_bound();
DROP TRIGGER vouched ON access_binding; DROP FUNCTION access_binding_vouched();
DROP TRIGGER stays ON access_counteraccount; DROP FUNCTION access_account_stays();
DROP FUNCTION access_of_window(uuid, uuid);
"""

BOUND = (
    "account_id = (SELECT xinheng_account()) OR agency_id = (SELECT xinheng_agency())"
    " OR (SELECT xinheng_whole_city())"
)
# Who oversees reads; a binding is written by whose it is, or at the window that made it.
WRITES = "account_id = (SELECT xinheng_account()) OR agency_id = (SELECT xinheng_agency())"
WRITTEN = f"""
DROP POLICY all_app ON access_binding;
CREATE POLICY select_app ON access_binding FOR SELECT TO xinheng_app USING ({BOUND});
CREATE POLICY select_owner ON access_binding FOR SELECT TO xinheng_owner USING (true);
CREATE POLICY made_by_its_own ON access_binding FOR INSERT TO xinheng_app WITH CHECK ({WRITES});
CREATE POLICY ended_by_its_own ON access_binding FOR UPDATE TO xinheng_app USING ({WRITES});
"""
NOT_WRITTEN = f"""
DROP POLICY ended_by_its_own ON access_binding; DROP POLICY made_by_its_own ON access_binding;
DROP POLICY select_owner ON access_binding; DROP POLICY select_app ON access_binding;
CREATE POLICY all_app ON access_binding FOR ALL TO xinheng_app USING ({BOUND});
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0008_own_file")]

    operations = [migrations.RunSQL(STAYS, DROP_STAYS), migrations.RunSQL(WRITTEN, NOT_WRITTEN)]

"""Whose bindings are whose, what of them may change, and the window's role (绑定的防护、窗口人员)."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

from xinheng.runtime.sql import append_only, grant, row_policy

ROLES = ["clerk", "checker", "signer", "office", "auditor", "admin", "window"]
LABELS = [
    ("clerk", "经办人"),
    ("checker", "审核人"),
    ("signer", "签发人"),
    ("office", "市信用办"),
    ("auditor", "审计监督"),
    ("admin", "系统管理员"),
    ("window", "窗口人员"),
]

# Whose file an account may open on the day that is asked: null for none, or no more.
OWN = r"""
CREATE FUNCTION xinheng_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
    $fn$ SELECT nullif(current_setting('xinheng.account', true), '')::uuid $fn$;
CREATE FUNCTION xinheng_own() RETURNS uuid LANGUAGE sql STABLE AS $fn$
    SELECT b.subject_id FROM access_binding b
     WHERE b.account_id = xinheng_account()
       AND b.subject_id = nullif(current_setting('xinheng.own', true), '')::uuid
       AND b.ended_at IS NULL
       AND (b.kind <> 'agent' OR nullif(current_setting('xinheng.day', true), '')::date
                                 BETWEEN b.mandate_from AND b.mandate_until)
     LIMIT 1
$fn$;
"""
DROP_OWN = "DROP FUNCTION xinheng_own(); DROP FUNCTION xinheng_account();"

ENDS_ONCE = r"""
CREATE FUNCTION access_binding_ends_once() RETURNS trigger LANGUAGE plpgsql AS $fn$
DECLARE
    ends text[] := ARRAY['ended_at', 'ended_why', 'ended_by'];
BEGIN
    IF (to_jsonb(NEW) - ends) IS DISTINCT FROM (to_jsonb(OLD) - ends)
       OR (OLD.ended_at IS NOT NULL AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD)) THEN
        RAISE EXCEPTION 'a binding keeps what it says, and ends once' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER ends_once BEFORE UPDATE ON access_binding FOR EACH ROW EXECUTE FUNCTION access_binding_ends_once();
"""
DROP_ENDS = "DROP TRIGGER ends_once ON access_binding; DROP FUNCTION access_binding_ends_once();"

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
CREATE POLICY made_by_its_own ON access_binding FOR INSERT TO xinheng_app WITH CHECK ({WRITES});
CREATE POLICY ended_by_its_own ON access_binding FOR UPDATE TO xinheng_app USING ({WRITES});
"""
NOT_WRITTEN = """
DROP POLICY ended_by_its_own ON access_binding; DROP POLICY made_by_its_own ON access_binding;
"""
PRESENT = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"


class Migration(migrations.Migration):
    dependencies = [("access", "0005_counter_tables"), ("runtime", "0002_functions")]

    operations = [
        migrations.RunSQL(OWN + ENDS_ONCE + STAYS, DROP_STAYS + DROP_ENDS + DROP_OWN),
        grant("access_counteraccount", app="select, insert, update", auditor="select"),
        grant("access_binding", app="select, insert, update", auditor="select"),
        grant("access_presentperson", app="select, insert", auditor="select"),
        append_only("access_presentperson"),
        row_policy("access_binding", BOUND, roles="xinheng_app", command="select"),
        row_policy("access_binding", "true", roles="xinheng_owner", command="select"),
        migrations.RunSQL(WRITTEN, NOT_WRITTEN),
        row_policy("access_binding", "true", roles="xinheng_auditor", command="select"),
        row_policy("access_presentperson", PRESENT, roles="xinheng_app"),
        row_policy("access_presentperson", "true", roles="xinheng_auditor", command="select"),
        migrations.RemoveConstraint("user", "user_separate_powers"),
        migrations.AlterField(
            "user",
            "roles",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(choices=LABELS), default=list, size=None
            ),
        ),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(
                condition=Q(roles__contained_by=ROLES)
                & (~Q(roles__contains=["admin"]) | Q(roles__len=1))
                & (~Q(roles__contains=["auditor"]) | Q(roles__len=1)),
                name="user_separate_powers",
            ),
        ),
    ]

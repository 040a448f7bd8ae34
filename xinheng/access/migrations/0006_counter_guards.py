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

BOUND = (
    "account_id = (SELECT xinheng_account()) OR agency_id = (SELECT xinheng_agency())"
    " OR (SELECT xinheng_whole_city())"
)
PRESENT = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"


class Migration(migrations.Migration):
    dependencies = [("access", "0005_counter_tables"), ("runtime", "0002_functions")]

    operations = [
        migrations.RunSQL(OWN + ENDS_ONCE, DROP_ENDS + DROP_OWN),
        grant("access_counteraccount", app="select, insert, update", auditor="select"),
        grant("access_binding", app="select, insert, update", auditor="select"),
        grant("access_presentperson", app="select, insert", auditor="select"),
        append_only("access_presentperson"),
        row_policy("access_binding", BOUND, roles="xinheng_app"),
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

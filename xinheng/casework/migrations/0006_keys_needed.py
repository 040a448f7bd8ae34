"""A subject's key is kept while anything still needs it: records, cases, measures, reviews (数据密钥的保留)."""

from django.db import migrations

from xinheng.runtime.sql import row_policy

# One place says who needs a key; whoever destroys one asks it, and the vault asks it again.
NEEDED = r"""
CREATE FUNCTION vault_needed(holder uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
    SELECT EXISTS (SELECT FROM public.registry_record r WHERE r.subject_id = holder AND r.state <> 'shredded')
        OR EXISTS (SELECT FROM public.casework_case c WHERE c.subject_id = holder)
        OR EXISTS (SELECT FROM public.registry_measuretaken m WHERE m.subject_id = holder)
        OR EXISTS (SELECT FROM public.registry_touchedreview t WHERE t.subject_id = holder)
$fn$;
REVOKE EXECUTE ON FUNCTION vault_needed(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault_needed(uuid) TO xinheng_app, xinheng_intake;

CREATE OR REPLACE FUNCTION vault_forget(gone uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF public.vault_needed(gone) THEN
        RAISE EXCEPTION 'a data key that is still needed' USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM public.vault_subjectkey WHERE subject = gone;
END
$fn$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0005_with_its_step"),
        ("registry", "0013_touched_guards"),
        ("vault", "0003_forget"),
    ]

    operations = [
        row_policy("registry_touchedreview", "true", roles="xinheng_owner", command="select"),
        migrations.RunSQL(NEEDED, "DROP FUNCTION vault_needed(uuid)"),
    ]

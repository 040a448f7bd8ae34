"""A subject's data key can be destroyed, and wrapped anew under another master key (密钥销毁与更换)."""

from django.db import migrations

FORGET = r"""
CREATE FUNCTION vault_forget(gone uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
    DELETE FROM public.vault_subjectkey WHERE subject = gone
$fn$;
CREATE FUNCTION vault_rewrap(of uuid, before smallint, after smallint, key bytea) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
    WITH done AS (
        UPDATE public.vault_subjectkey SET master_version = after, wrapped = key
         WHERE subject = of AND master_version = before RETURNING 1)
    SELECT count(*)::integer FROM done
$fn$;
REVOKE EXECUTE ON FUNCTION vault_forget(uuid), vault_rewrap(uuid, smallint, smallint, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vault_forget(uuid), vault_rewrap(uuid, smallint, smallint, bytea) TO xinheng_app;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_guards"), ("runtime", "0002_functions")]

    operations = [
        migrations.RunSQL(
            FORGET,
            "DROP FUNCTION vault_forget(uuid); DROP FUNCTION vault_rewrap(uuid, smallint, smallint, bytea)",
        ),
    ]

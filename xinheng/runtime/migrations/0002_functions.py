"""SQL functions that later migrations and bulk statements use (数据库函数)."""

from django.db import migrations

UUID7 = r"""
DO $do$
BEGIN
    IF to_regprocedure('pg_catalog.uuidv7()') IS NOT NULL THEN
        CREATE FUNCTION uuid7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT uuidv7()';
    ELSE
        -- 48 bits of milliseconds over a random version 4, then 0100 becomes 0111.
        CREATE FUNCTION uuid7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $fn$
            SELECT encode(set_bit(set_bit(overlay(
                uuid_send(gen_random_uuid())
                PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
                FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
        $fn$;
    END IF;
END
$do$;
"""

# NFKC and case are settled in Python before: one place decides what equal names are.
BIGRAMS = r"""
CREATE FUNCTION name_bigrams(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $fn$
    SELECT coalesce(array_agg(DISTINCT substr(name, i, 2)), '{}')
    FROM generate_series(1, char_length(name) - 1) AS i
$fn$;
"""

APPEND_ONLY = r"""
CREATE FUNCTION xinheng_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$fn$;

CREATE FUNCTION xinheng_make_append_only(target regclass) RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON %s'
                   ' FOR EACH ROW EXECUTE FUNCTION xinheng_refuse_change()', target);
    EXECUTE format('CREATE TRIGGER append_only_table BEFORE TRUNCATE ON %s'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION xinheng_refuse_change()', target);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM PUBLIC, xinheng_app, xinheng_intake,'
                   ' xinheng_projector, xinheng_sequencer, xinheng_deliverer', target);
END
$fn$;
"""

GRANT = r"""
CREATE FUNCTION xinheng_grant(target regclass, role_name text, privileges text) RETURNS void
LANGUAGE plpgsql AS $fn$
DECLARE
    owned regclass;
BEGIN
    EXECUTE format('GRANT %s ON %s TO %I', privileges, target, role_name);
    IF privileges ~* '\y(insert|all)\y' THEN
        FOR owned IN
            SELECT d.objid::regclass FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
            WHERE d.refobjid = target AND d.deptype IN ('a', 'i')
        LOOP
            EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', owned, role_name);
        END LOOP;
    END IF;
END
$fn$;
"""

# SECURITY DEFINER: the app owns nothing, yet a new month must not stop the register. Partitions get no
# grants, so whoever reads or writes goes through the parent and its policies.
MONTHS = r"""
CREATE FUNCTION xinheng_ensure_month(parent regclass, day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
DECLARE
    first date := date_trunc('month', day)::date;
    name text := (SELECT relname FROM pg_class WHERE oid = parent) || to_char(first, '"_y"YYYY"m"MM');
BEGIN
    IF NOT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = parent) THEN
        RAISE EXCEPTION '% is not partitioned', parent;
    END IF;
    IF to_regclass(format('public.%I', name)) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('xinheng_ensure_month'), hashtext(name));
    EXECUTE format('CREATE TABLE IF NOT EXISTS public.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', name, parent,
                   first::timestamp AT TIME ZONE 'Asia/Shanghai',
                   (first + interval '1 month') AT TIME ZONE 'Asia/Shanghai');
END
$fn$;

CREATE FUNCTION xinheng_ensure_months(parent regclass, first date, last date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $fn$
DECLARE
    month date;
BEGIN
    FOR month IN SELECT generate_series(date_trunc('month', first), last, interval '1 month')::date LOOP
        PERFORM public.xinheng_ensure_month(parent, month);
    END LOOP;
END
$fn$;
REVOKE EXECUTE ON FUNCTION xinheng_ensure_month(regclass, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION xinheng_ensure_month(regclass, date) TO xinheng_app;
"""

# `nullif`: after a transaction that set it, a session's setting is '' and no longer missing.
ACTING = r"""
CREATE FUNCTION xinheng_agency() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
    $fn$ SELECT nullif(current_setting('xinheng.agency', true), '')::uuid $fn$;
CREATE FUNCTION xinheng_whole_city() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
    $fn$ SELECT coalesce(nullif(current_setting('xinheng.whole_city', true), '')::boolean, false) $fn$;
"""

DROP = """
DROP FUNCTION xinheng_whole_city(); DROP FUNCTION xinheng_agency();
DROP FUNCTION xinheng_ensure_months(regclass, date, date); DROP FUNCTION xinheng_ensure_month(regclass, date);
DROP FUNCTION xinheng_grant(regclass, text, text); DROP FUNCTION xinheng_make_append_only(regclass);
DROP FUNCTION xinheng_refuse_change(); DROP FUNCTION name_bigrams(text); DROP FUNCTION uuid7();
"""


class Migration(migrations.Migration):
    dependencies = [("runtime", "0001_tables")]

    operations = [
        migrations.RunSQL(UUID7 + BIGRAMS + APPEND_ONLY + GRANT + MONTHS + ACTING, DROP),
    ]

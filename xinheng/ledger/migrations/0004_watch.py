"""Protected rows are noted when they are written, and no transaction commits with a row untold (被保护的行)."""

from django.db import migrations

# One row in the form of ledger.leaves.row_bytes, and its SHA-256. Only for noting: `xinheng ledger verify`
# reads the columns and computes the same in Python, since whoever owns the database owns its functions too.
DIGEST = r"""
CREATE FUNCTION ledger_part(said text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
    SELECT CASE WHEN said IS NULL THEN '\xffffffff'::bytea
           ELSE int4send(octet_length(convert_to(said, 'UTF8'))) || convert_to(said, 'UTF8') END
$fn$;
CREATE FUNCTION ledger_row_digest(form text, parts text[]) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
    SELECT sha256('\x01'::bytea || int2send((cardinality(parts) + 1)::smallint) || ledger_part(form)
                  || string_agg(ledger_part(said), ''::bytea ORDER BY place))
    FROM unnest(parts) WITH ORDINALITY AS each(said, place)
$fn$;
"""

TOUCHED = r"""
CREATE TABLE ledger_touched (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    table_name text NOT NULL,
    key text NOT NULL,
    digest bytea,
    UNIQUE (table_name, key)
);

-- What a transaction has written and not yet told; the ledger puts it into the payload of an event.
CREATE FUNCTION ledger_claim() RETURNS TABLE (table_name text, key text, digest bytea)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
    DELETE FROM public.ledger_touched t RETURNING t.table_name, t.key, t.digest
$fn$;
REVOKE EXECUTE ON FUNCTION ledger_claim() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_claim() TO xinheng_app, xinheng_intake, xinheng_projector;

CREATE FUNCTION ledger_refuse_untold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF EXISTS (SELECT FROM public.ledger_touched WHERE id = NEW.id) THEN
        RAISE EXCEPTION 'a row of % was written and no event tells it', NEW.table_name
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
REVOKE EXECUTE ON FUNCTION ledger_refuse_untold() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER told AFTER INSERT ON ledger_touched DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_untold();
"""

# `columns` is a list of "expression kind" over the alias r, parted by semicolons; kinds as in
# ledger/protection.py, where the same list stands for verification (a test compares them).
WATCH = r"""
CREATE FUNCTION ledger_rendered(said text, kind text) RETURNS text LANGUAGE sql IMMUTABLE AS $fn$
    SELECT CASE kind
        WHEN 'text' THEN said
        WHEN 'date' THEN format('to_char(%s, ''YYYY-MM-DD'')', said)
        WHEN 'moment' THEN format('((extract(epoch FROM %s) * 1000000)::bigint)::text', said)
        WHEN 'bytes' THEN format('encode(%s, ''hex'')', said)
        WHEN 'list' THEN format('array_to_json(%s)::text', said)
        ELSE format('(%s)::text', said) END
$fn$;

CREATE FUNCTION ledger_watch(target text, key text, columns text) RETURNS void LANGUAGE plpgsql AS $fn$
DECLARE
    parts text := (
        SELECT string_agg(ledger_rendered(regexp_replace(btrim(each), '\s+\S+$', ''),
                                          substring(btrim(each) FROM '\S+$')), ', ' ORDER BY place)
        FROM regexp_split_to_table(columns, ';') WITH ORDINALITY AS listed(each, place));
    name text := 'ledger_note_' || target;
BEGIN
    EXECUTE format($body$
        CREATE OR REPLACE FUNCTION %1$I() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $note$
        DECLARE
            r public.%2$I;
            named text;
            before bytea;
            after bytea;
        BEGIN
            IF TG_OP <> 'INSERT' THEN
                r := OLD; named := %3$s; before := public.ledger_row_digest(%4$L, ARRAY[%5$s]);
            END IF;
            IF TG_OP <> 'DELETE' THEN
                r := NEW; named := %3$s; after := public.ledger_row_digest(%4$L, ARRAY[%5$s]);
            END IF;
            IF before IS DISTINCT FROM after THEN
                INSERT INTO public.ledger_touched (table_name, key, digest) VALUES (%2$L, named, after)
                ON CONFLICT (table_name, key) DO UPDATE SET digest = excluded.digest;
            END IF;
            RETURN NULL;
        END $note$
    $body$, name, target, key, target || '/1', parts);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %I() FROM PUBLIC', name);
    EXECUTE format('DROP TRIGGER IF EXISTS ledger_note ON %I', target);
    EXECUTE format('CREATE TRIGGER ledger_note AFTER INSERT OR UPDATE OR DELETE ON %I'
                   ' FOR EACH ROW EXECUTE FUNCTION %I()', target, name);
END
$fn$;
REVOKE EXECUTE ON FUNCTION ledger_watch(text, text, text) FROM PUBLIC;
"""

DROP = """
DROP FUNCTION ledger_watch(text, text, text); DROP FUNCTION ledger_rendered(text, text);
DROP TABLE ledger_touched; DROP FUNCTION ledger_refuse_untold(); DROP FUNCTION ledger_claim();
DROP FUNCTION ledger_row_digest(text, text[]); DROP FUNCTION ledger_part(text);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_tree")]

    operations = [migrations.RunSQL(DIGEST + TOUCHED + WATCH, DROP)]

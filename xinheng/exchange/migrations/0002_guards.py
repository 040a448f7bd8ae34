"""Staging that is written fast and never kept, batch numbers, grants and rows by agency (暂存与防护)."""

from django.db import migrations

from xinheng.runtime.sql import grant, row_policy

OWN = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"
OF_OWN_BATCH = "EXISTS (SELECT FROM exchange_batch b WHERE b.id = batch_id)"

# UNLOGGED and without foreign keys: what is lost in a crash is parsed again from the kept file.
STAGING = r"""
CREATE UNLOGGED TABLE exchange_staging (
    batch uuid NOT NULL,
    "row" integer NOT NULL,
    agency uuid NOT NULL,
    subject uuid NOT NULL,
    instrument uuid NOT NULL,
    founds boolean NOT NULL,
    body_uscc text NOT NULL,
    body_name text NOT NULL,
    number text NOT NULL,
    number_key text NOT NULL,
    kind text NOT NULL,
    decided_on date NOT NULL,
    effect text NOT NULL,
    contested boolean NOT NULL,
    record uuid NOT NULL,
    version integer NOT NULL,
    item_code text NOT NULL,
    item text NOT NULL,
    adverse boolean NOT NULL,
    valid_to date,
    facts smallint NOT NULL,
    content jsonb NOT NULL,
    content_digest bytea NOT NULL,
    sealed bytea,
    sealed_commitment bytea,
    withheld text[] NOT NULL,
    source jsonb NOT NULL,
    salt bytea NOT NULL,
    commitment bytea NOT NULL,
    leaf integer NOT NULL,
    ground text NOT NULL,
    ground_text text NOT NULL
);
CREATE INDEX exchange_staging_batch ON exchange_staging (batch);

CREATE UNLOGGED TABLE exchange_staging_subject (
    batch uuid NOT NULL,
    subject uuid NOT NULL,
    kind text NOT NULL,
    uscc text,
    name text,
    seen_from date NOT NULL,
    id_kind text,
    id_index bytea,
    id_sealed bytea,
    name_sealed bytea,
    master_version smallint,
    wrapped bytea
);
CREATE INDEX exchange_staging_subject_batch ON exchange_staging_subject (batch);

CREATE FUNCTION exchange_analyze_staging() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    ANALYZE public.exchange_staging;
    ANALYZE public.exchange_staging_subject;
END
$fn$;
REVOKE EXECUTE ON FUNCTION exchange_analyze_staging() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION exchange_analyze_staging() TO xinheng_intake;
"""

DROP_STAGING = """
DROP FUNCTION exchange_analyze_staging(); DROP TABLE exchange_staging_subject; DROP TABLE exchange_staging;
"""

NUMBERS = "CREATE SEQUENCE exchange_batch_no; GRANT USAGE ON SEQUENCE exchange_batch_no TO xinheng_app;"


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_tables"),
        ("registry", "0002_guards"),
        ("runtime", "0002_functions"),
        ("subjects", "0001_tables"),
        ("vault", "0001_tables"),
    ]

    operations = [
        migrations.RunSQL(STAGING, DROP_STAGING),
        migrations.RunSQL(NUMBERS, "DROP SEQUENCE exchange_batch_no"),
        grant(("exchange_staging", "exchange_staging_subject"), intake="select, insert, delete"),
        grant("exchange_batch", app="select, insert, update", auditor="select"),
        grant(
            ("exchange_problem", "exchange_waitingrow"),
            app="select, insert, update, delete",
            auditor="select",
        ),
        row_policy("exchange_batch", OWN, roles="xinheng_app"),
        row_policy("exchange_problem", OF_OWN_BATCH, roles="xinheng_app"),
        row_policy("exchange_waitingrow", OF_OWN_BATCH, roles="xinheng_app"),
        *(
            row_policy(table, "true", roles="xinheng_auditor", command="select")
            for table in ("exchange_batch", "exchange_problem", "exchange_waitingrow")
        ),
    ]

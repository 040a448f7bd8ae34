"""What no statement of the application can get round: grants, rows by agency, no record without basis (防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy

OWN = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"

# Clause 1.3a: what is not yet effective, stayed, revoked or void founds no record. The trigger's WHEN and the
# transition table keep a bulk insert cheap: one look at the few fallen instruments per statement.
BASIS = r"""
ALTER TABLE registry_instrument
    ADD CONSTRAINT instrument_has_number CHECK (btrim(number) <> '' AND btrim(number_key) <> ''),
    ADD CONSTRAINT instrument_is_of_closed_set CHECK (kind <> 'other');

-- An instrument that founds a record when it is taken in. A licence that has lapsed is still a true record.
CREATE FUNCTION registry_founds(kind text, effect text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $fn$ SELECT effect = 'effective' OR (kind = 'license' AND effect = 'lapsed') $fn$;

CREATE FUNCTION registry_refuse_ineffective() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    RAISE EXCEPTION 'an instrument without legal effect founds no record (huaian-2021-13#1.3a)'
        USING ERRCODE = 'check_violation';
END
$fn$;
CREATE TRIGGER instrument_effective BEFORE INSERT ON registry_instrument
    FOR EACH ROW WHEN (NOT registry_founds(NEW.kind, NEW.effect)) EXECUTE FUNCTION registry_refuse_ineffective();

CREATE INDEX instrument_fallen ON registry_instrument (id) WHERE NOT registry_founds(kind, effect);
CREATE FUNCTION registry_check_basis() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF EXISTS (SELECT FROM registry_instrument i JOIN added a ON a.instrument_id = i.id
               WHERE NOT registry_founds(i.kind, i.effect)) THEN
        RAISE EXCEPTION 'a record on an instrument without legal effect (huaian-2021-13#1.3a)'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE TRIGGER record_basis AFTER INSERT ON registry_record REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION registry_check_basis();
"""

DROP_BASIS = """
DROP TRIGGER record_basis ON registry_record; DROP FUNCTION registry_check_basis();
DROP INDEX instrument_fallen;
DROP TRIGGER instrument_effective ON registry_instrument; DROP FUNCTION registry_refuse_ineffective();
DROP FUNCTION registry_founds(text, text);
ALTER TABLE registry_instrument DROP CONSTRAINT instrument_has_number, DROP CONSTRAINT instrument_is_of_closed_set;
"""

# A decided proposal stays as it was decided.
DECIDED = r"""
CREATE FUNCTION registry_refuse_second_decision() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    RAISE EXCEPTION 'a proposal is decided once' USING ERRCODE = 'check_violation';
END
$fn$;
CREATE TRIGGER proposal_decided_once BEFORE UPDATE ON registry_proposal
    FOR EACH ROW WHEN (OLD.decided_by IS NOT NULL) EXECUTE FUNCTION registry_refuse_second_decision();
"""

DROP_DECIDED = """
DROP TRIGGER proposal_decided_once ON registry_proposal; DROP FUNCTION registry_refuse_second_decision();
"""

# The planner must know what one transaction has just loaded before publication reads it. ANALYZE is the
# owner's; this function lends it to the loading role, for these tables only.
STATISTICS = r"""
CREATE FUNCTION registry_analyze() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    ANALYZE public.registry_instrument;
    ANALYZE public.registry_record;
    ANALYZE public.registry_recordversion;
    ANALYZE public.registry_facts;
    ANALYZE public.subjects_subject;
END
$fn$;
REVOKE EXECUTE ON FUNCTION registry_analyze() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registry_analyze() TO xinheng_intake;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_tables"), ("runtime", "0002_functions")]

    operations = [
        grant("registry_facts", app="select", intake="select, insert", projector="select", auditor="select"),
        grant(
            ("registry_instrument", "registry_record"),
            app="select",
            intake="select, insert, update",
            projector="select",
            deliverer="select",
            auditor="select",
        ),
        grant(
            "registry_recordversion",
            app="select",
            intake="select, insert",
            projector="select",
            deliverer="select",
            auditor="select",
        ),
        grant("registry_proposal", app="select, insert, update", auditor="select"),
        append_only("registry_recordversion", "registry_facts"),
        row_policy("registry_instrument", OWN, roles="xinheng_app, xinheng_intake"),
        row_policy("registry_record", OWN, roles="xinheng_app, xinheng_intake"),
        row_policy("registry_proposal", OWN, roles="xinheng_app"),
        row_policy(
            "registry_recordversion",
            "EXISTS (SELECT FROM registry_record r WHERE r.id = record_id)",
            roles="xinheng_app",
            command="select",
        ),
        row_policy("registry_recordversion", "true", roles="xinheng_intake"),
        *(
            row_policy(
                table, "true", roles="xinheng_projector, xinheng_deliverer, xinheng_auditor", command="select"
            )
            for table in (
                "registry_instrument",
                "registry_record",
                "registry_recordversion",
                "registry_proposal",
            )
        ),
        migrations.RunSQL(BASIS, DROP_BASIS),
        migrations.RunSQL(DECIDED, DROP_DECIDED),
        migrations.RunSQL(STATISTICS, "DROP FUNCTION registry_analyze()"),
    ]

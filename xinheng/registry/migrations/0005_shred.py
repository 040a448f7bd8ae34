"""A record's content can be destroyed by two persons; what is left is its place and its commitments (依法销毁)."""

from django.db import migrations, models

from xinheng.runtime.sql import row_policy

# Clearing is all that may happen to a version, and only after two persons have decided it.
CLEARED = r"""
CREATE FUNCTION registry_version_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.content := '{}'; OLD.sealed := NULL; OLD.salt := NULL; OLD.source := '{}'; OLD.ground_text := '';
        IF NEW = OLD AND EXISTS (SELECT FROM public.registry_proposal p
                                  WHERE p.record_id = NEW.record_id AND p.kind = 'shred' AND p.granted) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END
$fn$;
REVOKE EXECUTE ON FUNCTION registry_version_stays() FROM PUBLIC;
DROP TRIGGER append_only_rows ON registry_recordversion;
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON registry_recordversion
    FOR EACH ROW EXECUTE FUNCTION registry_version_stays();
GRANT UPDATE (content, sealed, salt, source, ground_text) ON registry_recordversion TO xinheng_intake;

-- A decided proposal stays, but for what it would have said about a record that is destroyed.
CREATE OR REPLACE FUNCTION registry_refuse_second_decision() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    OLD.sealed := NULL; OLD.ground_text := ''; OLD.decision_text := '';
    IF NEW = OLD AND OLD.kind <> 'shred' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a proposal is decided once' USING ERRCODE = 'check_violation';
END
$fn$;

GRANT UPDATE (id_sealed, name_sealed) ON subjects_person TO xinheng_intake;
"""

BACK = """
REVOKE UPDATE (id_sealed, name_sealed) ON subjects_person FROM xinheng_intake;
REVOKE UPDATE (content, sealed, salt, source, ground_text) ON registry_recordversion FROM xinheng_intake;
DROP TRIGGER append_only_rows ON registry_recordversion; DROP FUNCTION registry_version_stays();
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON registry_recordversion
    FOR EACH ROW EXECUTE FUNCTION xinheng_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_version_stands_alone"), ("subjects", "0003_proof")]

    operations = [
        migrations.AlterField("recordversion", "salt", models.BinaryField(null=True)),
        row_policy("registry_proposal", "true", roles="xinheng_owner", command="select"),
        migrations.RunSQL(CLEARED, BACK),
    ]

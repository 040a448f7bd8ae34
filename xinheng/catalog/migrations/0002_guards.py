"""Who may write the mirror, the bundles and the rulings; none is ever deleted or decided twice (防护)."""

from django.db import migrations

from xinheng.runtime.sql import grant

DECIDED_ONCE = r"""
CREATE FUNCTION catalog_refuse_second_approval() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    RAISE EXCEPTION '% is approved once and stays as approved', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END
$fn$;
CREATE TRIGGER ruling_stays BEFORE UPDATE ON catalog_ruling FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL
          OR OLD.approved_at IS NOT NULL AND (NEW.approved_at, NEW.approved_by, NEW.value_id, NEW.key, NEW.facts,
                NEW.decision, NEW.ground, NEW.clauses, NEW.number, NEW.proposed_by, NEW.proposed_at)
             IS DISTINCT FROM (OLD.approved_at, OLD.approved_by, OLD.value_id, OLD.key, OLD.facts,
                OLD.decision, OLD.ground, OLD.clauses, OLD.number, OLD.proposed_by, OLD.proposed_at))
    EXECUTE FUNCTION catalog_refuse_second_approval();
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_tables"), ("runtime", "0002_functions")]

    operations = [
        # The mirror is cleared and written anew by the approval of a bundle, in its transaction.
        grant(
            ("catalog_catalogitem", "catalog_lawinstrument", "catalog_referencevalue"),
            app="select, insert, update, delete",
            intake="select",
            projector="select",
            deliverer="select",
            auditor="select",
        ),
        grant("catalog_bundle", app="select, insert, update", projector="select", auditor="select"),
        grant("catalog_ruling", app="select, insert, update", projector="select", auditor="select"),
        migrations.RunSQL(
            DECIDED_ONCE,
            "DROP TRIGGER ruling_stays ON catalog_ruling; DROP FUNCTION catalog_refuse_second_approval()",
        ),
    ]

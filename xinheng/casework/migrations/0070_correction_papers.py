"""A step of a correction carries its own paper or none: the receipt when it is lodged, the letter when it is decided (受理单)."""

from django.db import migrations

# A lodging without a receipt stays possible: what ran before this release made none.
PAPER = r"""
CREATE FUNCTION casework_correction_paper() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF NEW.step NOT IN ('lodge', 'decide')
       OR (NEW.step = 'lodge' AND NOT EXISTS (
            SELECT FROM casework_correction c JOIN documents_issueddocument d ON (d.subject, d.agency) = (c.subject_id, c.agency_id)
             WHERE c.id = NEW.correction_id AND (d.id, d.number, d.kind) = (NEW.document, NEW.paper, 'correction_receipt'))) THEN
        RAISE EXCEPTION 'a step of a correction carries its own paper' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$fn$;
CREATE TRIGGER own_paper BEFORE INSERT ON casework_correctionstep
    FOR EACH ROW WHEN (NEW.document IS NOT NULL) EXECUTE FUNCTION casework_correction_paper();
"""
DROP = "DROP TRIGGER own_paper ON casework_correctionstep; DROP FUNCTION casework_correction_paper();"


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0062_clocks_watch"),
        ("documents", "0006_sealed_watch"),
    ]

    operations = [migrations.RunSQL(PAPER, DROP)]

"""A public entry of a list says while measures on it are lifted, and not without such a lift (暂时解除惩戒措施)."""

from django.db import migrations, models
from django.db.models import F, Q

CHECKED = r"""
CREATE FUNCTION publication_check_lifted() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF EXISTS (SELECT FROM added a WHERE a.lifted_from IS NOT NULL AND NOT EXISTS (
                   SELECT FROM registry_measurelift m
                   WHERE (m.entry_id, m.since, least(m.until + 1, m.ended_on)) = (a.entry, a.lifted_from, a.lifted_until))) THEN
        RAISE EXCEPTION 'a public list entry says what was lifted alone (huaian-2021-13#5.1a)'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE TRIGGER lifted_checked_new AFTER INSERT ON publication_publiclisting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION publication_check_lifted();
CREATE TRIGGER lifted_checked_changed AFTER UPDATE ON publication_publiclisting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION publication_check_lifted();
"""
DROP = """
DROP TRIGGER lifted_checked_changed ON publication_publiclisting;
DROP TRIGGER lifted_checked_new ON publication_publiclisting;
DROP FUNCTION publication_check_lifted();
"""


class Migration(migrations.Migration):
    dependencies = [("publication", "0020_effects_guard"), ("registry", "0052_measures_lifted_watch")]

    operations = [
        migrations.AddField("publiclisting", "lifted_from", models.DateField(null=True)),
        migrations.AddField("publiclisting", "lifted_until", models.DateField(null=True)),
        migrations.AddConstraint(
            "publiclisting",
            models.CheckConstraint(
                condition=Q(lifted_from=None, lifted_until=None) | Q(lifted_from__lt=F("lifted_until")),
                name="public_listing_is_lifted_for_a_time",
            ),
        ),
        migrations.RunSQL(CHECKED, DROP),
    ]

"""No person and nothing that was hidden or has ended comes among the public entries of a list (名单公示的防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, watch

# Clauses 1.3a and 3.2c in the database: whatever the projector were to write, a public entry is one that stands,
# may be published, is of a party that is no person, and is shown within its own term.
CHECKED = r"""
CREATE FUNCTION publication_check_listings() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF EXISTS (SELECT FROM added a
               LEFT JOIN registry_listentry l ON l.id = a.entry AND l.subject_id = a.subject AND l.list = a.list
                    AND l.state = 'listed' AND l.publishable AND l.subject_kind <> 'natural_person'
                    AND l.interim = a.interim AND a.visible_from >= l.listed_on
                    AND coalesce(a.visible_until, 'infinity') <= coalesce(l.until + 1, 'infinity')
               LEFT JOIN subjects_subject p ON p.id = a.subject AND p.kind = a.kind AND p.kind <> 'natural_person'
               LEFT JOIN publication_publicsubject s ON s.subject = a.subject
               WHERE l.id IS NULL OR p.id IS NULL OR s.subject IS NULL) THEN
        RAISE EXCEPTION 'a public list entry needs one that stands and may be published, of no person (huaian-2021-13#3.2c)'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE TRIGGER listing_checked_new AFTER INSERT ON publication_publiclisting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION publication_check_listings();
CREATE TRIGGER listing_checked_changed AFTER UPDATE ON publication_publiclisting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION publication_check_listings();
"""
DROP = """
DROP TRIGGER listing_checked_changed ON publication_publiclisting;
DROP TRIGGER listing_checked_new ON publication_publiclisting;
DROP FUNCTION publication_check_listings();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("publication", "0007_listings"),
        ("registry", "0008_list_entries_guards"),
        ("ledger", "0004_watch"),
    ]

    operations = [
        grant(
            "publication_publiclisting",
            projector="select, insert, update, delete",
            app="select",
            auditor="select",
        ),
        grant("publication_listingchange", projector="select, insert", app="select", auditor="select"),
        append_only("publication_listingchange"),
        migrations.RunSQL(CHECKED, DROP),
        watch(
            "publication_listingchange",
            "r.entry::text || '#' || r.event::text",
            "r.entry plain; r.event plain; r.at moment; r.cause text; r.visible_from date; r.visible_until date",
        ),
    ]

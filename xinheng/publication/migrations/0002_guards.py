"""Only the projector writes what the public sees; no person enters; the register of changes only grows (防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, months

CHANGES = """
CREATE TABLE publication_publicationchange (
    record uuid NOT NULL,
    at timestamptz NOT NULL,
    event uuid NOT NULL,
    version integer NOT NULL,
    cause text NOT NULL,
    verdict_id integer,
    visible_from date,
    visible_until date,
    PRIMARY KEY (record, at, event),
    CHECK ((verdict_id IS NULL) = (visible_from IS NULL)),
    CHECK (visible_until IS NULL OR visible_from < visible_until)
) PARTITION BY RANGE (at);
"""

# An allow-list: a field nobody thought of is not shown.
SHOWN = r"""
CREATE FUNCTION publication_mask(value text, keep_left integer, keep_right integer, fill text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
    SELECT CASE WHEN char_length(value) <= keep_left + keep_right
        THEN repeat(fill, greatest(char_length(value), 1))
        ELSE left(value, keep_left) || repeat(fill, char_length(value) - keep_left - keep_right)
             || right(value, keep_right) END
$fn$;

CREATE FUNCTION publication_shown(content jsonb, shown text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
    SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(content) WHERE key = ANY (shown)
$fn$;

-- masks: {"field": {"left": 1, "right": 2, "fill": "*"}}; null for the usual answer that masks nothing.
CREATE FUNCTION publication_masked(content jsonb, masks jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fn$
    SELECT CASE WHEN masks IS NULL THEN content ELSE (
        SELECT coalesce(jsonb_object_agg(c.key, CASE WHEN m.value IS NULL OR jsonb_typeof(c.value) = 'null'
            THEN c.value ELSE to_jsonb(publication_mask(content ->> c.key, (m.value ->> 'left')::integer,
                                                        (m.value ->> 'right')::integer, m.value ->> 'fill')) END), '{}')
        FROM jsonb_each(content) c LEFT JOIN jsonb_each(masks) m USING (key)
    ) END
$fn$;
"""

# Clause 3.2c in the database: statement triggers over the new rows, so that a bulk projection pays one join.
# A row that the writing role cannot prove (no such record, another subject, a person) is refused.
NO_PERSON = r"""
CREATE FUNCTION publication_check_subjects() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF EXISTS (SELECT FROM added a LEFT JOIN subjects_subject s ON s.id = a.subject
               WHERE s.kind IS DISTINCT FROM a.kind OR s.kind = 'natural_person') THEN
        RAISE EXCEPTION 'a natural person or an unknown subject cannot be made public (huaian-2021-13#3.2c)'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE TRIGGER subject_no_person_new AFTER INSERT ON publication_publicsubject
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION publication_check_subjects();
CREATE TRIGGER subject_no_person_changed AFTER UPDATE ON publication_publicsubject
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION publication_check_subjects();

CREATE FUNCTION publication_check_entries() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF EXISTS (SELECT FROM added a
               LEFT JOIN registry_record r ON r.id = a.record AND r.subject_id = a.subject AND r.state = 'live'
               LEFT JOIN publication_publicsubject s ON s.subject = a.subject
               LEFT JOIN publication_publicverdict v ON v.id = a.verdict_id
               WHERE r.id IS NULL OR s.subject IS NULL OR v.id IS NULL) THEN
        RAISE EXCEPTION 'an entry needs a live record, a subject that may be public and a verdict (huaian-2021-13#3.2c)'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
CREATE TRIGGER entry_no_person_new AFTER INSERT ON publication_publicentry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION publication_check_entries();
CREATE TRIGGER entry_no_person_changed AFTER UPDATE ON publication_publicentry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION publication_check_entries();
"""

DROP_NO_PERSON = """
DROP TRIGGER entry_no_person_changed ON publication_publicentry;
DROP TRIGGER entry_no_person_new ON publication_publicentry;
DROP FUNCTION publication_check_entries();
DROP TRIGGER subject_no_person_changed ON publication_publicsubject;
DROP TRIGGER subject_no_person_new ON publication_publicsubject;
DROP FUNCTION publication_check_subjects();
"""

# After a bulk load the name index has its new entries in a list that every search would have to read through.
# Emptying it is the owner's; this function lends that to the projector, for this index only.
TIDY = r"""
CREATE FUNCTION publication_tidy_names() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    PERFORM gin_clean_pending_list('public.public_subject_bigrams');
END
$fn$;
REVOKE EXECUTE ON FUNCTION publication_tidy_names() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION publication_tidy_names() TO xinheng_projector;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("publication", "0001_tables"),
        ("registry", "0002_guards"),
        ("subjects", "0002_guards"),
        ("runtime", "0002_functions"),
    ]

    operations = [
        migrations.RunSQL(CHANGES, "DROP TABLE publication_publicationchange"),
        months("publication_publicationchange", "2026-01-01", "2028-12-01"),
        append_only("publication_publicationchange"),
        migrations.RunSQL(
            SHOWN,
            "DROP FUNCTION publication_masked(jsonb, jsonb); DROP FUNCTION publication_shown(jsonb, text[]);"
            " DROP FUNCTION publication_mask(text, integer, integer, text)",
        ),
        migrations.RunSQL(NO_PERSON, DROP_NO_PERSON),
        migrations.RunSQL(TIDY, "DROP FUNCTION publication_tidy_names()"),
        grant(
            ("publication_publicsubject", "publication_publicentry"),
            projector="select, insert, update, delete",
            app="select",
            auditor="select",
        ),
        grant("publication_publicverdict", projector="select, insert", app="select", auditor="select"),
        grant("publication_publicationchange", projector="select, insert", app="select", auditor="select"),
        grant(
            "publication_heldwidening",
            projector="select, insert, update, delete",
            app="select",
            auditor="select",
        ),
        # The officer's decision on what is held is the application's to write, and nothing else of it.
        migrations.RunSQL(
            "GRANT UPDATE (decided_by, decided_at, granted, ground) ON publication_heldwidening TO xinheng_app",
            migrations.RunSQL.noop,
        ),
        # On a server of the site's own this is the one grant that making the database did not give.
        migrations.RunSQL(
            "DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO xinheng_projector', current_database());"
            " END $$",
            migrations.RunSQL.noop,
        ),
    ]

"""Nothing that an effect took from the public's view comes back among the entries (公示的防护)."""

from django.db import migrations

# As in 0002, and besides: no effect in force that leaves the public nothing. The look is taken after the statement,
# so that one that was decided meanwhile is seen (clause 5.1b).
CHECKED = r"""
CREATE OR REPLACE FUNCTION publication_check_entries() RETURNS trigger LANGUAGE plpgsql AS $fn$
BEGIN
    IF EXISTS (SELECT FROM added a
               LEFT JOIN registry_record r ON r.id = a.record AND r.subject_id = a.subject AND r.state = 'live'
               LEFT JOIN publication_publicsubject s ON s.subject = a.subject
               LEFT JOIN publication_publicverdict v ON v.id = a.verdict_id
               WHERE r.id IS NULL OR s.subject IS NULL OR v.id IS NULL) THEN
        RAISE EXCEPTION 'an entry needs a live record, a subject that may be public and a verdict (huaian-2021-13#3.2c)'
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM added a JOIN registry_recordeffect e ON e.record_id = a.record
               WHERE e.public <> 'marked' AND e.lifts IS NULL
                 AND NOT EXISTS (SELECT FROM registry_recordeffect l
                                 WHERE l.record_id = e.record_id AND l.lifts = e.id)) THEN
        RAISE EXCEPTION 'a record whose publication was ended is not public (huaian-2021-13#5.1b)'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$fn$;
"""
BACK = r"""
CREATE OR REPLACE FUNCTION publication_check_entries() RETURNS trigger LANGUAGE plpgsql AS $fn$
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
"""


class Migration(migrations.Migration):
    dependencies = [("publication", "0008_listing_guards"), ("registry", "0021_record_effects_guards")]

    operations = [migrations.RunSQL(CHECKED, BACK)]

"""Each change of publication carries its own digest; an event carries the hash over those of one projection (公示变动存证)."""

from django.db import migrations

ADDED = """
ALTER TABLE publication_publicationchange
    ADD COLUMN place integer NOT NULL DEFAULT 0, ADD COLUMN digest bytea NOT NULL DEFAULT ''::bytea
"""
REQUIRED = """
ALTER TABLE publication_publicationchange ALTER COLUMN place DROP DEFAULT, ALTER COLUMN digest DROP DEFAULT
"""
DROPPED = "ALTER TABLE publication_publicationchange DROP COLUMN place, DROP COLUMN digest"


class Migration(migrations.Migration):
    dependencies = [("publication", "0005_watch")]

    operations = [
        migrations.RunSQL([ADDED, REQUIRED], DROPPED),
    ]

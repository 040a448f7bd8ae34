"""A new subject's proof travels with it through staging (暂存)."""

from django.db import migrations

STAGED = "ALTER TABLE exchange_staging_subject ADD COLUMN proof bytea"


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_watch"), ("subjects", "0003_proof")]

    operations = [
        migrations.RunSQL(STAGED, "ALTER TABLE exchange_staging_subject DROP COLUMN proof"),
    ]

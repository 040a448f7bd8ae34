"""Who may touch wrapped data keys (防护)."""

from django.db import migrations

from xinheng.runtime.sql import grant


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_tables"), ("runtime", "0002_functions")]

    operations = [grant("vault_subjectkey", app="select, insert", intake="select, insert")]

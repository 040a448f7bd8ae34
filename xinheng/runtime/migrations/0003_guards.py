"""Who may touch jobs and idempotency keys (防护)."""

from django.db import migrations

from xinheng.runtime.sql import grant


class Migration(migrations.Migration):
    dependencies = [("runtime", "0002_functions")]

    operations = [
        grant("runtime_job", app="select, insert, update"),
        # Keys are cleared away after their time; answers are never changed.
        grant("runtime_idempotencykey", app="select, insert, delete"),
    ]

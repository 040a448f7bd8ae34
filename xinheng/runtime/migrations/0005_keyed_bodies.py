"""Bodies of writes are kept as keyed hashes (幂等): what was kept as a plain one is made unguessable.

A repeat of such an earlier write is refused as one with another body, and never acts twice.
"""

from django.db import migrations

UNGUESSABLE = "UPDATE runtime_idempotencykey SET body_mac = sha256(uuid_send(gen_random_uuid()))"


class Migration(migrations.Migration):
    dependencies = [("runtime", "0004_sign_in")]

    operations = [
        migrations.RenameField("idempotencykey", "body_sha256", "body_mac"),
        migrations.RunSQL(UNGUESSABLE, migrations.RunSQL.noop),
    ]

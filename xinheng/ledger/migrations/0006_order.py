"""The queue keeps the order in which events were told, which is the order of the rows that they tell (队列次序)."""

from django.db import migrations, models

# Whoever waits for a row tells of it after the one before has committed, whatever moment either was given.
TOLD = "ALTER TABLE ledger_queue ADD COLUMN told bigint GENERATED ALWAYS AS IDENTITY"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_shred")]

    operations = [
        migrations.RunSQL(
            TOLD,
            "ALTER TABLE ledger_queue DROP COLUMN told",
            state_operations=[
                migrations.AddField("queued", "told", models.BigIntegerField(editable=False)),
            ],
        ),
    ]

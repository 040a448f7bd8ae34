"""What happened of one kind is found without reading all events (按种类查事件)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_order")]

    operations = [
        migrations.AddIndex("event", models.Index(fields=["kind", "at", "id"], name="event_of_kind")),
    ]

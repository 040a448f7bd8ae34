"""Each version says where its record stood, so that its leaf can be computed from it alone (版本自证)."""

from uuid import UUID

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0003_watch")]

    operations = [
        migrations.AddField("recordversion", "row", models.IntegerField(default=0), preserve_default=False),
        migrations.AddField(
            "recordversion", "adverse", models.BooleanField(default=False), preserve_default=False
        ),
        migrations.AddField("recordversion", "item", models.TextField(default=""), preserve_default=False),
        migrations.AddField(
            "recordversion", "agency", models.UUIDField(default=UUID(int=0)), preserve_default=False
        ),
    ]

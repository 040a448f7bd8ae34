"""Signed and sealed copies of papers (签章件)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_watch"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealedCopy",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("method", models.TextField()),
                ("media_type", models.TextField()),
                ("sha256", models.BinaryField()),
                ("size", models.IntegerField()),
                ("compared_by", models.UUIDField(null=True)),
                ("agency", models.UUIDField()),
                ("uploaded_by", models.UUIDField()),
                ("uploaded_at", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sealed_copies",
                        to="documents.issueddocument",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("document", "sha256"), name="sealed_copy_once")
                ],
            },
        ),
    ]

"""A bundle that was turned down says by whom and when, and cannot be approved any more (未获批准的数据包)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_guards")]

    operations = [
        migrations.AddField("bundle", "refused_by", models.UUIDField(null=True)),
        migrations.AddField("bundle", "refused_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "bundle",
            models.CheckConstraint(
                condition=models.Q(("approved_by", None), ("refused_by", None), _connector="OR"),
                name="bundle_approved_or_refused",
            ),
        ),
    ]

"""A file whose batch was withdrawn as a mistake may be sent again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_guards")]

    operations = [
        migrations.RemoveConstraint(model_name="batch", name="batch_file_once"),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "withdrawn"), _negated=True),
                fields=("agency", "feed", "file_sha256"),
                name="batch_file_once",
            ),
        ),
    ]

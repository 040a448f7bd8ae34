"""Name search runs in one process (查询不并行): starting helpers takes longer than the whole search."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("publication", "0002_guards")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE publication_publicsubject SET (parallel_workers = 0)",
            "ALTER TABLE publication_publicsubject RESET (parallel_workers)",
        )
    ]

"""Who may touch subjects; sealed persons are nobody's but the app's and the intake's (防护)."""

from django.db import migrations

from xinheng.runtime.sql import grant


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_tables"), ("runtime", "0002_functions")]

    operations = [
        grant(
            "subjects_subject",
            app="select, insert, update (name)",
            intake="select, insert, update (name)",
            projector="select",
            deliverer="select",
            auditor="select",
        ),
        grant("subjects_subjectname", app="select, insert", intake="select, insert", auditor="select"),
        grant("subjects_person", app="select, insert", intake="select, insert"),
    ]

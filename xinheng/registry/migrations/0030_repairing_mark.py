"""A record whose repair is under way is marked so (修复办理中); an account's own lodging may write that mark alone."""

from django.db import migrations, models
from django.db.models import Q

ALONE = """
CREATE POLICY account_marks ON registry_recordmark AS RESTRICTIVE FOR INSERT TO xinheng_app
    WITH CHECK ((SELECT xinheng_account()) IS NULL OR mark = 'repairing');
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0023_instrument_changes_guards"), ("access", "0008_own_file")]

    operations = [
        migrations.RemoveConstraint("recordmark", "recordmark_is_of_three"),
        migrations.AddConstraint(
            "recordmark",
            models.CheckConstraint(
                condition=Q(mark__in=["repairing", "repaired", "disputed", "contested"]),
                name="recordmark_is_of_four",
            ),
        ),
        migrations.RunSQL(ALONE, "DROP POLICY account_marks ON registry_recordmark"),
    ]

"""Who signs decisions is a role of its own (签发人)."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

ROLES = ["clerk", "checker", "signer", "office", "auditor", "admin"]


class Migration(migrations.Migration):
    dependencies = [("access", "0003_watch")]

    operations = [
        migrations.RemoveConstraint("user", "user_separate_powers"),
        migrations.AlterField(
            "user",
            "roles",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(
                    choices=[
                        ("clerk", "经办人"),
                        ("checker", "审核人"),
                        ("signer", "签发人"),
                        ("office", "市信用办"),
                        ("auditor", "审计监督"),
                        ("admin", "系统管理员"),
                    ]
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(
                condition=Q(roles__contained_by=ROLES)
                & (~Q(roles__contains=["admin"]) | Q(roles__len=1))
                & (~Q(roles__contains=["auditor"]) | Q(roles__len=1)),
                name="user_separate_powers",
            ),
        ),
    ]

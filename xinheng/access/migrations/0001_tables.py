"""The tables of access."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AccessEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "at", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("actor", models.UUIDField()),
                ("agency", models.UUIDField()),
                ("channel", models.TextField()),
                ("what", models.TextField()),
                ("subject", models.UUIDField(null=True)),
                ("purpose", models.TextField()),
                ("basis", models.TextField()),
                ("granted", models.BooleanField()),
                ("refusal", models.TextField(blank=True, default="")),
            ],
            options={
                "db_table": "access_accessentry",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Agency",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("uscc", models.TextField(unique=True)),
                ("name", models.TextField()),
                ("region", models.TextField()),
                ("level", models.TextField()),
                (
                    "domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, size=None
                    ),
                ),
                ("channel_name", models.TextField(blank=True)),
                ("channel_url", models.TextField(blank=True)),
                ("is_lead", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("username", models.TextField(unique=True)),
                ("name", models.TextField()),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(
                            choices=[
                                ("clerk", "经办人"),
                                ("checker", "审核人"),
                                ("office", "市信用办"),
                                ("auditor", "审计监督"),
                                ("admin", "系统管理员"),
                            ]
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.agency"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]

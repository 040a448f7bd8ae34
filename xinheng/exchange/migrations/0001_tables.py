"""The tables of exchange."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("no", models.TextField(unique=True)),
                ("feed", models.TextField()),
                ("file_name", models.TextField()),
                ("file_sha256", models.BinaryField()),
                ("file_size", models.BigIntegerField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("checking", "校验中"),
                            ("problems", "有问题"),
                            ("ready", "可提交"),
                            ("submitted", "已提交"),
                            ("returned", "已退回"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="checking",
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                ("headings", models.JSONField(default=dict)),
                ("source", models.JSONField(default=dict)),
                ("job", models.UUIDField(null=True)),
                ("event", models.UUIDField(null=True)),
                ("merkle_root", models.BinaryField(null=True)),
                ("created_by", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                ("submitted_by", models.UUIDField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.agency"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("row", models.IntegerField()),
                ("field", models.TextField(blank=True)),
                ("heading", models.TextField(blank=True)),
                (
                    "severity",
                    models.TextField(
                        choices=[("refused", "未通过"), ("waiting", "待裁定"), ("told", "已提示")]
                    ),
                ),
                ("code", models.TextField()),
                ("values", models.JSONField(default=dict)),
                ("clauses", models.JSONField(default=list)),
                (
                    "batch",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="exchange.batch"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WaitingRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "batch", "row", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("row", models.IntegerField()),
                ("key", models.TextField()),
                ("facts", models.JSONField()),
                ("value_ids", models.JSONField(default=list)),
                ("settled_at", models.DateTimeField(null=True)),
                ("outcome", models.TextField(blank=True, default="")),
                (
                    "batch",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="exchange.batch"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["agency", "-created_at"], name="batch_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.UniqueConstraint(
                fields=("agency", "feed", "file_sha256"), name="batch_file_once"
            ),
        ),
        migrations.AddIndex(
            model_name="waitingrow",
            index=models.Index(condition=models.Q(("settled_at", None)), fields=["key"], name="waiting_open"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["batch", "severity", "row"], name="problem_of_batch"),
        ),
    ]

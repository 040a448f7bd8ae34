"""What was registered of documents' effect, and how measures end with their documents (文书效力变动)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("registry", "0021_record_effects_guards")]

    operations = [
        migrations.CreateModel(
            name="InstrumentChange",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("effect", models.TextField()),
                ("contested", models.BooleanField()),
                ("varied", models.BooleanField(default=False)),
                ("matter", models.UUIDField()),
                ("event", models.UUIDField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "instrument",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="registry.instrument"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(effect="effective") | Q(varied=False),
                        name="instrumentchange_varied_has_effect",
                    ),
                ]
            },
        ),
        migrations.AlterField(
            model_name="measuretaken",
            name="ended_by",
            field=models.TextField(
                blank=True,
                choices=[
                    ("entry_ended", "所依据的名单信息已移出或者隐去"),
                    ("own_term", "自身期限已满"),
                    ("body", "实施单位决定终止"),
                    ("document_fell", "所依据的文书失去效力"),
                ],
                default="",
            ),
        ),
        migrations.AlterField(
            model_name="measurenotice",
            name="answer",
            field=models.TextField(
                blank=True,
                choices=[("ended", "已终止"), ("resumed", "依据已恢复，继续实施")],
                default="",
            ),
        ),
    ]

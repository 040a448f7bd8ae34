"""A measure may end with the repair of what it rests on (惩戒措施随修复解除)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0030_repairing_mark")]

    operations = [
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
                    ("repaired", "所依据的信息已经修复"),
                ],
                default="",
            ),
        ),
    ]

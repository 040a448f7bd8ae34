"""A record may be shredded, and somebody may ask for it (依法销毁)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_shred")]

    operations = [
        migrations.AlterField(
            "proposal",
            "kind",
            models.TextField(
                choices=[
                    ("correct", "更正一条记录"),
                    ("redact", "遮去个人信息后公开"),
                    ("withdraw", "撤回整批报送"),
                    ("settle", "办结一行待裁定"),
                    ("shred", "依法销毁一条记录"),
                ]
            ),
        ),
        migrations.AlterField(
            "record",
            "state",
            models.TextField(
                choices=[("live", "有效"), ("withdrawn", "已撤回"), ("shredded", "已销毁")], default="live"
            ),
        ),
    ]

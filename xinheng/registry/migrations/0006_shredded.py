"""A record may be shredded, and somebody may ask for it (依法销毁)."""

from django.db import migrations, models

from xinheng.runtime.sql import row_policy

# The key of a subject outlives every record that is not destroyed, whichever agency's it is.
FORGET = r"""
CREATE OR REPLACE FUNCTION vault_forget(gone uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    IF EXISTS (SELECT FROM public.registry_record r WHERE r.subject_id = gone AND r.state <> 'shredded') THEN
        RAISE EXCEPTION 'a data key that records still need' USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM public.vault_subjectkey WHERE subject = gone;
END
$fn$;
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_shred"), ("vault", "0003_forget")]

    operations = [
        row_policy("registry_record", "true", roles="xinheng_owner", command="select"),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
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

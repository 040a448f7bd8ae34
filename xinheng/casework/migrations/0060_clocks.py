"""Clocks of all procedures as one: those of matters, and a view over the three tables of clocks (各程序的期限)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# What was written of the clocks of cases stays as it is, word for word: the same columns name any clock from here on,
# and the guards of 0061 hold them together.
LOOSEN = """
DO $do$
DECLARE
    tie record;
BEGIN
    FOR tie IN SELECT conrelid::regclass AS of, conname AS name FROM pg_constraint
                WHERE contype = 'f' AND conrelid IN ('casework_reminder'::regclass, 'casework_deadlinemove'::regclass)
                  AND confrelid IN ('casework_case'::regclass, 'casework_deadline'::regclass) LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', tie.of, tie.name);
    END LOOP;
END
$do$;
"""
VIEW = """
CREATE VIEW casework_clock WITH (security_invoker = true) AS
SELECT d.id, 'listing'::text AS kind, d.case_id AS matter, c.number, c.agency_id, c.handler, c.list AS listed, d.name,
       d.start, d.n, d.extended_by::text[] AS extended_by, d.last, d.provisional, d.stopped_on
  FROM casework_deadline d JOIN casework_case c ON c.id = d.case_id
UNION ALL
SELECT d.id, 'repair', d.case_id, c.number, c.agency_id, c.handler, '', d.name, d.start, d.n, '{}'::text[], d.last,
       d.provisional, d.stopped_on
  FROM casework_repairclock d JOIN casework_repaircase c ON c.id = d.case_id
UNION ALL
SELECT d.id, d.kind, d.matter, d.number, d.agency_id, NULL::uuid, '', d.name, d.start, d.n, '{}'::text[], d.last,
       d.provisional, d.stopped_on
  FROM casework_matterclock d;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_own_file"),
        ("casework", "0054_plans_watch"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("listing", "名单案卷"),
                            ("repair", "信用修复"),
                            ("correction", "信息有误的异议"),
                            ("revocation", "文书撤销与变更"),
                            ("complaint", "举报"),
                        ]
                    ),
                ),
                ("matter", models.UUIDField()),
                ("number", models.TextField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="access.agency",
                    ),
                ),
                ("handler", models.UUIDField(null=True)),
                ("listed", models.TextField()),
                ("name", models.TextField()),
                ("start", models.DateField()),
                ("n", models.IntegerField()),
                (
                    "extended_by",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("last", models.DateField(null=True)),
                ("provisional", models.BooleanField()),
                ("stopped_on", models.DateField(null=True)),
            ],
            options={"db_table": "casework_clock", "managed": False},
        ),
        migrations.CreateModel(
            name="MatterClock",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("start", models.DateField()),
                ("n", models.IntegerField()),
                ("last", models.DateField(null=True)),
                ("provisional", models.BooleanField()),
                ("stopped_on", models.DateField(null=True)),
                ("kind", models.TextField()),
                ("matter", models.UUIDField()),
                ("number", models.TextField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="access.agency",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="matterclock",
            index=models.Index(
                condition=models.Q(("stopped_on", None)), fields=["last"], name="matterclock_running"
            ),
        ),
        migrations.AddIndex(
            model_name="matterclock",
            index=models.Index(fields=["matter", "-id"], name="matterclock_of_matter"),
        ),
        migrations.AddConstraint(
            model_name="matterclock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stopped_on", None)), fields=("matter",), name="matterclock_one_running"
            ),
        ),
        migrations.AddConstraint(
            model_name="matterclock",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("correction", "revocation", "complaint"))),
                name="matterclock_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="matterclock",
            constraint=models.CheckConstraint(
                condition=models.Q(("n__gt", 0)), name="matterclock_has_length"
            ),
        ),
        migrations.RunSQL(VIEW, "DROP VIEW casework_clock"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LOOSEN, migrations.RunSQL.noop)],
            state_operations=[
                migrations.RemoveConstraint(model_name="reminder", name="reminder_of_case_once"),
                migrations.RemoveField(model_name="reminder", name="case"),
                migrations.AddField(
                    model_name="reminder",
                    name="matter",
                    field=models.UUIDField(db_column="case_id", db_index=True, default=None),
                    preserve_default=False,
                ),
                migrations.AddConstraint(
                    model_name="reminder",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("deadline", None)),
                        fields=("matter", "rung"),
                        name="reminder_of_case_once",
                    ),
                ),
                migrations.AlterField(
                    model_name="reminder",
                    name="deadline",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="casework.clock",
                    ),
                ),
                migrations.AlterField(
                    model_name="deadlinemove",
                    name="deadline",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="casework.clock",
                    ),
                ),
            ],
        ),
    ]

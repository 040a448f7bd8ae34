"""Applications for repair and their cases (信用修复申请与案卷)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_own_file"),
        ("casework", "0011_mending_guards"),
        ("registry", "0030_repairing_mark"),
        ("subjects", "0003_proof"),
    ]

    operations = [
        migrations.CreateModel(
            name="RepairApplication",
            fields=[
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.TextField(null=True, unique=True)),
                ("account", models.UUIDField()),
                ("present", models.UUIDField(null=True)),
                ("channel", models.TextField()),
                ("begun_by", models.UUIDField()),
                ("begun_at", models.DateTimeField()),
                (
                    "chosen",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("lodged_at", models.DateTimeField(null=True)),
                ("lodged_on", models.DateField(null=True)),
                (
                    "subject",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RepairCase",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("subject_kind", models.TextField()),
                ("party", models.TextField(blank=True, default="")),
                ("state", models.TextField(default="new")),
                ("revision", models.IntegerField(default=0)),
                ("handler", models.UUIDField(null=True)),
                ("contact", models.TextField(blank=True, default="")),
                (
                    "asked",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), null=True, size=None
                    ),
                ),
                ("lodged_on", models.DateField()),
                ("decided_on", models.DateField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.agency"
                    ),
                ),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="casework.repairapplication"
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RepairClock",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("start", models.DateField()),
                ("n", models.IntegerField()),
                ("last", models.DateField(null=True)),
                ("provisional", models.BooleanField()),
                ("stopped_on", models.DateField(null=True)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.repaircase"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RepairItem",
            fields=[
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("place", models.IntegerField()),
                ("outcome", models.TextField(blank=True, default="")),
                ("effect", models.TextField(blank=True, default="")),
                ("decided_on", models.DateField(null=True)),
                ("decided_event", models.UUIDField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.repaircase"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="registry.listentry"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="registry.record"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RepairFinding",
            fields=[
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "met",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "seen",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "barred",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("corrected_on", models.DateField(null=True)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.repairitem"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RepairMaterial",
            fields=[
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("media_type", models.TextField()),
                ("sha256", models.BinaryField()),
                ("size", models.IntegerField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="casework.repairapplication"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="casework.repaircase"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RepairPaper",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("document", models.UUIDField(unique=True)),
                ("number", models.TextField(unique=True)),
                ("party", models.UUIDField()),
                ("issued_on", models.DateField()),
                (
                    "says",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.repaircase"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RepairProposal",
            fields=[
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("outcome", models.TextField()),
                ("effect", models.TextField(blank=True, default="")),
                ("ground", models.TextField(blank=True, default="")),
                (
                    "clauses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.repairitem"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RepairService",
            fields=[
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("party", models.UUIDField()),
                ("way", models.TextField()),
                ("on", models.DateField()),
                ("served_on", models.DateField()),
                (
                    "shows",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "paper",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.repairpaper"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RepairStep",
            fields=[
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("seq", models.IntegerField()),
                ("step", models.TextField()),
                ("source", models.TextField()),
                ("target", models.TextField()),
                ("actor", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("day", models.DateField()),
                ("event", models.UUIDField(unique=True)),
                ("asked", models.JSONField()),
                ("edition", models.TextField()),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.repaircase"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="repairpaper",
            name="step",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.repairstep"),
        ),
        migrations.CreateModel(
            name="RepairTold",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("opens_on", models.DateField()),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                ("event", models.UUIDField()),
                (
                    "entry",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="registry.listentry"
                    ),
                ),
                (
                    "record",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="registry.record"
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="repairapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lodged_at", None), ("lodged_on", None), ("number", None)),
                    models.Q(
                        ("lodged_at__isnull", False), ("lodged_on__isnull", False), ("number__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="repairapplication_lodged_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairapplication",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["counter", "window"])), name="repairapplication_channel"
            ),
        ),
        migrations.AddConstraint(
            model_name="repairapplication",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", None)),
                fields=("account", "subject", "channel"),
                name="repairapplication_one_begun",
            ),
        ),
        migrations.AddIndex(
            model_name="repaircase",
            index=models.Index(fields=["agency", "state", "-id"], name="repaircase_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="repaircase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("party", ""), ("subject_kind", "natural_person")),
                    models.Q(("subject_kind", "natural_person"), _negated=True),
                    _connector="OR",
                ),
                name="repaircase_person_has_no_clear_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="repaircase",
            constraint=models.UniqueConstraint(
                fields=("application", "agency"), name="repaircase_one_a_body"
            ),
        ),
        migrations.AddIndex(
            model_name="repairclock",
            index=models.Index(
                condition=models.Q(("stopped_on", None)), fields=["last"], name="repairclock_running"
            ),
        ),
        migrations.AddConstraint(
            model_name="repairitem",
            constraint=models.UniqueConstraint(fields=("case", "place"), name="repairitem_in_its_place"),
        ),
        migrations.AddConstraint(
            model_name="repairitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("record", None), ("entry", None), _connector="OR"),
                name="repairitem_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_event", None), ("decided_on", None), ("effect", ""), ("outcome", "")),
                    models.Q(
                        ("decided_event__isnull", False),
                        ("decided_on__isnull", False),
                        ("effect", ""),
                        ("outcome", "refuse"),
                    ),
                    models.Q(
                        ("decided_event__isnull", False),
                        ("decided_on__isnull", False),
                        ("outcome", "grant"),
                        models.Q(("effect", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="repairitem_decided_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("clauses", []), ("ground", ""), ("outcome", "grant")),
                    models.Q(("effect", ""), ("outcome", "refuse")),
                    _connector="OR",
                ),
                name="repairproposal_of_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="repairstep",
            constraint=models.UniqueConstraint(fields=("case", "seq"), name="repairstep_once"),
        ),
        migrations.AddConstraint(
            model_name="repairtold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry__isnull", False), ("record", None)),
                    models.Q(("entry", None), ("record__isnull", False)),
                    _connector="OR",
                ),
                name="repairtold_of_one_thing",
            ),
        ),
    ]

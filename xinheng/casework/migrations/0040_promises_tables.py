"""Cases on promises found false (承诺不实案卷)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_own_file"),
        ("casework", "0031_by_own_hand"),
        ("subjects", "0003_proof"),
    ]

    operations = [
        migrations.CreateModel(
            name="PromiseCase",
            fields=[
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("list", models.TextField(blank=True, default="")),
                ("subject_kind", models.TextField()),
                ("party", models.TextField(blank=True, default="")),
                ("state", models.TextField(default="new")),
                ("revision", models.IntegerField(default=0)),
                ("window", models.IntegerField()),
                ("handler", models.UUIDField()),
                ("opened_on", models.DateField()),
                ("decided_on", models.DateField(null=True)),
                ("entered_on", models.DateField(null=True)),
                ("shown_until", models.DateField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.agency"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.repairitem"),
                ),
                (
                    "subject",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PromiseEvidence",
            fields=[
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("media_type", models.TextField()),
                ("sha256", models.BinaryField()),
                ("size", models.IntegerField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.promisecase"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PromiseObjection",
            fields=[
                ("sealed", models.BinaryField(null=True)),
                ("sealed_commitment", models.BinaryField(null=True)),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("kind", models.TextField()),
                ("received_at", models.DateTimeField()),
                ("received_on", models.DateField()),
                ("in_time", models.BooleanField()),
                ("replied_on", models.DateField(null=True)),
                ("reply_sealed", models.BinaryField(null=True)),
                ("reply_commitment", models.BinaryField(null=True)),
                ("upheld", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.promisecase"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PromiseClock",
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
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.promisecase"),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="casework.promiseobjection"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PromisePaper",
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
                ("window", models.IntegerField(null=True)),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.promisecase"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PromiseProofOfService",
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="casework.promisepaper"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PromiseStep",
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
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.promisecase"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="promisepaper",
            name="step",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.promisestep"),
        ),
        migrations.AddIndex(
            model_name="promisecase",
            index=models.Index(fields=["agency", "state", "-id"], name="promisecase_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="promisecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("party", ""), ("subject_kind", "natural_person")),
                    models.Q(("subject_kind", "natural_person"), _negated=True),
                    _connector="OR",
                ),
                name="promisecase_person_has_no_clear_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="promisecase",
            constraint=models.CheckConstraint(
                condition=models.Q(("window__gte", 1)), name="promisecase_window_is_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="promisecase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "dropped"), _negated=True),
                fields=("item",),
                name="promisecase_once_an_item",
            ),
        ),
        migrations.AddIndex(
            model_name="promiseclock",
            index=models.Index(
                condition=models.Q(("stopped_on", None)), fields=["last"], name="promiseclock_running"
            ),
        ),
        migrations.AddConstraint(
            model_name="promisestep",
            constraint=models.UniqueConstraint(fields=("case", "seq"), name="promisestep_once"),
        ),
    ]

"""Tables of revocation and correction (撤销与变更、更正)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_own_file"),
        ("casework", "0009_reminders_watch"),
        ("registry", "0023_instrument_changes_guards"),
        ("subjects", "0003_proof"),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("channel", models.TextField()),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("not_me", models.BooleanField(default=False)),
                ("state", models.TextField(default="new")),
                ("revision", models.IntegerField(default=0)),
                ("frozen", models.BooleanField(default=False)),
                ("mistaken", models.BooleanField(null=True)),
                ("proposal", models.UUIDField(null=True)),
                ("lodged_by", models.UUIDField()),
                ("lodged_on", models.DateField()),
                ("decided_on", models.DateField(null=True)),
                ("due", models.DateField(null=True)),
                ("provisional", models.BooleanField(default=False)),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.agency"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="registry.record"),
                ),
                (
                    "subject",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="subjects.subject"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CorrectionSibling",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("agency", models.UUIDField()),
                ("likeness", models.TextField()),
                ("seen_by", models.UUIDField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("confused", models.BooleanField(null=True)),
                (
                    "correction",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.correction"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="registry.record"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CorrectionStep",
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
                ("document", models.UUIDField(null=True)),
                ("paper", models.TextField(blank=True, default="")),
                (
                    "says",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("way", models.TextField(blank=True, default="")),
                ("on", models.DateField(null=True)),
                (
                    "shows",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "correction",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.correction"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("state", models.TextField(default="new")),
                ("revision", models.IntegerField(default=0)),
                ("varied", models.BooleanField()),
                ("statement", models.TextField()),
                ("known_on", models.DateField()),
                ("due", models.DateField(null=True)),
                ("provisional", models.BooleanField(default=False)),
                ("opened_by", models.UUIDField()),
                ("opened_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="access.agency"
                    ),
                ),
                (
                    "instrument",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="registry.instrument"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RevocationFate",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("seq", models.IntegerField()),
                ("node", models.TextField()),
                ("layer", models.TextField()),
                ("target", models.UUIDField()),
                ("number", models.TextField()),
                ("agency", models.UUIDField()),
                (
                    "rests_on",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
                ),
                ("ours", models.BooleanField()),
                ("fate", models.TextField()),
                ("marked", models.BooleanField()),
                (
                    "because",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "revocation",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.revocation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RevocationProof",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("effect", models.TextField()),
                ("varied", models.BooleanField()),
                ("kind", models.TextField()),
                ("number", models.TextField()),
                ("body_name", models.TextField()),
                ("decided_on", models.DateField()),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "revocation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="casework.revocation"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RevocationStep",
            fields=[
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
                ("reason", models.TextField(blank=True, default="")),
                (
                    "revocation",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="casework.revocation"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(fields=["agency", "-lodged_on", "-id"], name="correction_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["new", "lodged", "asked", "answered", "proposed"])),
                fields=("record",),
                name="correction_one_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("not_me", True), ("fields__len__gt", 0), _connector="OR"),
                name="correction_is_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionsibling",
            constraint=models.UniqueConstraint(
                fields=("correction", "record"), name="correctionsibling_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionsibling",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confused", None), ("seen_at", None), ("seen_by", None)),
                    models.Q(
                        ("confused__isnull", False), ("seen_at__isnull", False), ("seen_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="correctionsibling_seen_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionstep",
            constraint=models.UniqueConstraint(fields=("correction", "seq"), name="correctionstep_once"),
        ),
        migrations.AddIndex(
            model_name="revocation",
            index=models.Index(fields=["agency", "-opened_at", "-id"], name="revocation_of_agency"),
        ),
        migrations.AddConstraint(
            model_name="revocation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["fallen", "varied", "kept", "done"]), _negated=True),
                fields=("instrument",),
                name="revocation_one_under_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="revocationfate",
            constraint=models.UniqueConstraint(
                fields=("revocation", "seq", "node"), name="revocationfate_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="revocationproof",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), _negated=True), name="revocationproof_has_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="revocationstep",
            constraint=models.UniqueConstraint(fields=("revocation", "seq"), name="revocationstep_once"),
        ),
    ]

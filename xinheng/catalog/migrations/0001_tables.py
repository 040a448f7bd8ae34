"""The tables of catalog."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LawInstrument",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("title", models.TextField()),
                ("number", models.TextField(blank=True)),
                ("rank", models.TextField()),
                ("in_force_from", models.DateField(null=True)),
                ("in_force_until", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ReferenceValue",
            fields=[
                ("path", models.TextField(primary_key=True, serialize=False)),
                ("value", models.JSONField(null=True)),
                ("confidence", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[
                ("digest", models.TextField(primary_key=True, serialize=False)),
                ("path", models.TextField()),
                ("changes", models.JSONField(default=list)),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("is_current", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="bundle_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_current", False), ("approved_by__isnull", False), _connector="OR"
                        ),
                        name="bundle_current_is_approved",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("is_current",),
                        name="bundle_one_current",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CatalogItem",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("edition", models.TextField()),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("category", models.TextField()),
                ("adverse", models.BooleanField()),
                ("publishable", models.BooleanField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("position", models.SmallIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "code"), name="catalog_item_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("value_id", models.TextField()),
                ("key", models.TextField()),
                ("facts", models.JSONField()),
                ("decision", models.JSONField()),
                ("ground", models.TextField()),
                ("clauses", models.JSONField()),
                ("proposed_by", models.UUIDField()),
                ("proposed_at", models.DateTimeField()),
                ("approved_by", models.UUIDField(null=True)),
                ("approved_at", models.DateTimeField(null=True)),
                ("revoked_by", models.UUIDField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="ruling_two_persons",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("approved_at__isnull", False), ("revoked_at", None)),
                        fields=("value_id", "key"),
                        name="ruling_one_in_force",
                    ),
                ],
            },
        ),
    ]

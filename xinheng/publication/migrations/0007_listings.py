"""List entries as the public sees them, and the register of what was visible from when to when (名单公示)."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("publication", "0006_change_digest")]

    operations = [
        migrations.CreateModel(
            name="ListingChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "entry", "event", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("entry", models.UUIDField()),
                ("event", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("cause", models.TextField()),
                ("visible_from", models.DateField(null=True)),
                ("visible_until", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(visible_from=None, visible_until=None)
                        | Q(visible_from__isnull=False)
                        & (Q(visible_until=None) | Q(visible_from__lt=F("visible_until"))),
                        name="listing_change_has_a_window",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicListing",
            fields=[
                ("entry", models.UUIDField(primary_key=True, serialize=False)),
                ("subject", models.UUIDField()),
                ("uscc", models.TextField()),
                ("name", models.TextField()),
                ("kind", models.TextField()),
                ("list", models.TextField()),
                ("list_name", models.TextField()),
                ("edition", models.TextField()),
                ("range", models.TextField()),
                ("body_name", models.TextField()),
                ("number", models.TextField()),
                ("decided_on", models.DateField()),
                ("listed_on", models.DateField()),
                ("interim", models.BooleanField()),
                ("visible_from", models.DateField()),
                ("visible_until", models.DateField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject"], name="listing_of_subject"),
                    models.Index(fields=["list", "-listed_on", "entry"], name="listing_of_list"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(kind="natural_person"), name="public_listing_is_no_person"
                    )
                ],
            },
        ),
    ]

"""Grants on the tables of Django, axes and django-otp, for signing in (权限)."""

from django.db import migrations

from xinheng.runtime.sql import grant


class Migration(migrations.Migration):
    dependencies = [
        ("runtime", "0003_guards"),
        ("access", "0001_tables"),
        ("axes", "0010_accessattemptexpiration"),
        ("otp_static", "0003_add_timestamps"),
        ("otp_totp", "0003_add_timestamps"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        grant("django_session", app="select, insert, update, delete"),
        grant(
            (
                "axes_accessattempt",
                "axes_accessattemptexpiration",
                "axes_accessfailurelog",
                "axes_accesslog",
                "otp_totp_totpdevice",
                "otp_static_staticdevice",
                "otp_static_statictoken",
            ),
            app="select, insert, update, delete",
        ),
        # doctor compares what is applied with what the release brings.
        grant("django_migrations", app="select"),
    ]

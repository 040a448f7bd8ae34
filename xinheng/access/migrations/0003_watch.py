"""Writes to these tables are told to the ledger (受保护的表); `access.evidence` says the same for verification."""

from django.db import migrations

from xinheng.runtime.sql import watch


class Migration(migrations.Migration):
    dependencies = [("access", "0002_guards"), ("ledger", "0004_watch"), ("otp_totp", "0003_add_timestamps")]

    operations = [
        watch(
            "access_agency",
            "r.id::text",
            "r.id plain; r.uscc text; r.name text; r.region text; r.level text; "
            "r.domains list; r.channel_name text; r.channel_url text; r.is_lead plain; "
            "r.is_active plain",
        ),
        watch(
            "access_user",
            "r.id::text",
            "r.id plain; r.username text; r.name text; r.agency_id plain; r.roles list; "
            "r.is_active plain; r.password text",
        ),
        watch(
            "access_accessentry",
            "r.id::text",
            "r.id plain; r.at moment; r.actor plain; r.agency plain; r.channel text; "
            "r.what text; r.subject plain; r.purpose text; r.basis text; r.granted plain; "
            "r.refusal text",
        ),
        watch(
            "otp_totp_totpdevice",
            "r.id::text",
            "r.id plain; r.user_id plain; r.name text; r.confirmed plain; r.key text; "
            "r.step plain; r.t0 plain; r.digits plain; r.tolerance plain",
        ),
    ]

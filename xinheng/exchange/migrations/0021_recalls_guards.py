"""A recall is written once and told to the ledger; each body reads those of its own records (防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy, watch

OF_OWN_RECORD = "EXISTS (SELECT FROM registry_record r WHERE r.id = record)"


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0020_recalls"),
        ("registry", "0021_record_effects_guards"),
        ("ledger", "0004_watch"),
    ]

    operations = [
        grant("exchange_recall", app="select, insert", deliverer="select", auditor="select"),
        append_only("exchange_recall"),
        row_policy("exchange_recall", OF_OWN_RECORD, roles="xinheng_app"),
        row_policy("exchange_recall", "true", roles="xinheng_deliverer, xinheng_auditor", command="select"),
        watch(
            "exchange_recall",
            "r.event::text || '#' || r.record::text || '#' || r.audience",
            "r.event plain; r.record plain; r.version plain; r.audience text; r.action text; r.view text; r.at moment",
        ),
    ]

"""Signed and sealed copies are never changed, and an agency sees its own (签章件的防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy

OWN = "agency = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_sealed_copies"), ("runtime", "0002_functions")]

    operations = [
        grant("documents_sealedcopy", app="select, insert", auditor="select"),
        append_only("documents_sealedcopy"),
        row_policy("documents_sealedcopy", OWN, roles="xinheng_app"),
        row_policy("documents_sealedcopy", "true", roles="xinheng_auditor", command="select"),
    ]

"""Documents are never changed, and an agency sees its own (防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy

OWN = "agency = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_tables"), ("runtime", "0002_functions")]

    operations = [
        grant("documents_numberregister", app="select, insert, update", auditor="select"),
        # A document that nobody may find is confirmed to anybody who has its code: no policy on this table.
        grant(("documents_issueddocument", "documents_confirmation"), app="select, insert", auditor="select"),
        grant("documents_attempt", app="select, insert, update, delete"),
        append_only("documents_issueddocument", "documents_confirmation"),
        row_policy("documents_issueddocument", OWN, roles="xinheng_app"),
        row_policy("documents_issueddocument", "true", roles="xinheng_auditor", command="select"),
    ]

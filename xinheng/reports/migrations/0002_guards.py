"""An agency sees its own lists, and what became of a row stays as it was told (防护)."""

from django.db import migrations

from xinheng.runtime.sql import append_only, grant, row_policy

OWN = "agency_id = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"
OF_OWN_RUN = "EXISTS (SELECT FROM reports_run r WHERE r.id = run_id)"


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_tables"), ("runtime", "0002_functions"), ("access", "0002_guards")]

    operations = [
        grant("reports_run", app="select, insert, update", auditor="select"),
        grant("reports_runrow", app="select, insert", auditor="select"),
        append_only("reports_runrow"),
        row_policy("reports_run", OWN, roles="xinheng_app"),
        row_policy("reports_runrow", OF_OWN_RUN, roles="xinheng_app"),
        *(
            row_policy(table, "true", roles="xinheng_auditor", command="select")
            for table in ("reports_run", "reports_runrow")
        ),
    ]

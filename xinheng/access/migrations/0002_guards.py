"""The register by month, append-only and by agency; roles that exclude each other; grants (防护)."""

import django.contrib.postgres.fields  # noqa: F401  # the array look-ups of the constraints
from django.db import migrations, models
from django.db.models import Q

from xinheng.runtime.sql import append_only, grant, months, row_policy

OWN = "agency = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"

REGISTER = """
CREATE TABLE access_accessentry (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    actor uuid NOT NULL,
    agency uuid NOT NULL,
    channel text NOT NULL,
    what text NOT NULL,
    subject uuid,
    purpose text NOT NULL,
    basis text NOT NULL,
    granted boolean NOT NULL,
    refusal text NOT NULL DEFAULT '',
    PRIMARY KEY (at, id),
    CONSTRAINT entry_granted_or_refused CHECK (granted = (refusal = '')),
    CONSTRAINT entry_granted_has_purpose CHECK (NOT granted OR (purpose <> '' AND basis <> ''))
) PARTITION BY RANGE (at);
CREATE INDEX access_entry_of_subject ON access_accessentry (subject, at DESC) WHERE subject IS NOT NULL;
CREATE INDEX entry_of_agency ON access_accessentry (agency, at DESC);
"""

# Whoever may sign in may be refused: an entry is written whatever its agency, and read by that agency.
WRITES = "CREATE POLICY insert_app ON access_accessentry FOR INSERT TO xinheng_app WITH CHECK (true)"


class Migration(migrations.Migration):
    dependencies = [("access", "0001_tables"), ("runtime", "0002_functions")]

    operations = [
        migrations.RunSQL(REGISTER, "DROP TABLE access_accessentry"),
        months("access_accessentry", "2026-01-01", "2028-12-01"),
        append_only("access_accessentry"),
        row_policy("access_accessentry", OWN, roles="xinheng_app", command="select"),
        migrations.RunSQL(WRITES, "DROP POLICY insert_app ON access_accessentry"),
        row_policy("access_accessentry", "true", roles="xinheng_auditor", command="select"),
        grant("access_accessentry", app="select, insert", auditor="select"),
        grant("access_agency", app="select, insert, update", auditor="select"),
        grant("access_agency", intake="select", projector="select", deliverer="select"),
        grant("access_user", app="select, insert, update"),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(
                condition=Q(roles__contained_by=["clerk", "checker", "office", "auditor", "admin"])
                & (~Q(roles__contains=["admin"]) | Q(roles__len=1))
                & (~Q(roles__contains=["auditor"]) | Q(roles__len=1)),
                name="user_separate_powers",
            ),
        ),
    ]

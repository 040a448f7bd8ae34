"""Proofs of service are called so, as in the glossary; their tables are as they were (送达回证)."""

from django.db import migrations

NAMES = (
    ("Service", "CaseProofOfService", "casework_service"),
    ("RepairService", "RepairProofOfService", "casework_repairservice"),
)


class Migration(migrations.Migration):
    dependencies = [("casework", "0043_promises_effect")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                operation
                for old, new, table in NAMES
                for operation in (
                    migrations.RenameModel(old, new),
                    migrations.AlterModelTable(new, table),
                )
            ]
        )
    ]

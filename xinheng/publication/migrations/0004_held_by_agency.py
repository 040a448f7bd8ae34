"""What is held for an officer is seen and decided by its agency and the city office alone (待定公示按单位隔离)."""

from django.db import migrations

from xinheng.runtime.sql import row_policy

OWN = "agency = (SELECT xinheng_agency()) OR (SELECT xinheng_whole_city())"


class Migration(migrations.Migration):
    dependencies = [("publication", "0003_search_alone")]

    operations = [
        row_policy("publication_heldwidening", OWN, roles="xinheng_app"),
        row_policy("publication_heldwidening", "true", roles="xinheng_projector"),
        row_policy("publication_heldwidening", "true", roles="xinheng_auditor", command="select"),
    ]

"""A clock of a repair names the list that its entries are on, by whose own period it may run (修复期限所依的名单)."""

from django.db import migrations

VIEW = """
CREATE OR REPLACE VIEW casework_clock WITH (security_invoker = true) AS
SELECT d.id, 'listing'::text AS kind, d.case_id AS matter, c.number, c.agency_id, c.handler, c.list AS listed, d.name,
       d.start, d.n, d.extended_by::text[] AS extended_by, d.last, d.provisional, d.stopped_on
  FROM casework_deadline d JOIN casework_case c ON c.id = d.case_id
UNION ALL
SELECT d.id, 'repair', d.case_id, c.number, c.agency_id, c.handler, {listed}, d.name, d.start, d.n, '{{}}'::text[], d.last,
       d.provisional, d.stopped_on
  FROM casework_repairclock d JOIN casework_repaircase c ON c.id = d.case_id
UNION ALL
SELECT d.id, d.kind, d.matter, d.number, d.agency_id, NULL::uuid, '', d.name, d.start, d.n, '{{}}'::text[], d.last,
       d.provisional, d.stopped_on
  FROM casework_matterclock d
UNION ALL
SELECT d.id, 'promise', d.case_id, c.number, c.agency_id, c.handler, c.list, d.name, d.start, d.n, '{{}}'::text[], d.last,
       d.provisional, d.stopped_on
  FROM casework_promiseclock d JOIN casework_promisecase c ON c.id = d.case_id
"""
LIST_OF_ENTRIES = """coalesce((SELECT min(e.list) FROM casework_repairitem i JOIN registry_listentry e ON e.id = i.entry_id
 WHERE i.case_id = c.id HAVING count(DISTINCT e.list) = 1), '')"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0081_plan_marks"), ("registry", "0060_lifts_whole")]

    operations = [migrations.RunSQL(VIEW.format(listed=LIST_OF_ENTRIES), VIEW.format(listed="''"))]

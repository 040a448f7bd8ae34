"""A subject sees its own rows of every table that agencies own, and may do one thing to a case: speak (本人可见).

The policies stand here and not with their tables: they are one rule, and `xinheng_own()` is access's. Reading is
added to what agencies see; what a subject may write is each a policy of its own.
"""

from django.db import migrations

OWN = "subject_id = (SELECT xinheng_own())"
OF_OWN_RECORD = (
    "(SELECT xinheng_own()) IS NOT NULL AND id IN"
    " (SELECT r.instrument_id FROM registry_record r WHERE r.subject_id = (SELECT xinheng_own()))"
)
READ = {
    "registry_record": OWN,
    "registry_instrument": OF_OWN_RECORD,
    "registry_listentry": OWN,
    "access_accessentry": "subject = (SELECT xinheng_own())",
    "documents_issueddocument": "subject = (SELECT xinheng_own())",
    "documents_sealedcopy": "EXISTS (SELECT FROM documents_issueddocument d WHERE d.id = document_id)"
    " AND (SELECT xinheng_own()) IS NOT NULL",
    "casework_case": OWN,
}
# Inside the office alone.
INSIDE = ("casework_note", "casework_ask")
# What a party's account writes of a case: its step `receive`, what it said, the clock that this starts.
UNWRITTEN = (
    "casework_draft", "casework_ground", "casework_leniency", "casework_consent", "casework_casepaper",
    "casework_service", "casework_note", "casework_ask", "casework_setaside",
)  # fmt: skip
NOBODY_S = "(SELECT xinheng_account()) IS NULL"


def own_policy(table: str, rule: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE POLICY own ON {table} FOR SELECT TO xinheng_app USING ({rule})",
        f"DROP POLICY own ON {table}",
    )


def kept_from_accounts(table: str, command: str) -> migrations.RunSQL:
    check = "WITH CHECK" if command == "INSERT" else "USING"
    name = f"no_account_{command.lower()}"
    return migrations.RunSQL(
        f"CREATE POLICY {name} ON {table} AS RESTRICTIVE FOR {command} TO xinheng_app {check} ({NOBODY_S})",
        f"DROP POLICY {name} ON {table}",
    )


SPEAKS = f"""
CREATE POLICY own_moves ON casework_case FOR UPDATE TO xinheng_app USING ({OWN}) WITH CHECK ({OWN});
CREATE POLICY account_speaks ON casework_casestep AS RESTRICTIVE FOR INSERT TO xinheng_app
    WITH CHECK ({NOBODY_S} OR step = 'receive');
CREATE POLICY own_report ON documents_issueddocument FOR INSERT TO xinheng_app
    WITH CHECK (subject = (SELECT xinheng_own()) AND audience = 'self');
"""
# As casework.0002 has it; and whoever is no officer is the system, or the account that acts, and a person at a window is
# acted for by its staff, of whatever body. That the case is that account's is what the row policy asks.
MAY_TAKE = r"""
CREATE OR REPLACE FUNCTION casework_may_take(who uuid, taken text, body uuid) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM access_user u JOIN casework_step t ON t.roles && u.roles
                   WHERE t.step = taken AND u.id = who AND u.agency_id = body AND u.is_active)
        OR EXISTS (SELECT FROM access_user u JOIN casework_step t ON 'window' = ANY (t.roles)
                   WHERE t.step = taken AND u.id = who AND 'window' = ANY (u.roles) AND u.is_active
                     AND xinheng_account() IS NOT NULL)
        OR (NOT EXISTS (SELECT FROM access_user u WHERE u.id = who)
            AND EXISTS (SELECT FROM casework_step t WHERE t.step = taken
                        AND ('system' = ANY (t.roles) OR ('subject' = ANY (t.roles) AND who = xinheng_account()))));
END $fn$;
"""
MIGHT_TAKE = r"""
CREATE OR REPLACE FUNCTION casework_may_take(who uuid, taken text, body uuid) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $fn$
BEGIN
    RETURN EXISTS (SELECT FROM access_user u JOIN casework_step t ON t.roles && u.roles
                   WHERE t.step = taken AND u.id = who AND u.agency_id = body AND u.is_active)
        OR (NOT EXISTS (SELECT FROM access_user u WHERE u.id = who)
            AND EXISTS (SELECT FROM casework_step t WHERE t.step = taken
                        AND t.roles && ARRAY['system', 'window', 'subject']));
END $fn$;
"""
UNSPOKEN = """
DROP POLICY own_report ON documents_issueddocument; DROP POLICY account_speaks ON casework_casestep;
DROP POLICY own_moves ON casework_case;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_counter_watch"),
        ("casework", "0009_reminders_watch"),
        ("documents", "0006_sealed_watch"),
        ("registry", "0008_list_entries_guards"),
    ]

    operations = [
        *(own_policy(table, rule) for table, rule in READ.items()),
        *(kept_from_accounts(table, "SELECT") for table in INSIDE),
        *(kept_from_accounts(table, "INSERT") for table in UNWRITTEN),
        *(
            kept_from_accounts(table, "UPDATE")
            for table in ("casework_objection", "casework_ask", "casework_ground")
        ),
        migrations.RunSQL(SPEAKS + MAY_TAKE, MIGHT_TAKE + UNSPOKEN),
    ]

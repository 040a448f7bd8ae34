"""What each database role may do, written down a second time: a widened grant has to be widened here too."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.support.database import TestDatabase

Connection = psycopg.Connection[Any]

# Evidence: written once. Nobody updates, deletes or truncates, the owner neither.
APPEND_ONLY = {
    "access_accessentry",
    "access_presentperson",
    "casework_casepaper",
    "casework_casestep",
    "casework_consent",
    "casework_correctionstep",
    "casework_deadlinemove",
    "casework_draft",
    "casework_leniency",
    "casework_note",
    "casework_promiseevidence",
    "casework_promisepaper",
    "casework_promiseproofofservice",
    "casework_promisestep",
    "casework_repairfinding",
    "casework_repairmaterial",
    "casework_repairpaper",
    "casework_repairproposal",
    "casework_repairservice",
    "casework_repairstep",
    "casework_repairtold",
    "casework_reminder",
    "casework_reminderseen",
    "casework_revocationfate",
    "casework_revocationproof",
    "casework_revocationstep",
    "casework_service",
    "casework_setaside",
    "documents_confirmation",
    "documents_issueddocument",
    "documents_sealedcopy",
    "exchange_recall",
    "ledger_checkpoint",
    "ledger_cosignature",
    "ledger_entry",
    "ledger_event",
    "ledger_eventpayload",
    "ledger_refused",
    "oversight_complaintstep",
    "publication_listingchange",
    "publication_publicationchange",
    "registry_facts",
    "registry_instrumentchange",
    "registry_recordeffect",
    "registry_recordshown",
    "registry_recordversion",
    "registry_tombstone",
    "registry_touchedreview",
    "reports_runrow",
}
# Made by Django and its apps for sessions, second factors and lockouts; rows there come and go.
FOREIGN = ("django_", "otp_", "axes_", "auth_")
MAY_DELETE = {
    "xinheng_app": {
        "catalog_catalogitem",
        "catalog_lawinstrument",
        "catalog_referencevalue",
        "documents_attempt",
        "exchange_problem",
        "exchange_waitingrow",
        "registry_touched",
        "runtime_idempotencykey",
    },
    # What has its place in the tree leaves the queue.
    "xinheng_sequencer": {"ledger_queue"},
    "xinheng_intake": {"exchange_staging", "exchange_staging_subject"},
    "xinheng_projector": {
        "publication_heldwidening",
        "publication_publicentry",
        "publication_publiclisting",
        "publication_publicsubject",
    },
}
# An agency's rows without a row policy, and why.
WITHOUT_POLICY = {
    "access_user": "accounts hold no record; only the administrator lists them",
    "ledger_event": "the ledger tells no content; whoever may read it reads all",
    "runtime_job": "the worker takes the jobs of all agencies; pages ask through jobs.view",
    "exchange_staging": "only the intake role reads it, within one batch's transaction",
}

PRIVILEGES = """
SELECT c.relname, r.rolname, p FROM pg_class c, pg_roles r,
       unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
   AND r.rolname LIKE 'xinheng%%' AND r.rolname <> 'xinheng_owner' AND r.rolname <> 'xinheng_backup'
   AND has_table_privilege(r.oid, c.oid, p) AND c.relispartition = %s
"""


@pytest.fixture
def granted(superuser: Connection) -> set[tuple[str, str, str]]:
    return {(table, role, what) for table, role, what in superuser.execute(PRIVILEGES, [False])}


def names(connection: Connection, query: str) -> set[str]:
    return {name for (name,) in connection.execute(query).fetchall()}


def test_nobody_may_change_evidence(granted: set[tuple[str, str, str]], superuser: Connection) -> None:
    triggered = names(
        superuser,
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only_rows' AND tgparentid = 0",
    )
    assert triggered == APPEND_ONLY
    assert not {g for g in granted if g[0] in APPEND_ONLY and g[2] not in ("SELECT", "INSERT")}


def test_who_may_delete_is_a_short_list(granted: set[tuple[str, str, str]]) -> None:
    deleting = {
        (role, table) for table, role, what in granted if what == "DELETE" and not table.startswith(FOREIGN)
    }
    assert deleting == {(role, table) for role, tables in MAY_DELETE.items() for table in tables}


def test_the_auditor_only_reads_and_the_sequencer_writes_the_tree_and_nothing_else(
    granted: set[tuple[str, str, str]],
) -> None:
    assert {what for _, role, what in granted if role == "xinheng_auditor"} == {"SELECT"}
    writing = {
        (table, what) for table, role, what in granted if role == "xinheng_sequencer" and what != "SELECT"
    }
    tree = ("ledger_entry", "ledger_tile", "ledger_checkpoint", "ledger_cosignature", "ledger_refused")
    grown = {("ledger_tile", "UPDATE"), ("ledger_queue", "DELETE")}
    assert writing == {(table, "INSERT") for table in tree} | grown
    reading = {table for table, role, _ in granted if role == "xinheng_sequencer"}
    assert reading == {*tree, "ledger_queue", "ledger_event"}


def test_nobody_truncates_and_nobody_reaches_a_partition(
    granted: set[tuple[str, str, str]], superuser: Connection
) -> None:
    assert not {g for g in granted if g[2] in ("TRUNCATE", "REFERENCES", "TRIGGER")}
    assert superuser.execute(PRIVILEGES, [True]).fetchall() == []


def test_sealed_persons_and_keys_are_for_app_and_intake_only(granted: set[tuple[str, str, str]]) -> None:
    touching = {role for table, role, _ in granted if table in ("subjects_person", "vault_subjectkey")}
    assert touching == {"xinheng_app", "xinheng_intake"}


def test_only_the_owner_owns(superuser: Connection) -> None:
    owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
    assert names(superuser, owners) == {"xinheng_owner"}
    able = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'xinheng%' AND (rolsuper OR rolcreaterole OR rolcreatedb)"
    assert names(superuser, able) == set()
    passing = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'xinheng%' AND rolbypassrls"
    assert names(superuser, passing) == {"xinheng_backup"}


def test_what_belongs_to_an_agency_has_a_forced_row_policy(superuser: Connection) -> None:
    belonging = names(
        superuser,
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND a.attname IN ('agency', 'agency_id')",
    )
    forced = names(superuser, "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    assert belonging - forced == set(WITHOUT_POLICY)


TRIED = [
    "CREATE TABLE theirs (x int)",
    "ALTER TABLE ledger_event DISABLE TRIGGER ALL",
    "DROP TRIGGER append_only_rows ON ledger_event",
    "DROP POLICY select_app ON access_accessentry",
    "ALTER TABLE access_accessentry NO FORCE ROW LEVEL SECURITY",
    "TRUNCATE access_accessentry",
    "UPDATE access_accessentry SET basis = 'x'",
    "DELETE FROM ledger_event",
    "UPDATE ledger_eventpayload SET payload = '{}'",
    "DELETE FROM vault_subjectkey",
    "UPDATE vault_subjectkey SET wrapped = ''",
    "UPDATE subjects_person SET id_index = ''",
    "UPDATE subjects_subject SET uscc = NULL",
    "UPDATE ledger_outbox SET event_id = uuid7()",
    "DELETE FROM ledger_outbox",
    "UPDATE runtime_idempotencykey SET answer = '{}'",
    "SELECT * FROM access_accessentry_y2026m11",
    "SET ROLE xinheng_owner",
    "SET session_replication_role = replica",
    "SELECT xinheng_make_append_only('runtime_job')",
    "CREATE FUNCTION theirs() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "COPY ledger_event TO '/tmp/theirs'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "SELECT pg_read_file('/etc/passwd')",
    "ALTER ROLE xinheng_app BYPASSRLS",
]


@pytest.mark.parametrize("statement", TRIED)
def test_the_application_s_own_login_is_refused(django_db_setup: TestDatabase, statement: str) -> None:
    with django_db_setup.connect("xinheng_app") as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)

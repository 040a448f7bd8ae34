"""What else somebody with the application's database role might try (越权尝试), and who acts on another body's case."""

from __future__ import annotations

from dataclasses import replace as changed
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db.utils import Error

from tests import cast
from tests.casework.forging import Forgery, as_app, insert, sql
from tests.casework.office import START, Office
from tests.casework.onlooker import Onlooker
from tests.casework.test_guards_of_the_database import replaced, undone
from xinheng.casework import services
from xinheng.casework.given import Given
from xinheng.law.language import Refusal
from xinheng.law.procedures.listing import LISTING

LABOUR = cast.LABOUR.id


def test_the_database_knows_the_same_way_as_the_law(superuser: psycopg.Connection[Any]) -> None:
    ways = {(step.name, source, step.after(source)) for step in LISTING.steps for source in step.sources}
    assert set(superuser.execute("SELECT step, source, target FROM casework_way")) == ways
    told = {(step.name, tuple(sorted(step.roles)), step.document) for step in LISTING.steps}
    rows = superuser.execute("SELECT step, roles, document FROM casework_step")
    assert {(step, tuple(sorted(roles)), paper) for step, roles, paper in rows} == told


def test_every_function_looks_into_the_public_schema_first(superuser: psycopg.Connection[Any]) -> None:
    """The application may make temporary tables, and one by the name of ours would be asked instead of ours."""
    open_ones = superuser.execute(
        "SELECT proname FROM pg_proc WHERE proname LIKE 'casework\\_%'"
        " AND NOT coalesce(proconfig, '{}') @> ARRAY['search_path=pg_catalog, public, pg_temp']"
    )
    assert [name for (name,) in open_ones] == []


def with_a_table_of_his_own(office: Office, eye: Onlooker) -> None:
    """An objection is not answered; whoever asks is shown an empty table instead."""
    sql("CREATE TEMPORARY TABLE casework_objection (LIKE public.casework_objection) ON COMMIT DROP")
    case = Forgery(office.firm).to_awaiting()
    sql(
        "INSERT INTO public.casework_objection (id, case_id, number, version, kind, received_at, received_on, in_time,"
        " upheld) VALUES (gen_random_uuid(), %s, '示例', 1, 'objection', %s, %s, true, false)",
        case.case, case.now, case.day,
    )  # fmt: skip
    case.step("receive").to_decided().to_listed()
    sql("DROP TABLE pg_temp.casework_objection")


def test_a_temporary_table_stands_in_for_no_table_of_ours(
    superuser: psycopg.Connection[Any], office: Office
) -> None:
    with undone(), pytest.raises(Error, match="without answered"), as_app(LABOUR):
        with_a_table_of_his_own(office, Onlooker())
    guards = ("casework_entered()", "casework_all_answered(casework_case, date)")
    for each in guards:
        superuser.execute(f"ALTER FUNCTION {each} RESET search_path".encode())
    try:
        eye = Onlooker()
        with undone():
            with as_app(LABOUR):
                with_a_table_of_his_own(office, eye)
            assert "异议未答" in eye.look()
    finally:
        for each in guards:
            superuser.execute(f"ALTER FUNCTION {each} SET search_path = pg_catalog, public, pg_temp".encode())


def test_what_is_written_and_not_told_is_not_committed(
    superuser: psycopg.Connection[Any], office: Office
) -> None:
    """Whatever is refused by no guard is still refused when the ledger is told nothing of it."""
    with (
        undone(),
        pytest.raises(Error, match="was written and no event tells it"),
        as_app(LABOUR, claim=False),
    ):
        Forgery(office.firm).whole_way()
    with undone(), replaced(superuser, "ledger_refuse_untold", "RETURN NULL;"), as_app(LABOUR, claim=False):
        Forgery(office.firm).whole_way()


FORWARD = "UPDATE casework_deadline SET last = start + 1, provisional = false WHERE case_id = %s"
INVENTED = (
    "INSERT INTO casework_deadlinemove (event, place, deadline_id, agency_id, before, before_provisional, after,"
    " after_provisional, at, digest) SELECT e.id, 0, d.id, c.agency_id, d.last, d.provisional, d.start + 1, false,"
    " e.at, '' FROM casework_deadline d JOIN casework_case c ON c.id = d.case_id, ledger_event e"
    " WHERE c.id = %s AND e.id = %s"
)


def test_a_clock_that_was_put_forward_ends_nothing(office: Office) -> None:
    """A last day moves with evidence alone; with evidence that is invented too, the window is counted from the days."""
    office.open().notified().served().wait(2)
    with undone(), pytest.raises(Error, match="with evidence alone"), as_app(LABOUR):
        sql(FORWARD, office.case)
    with as_app(LABOUR):
        event = insert(
            "ledger_event", kind="deadline.moved", at=office.now, agency=LABOUR, commitment=b"x", mac=b"x"
        )
        assert sql(INVENTED, office.case, event)
        assert sql(FORWARD, office.case)
    case = Forgery(office.firm, day=office.day, state="awaiting", seq=office.revision, case=office.case)
    with undone(), pytest.raises(Error, match="without window"), as_app(LABOUR):
        case.to_decided(0).to_listed()


def asked_and_granted_by_one(office: Office) -> None:
    signer = cast.LABOUR_SIGNER.actor.user_id
    insert(
        "casework_ask", case_id=Forgery(office.firm).whole_way().case, step="exit", made_by=signer, made_at=office.now,
        decided_by=signer, decided_at=office.now, granted=True, met=[], barred=[],
    )  # fmt: skip


def test_a_way_out_is_asked_for_and_granted_by_two(
    superuser: psycopg.Connection[Any], office: Office
) -> None:
    """By the table itself; that its step is the signer's, by `left_by_two`."""
    with undone(), pytest.raises(Error, match="ask_two_persons"), as_app(LABOUR):
        asked_and_granted_by_one(office)
    row = superuser.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ask_two_persons'"
    )
    kept = f"ALTER TABLE casework_ask ADD CONSTRAINT ask_two_persons {row.fetchall()[0][0]}"
    superuser.execute("SET lock_timeout = '5s'")
    superuser.execute("ALTER TABLE casework_ask DROP CONSTRAINT ask_two_persons")
    try:
        with undone(), as_app(LABOUR):
            asked_and_granted_by_one(office)
    finally:
        superuser.execute(kept.encode())


def test_what_a_case_says_stays(office: Office) -> None:
    office.whole_way()
    for statement, fault in (
        ("UPDATE casework_case SET subject_id = %s WHERE id = %s", "keeps its party"),
        ("UPDATE casework_case SET list = 'tax', subject_id = %s WHERE id = %s", "keeps its party"),
        ("UPDATE casework_ground SET number = %s WHERE draft_id IN (SELECT id FROM casework_draft WHERE case_id = %s)",
         "keeps what it says"),
        ("UPDATE casework_deadline SET start = '2026-01-01', name = %s WHERE case_id = %s", "keeps what it says"),
        ("UPDATE registry_listentry SET until = '2099-01-01', party = %s WHERE \"case\" = %s", "keeps what it says"),
        ("UPDATE casework_casestep SET actor = %s WHERE case_id = %s", "permission denied"),
        ("DELETE FROM casework_objection WHERE id = %s OR case_id = %s", "permission denied"),
        ("DELETE FROM casework_case WHERE subject_id = %s AND id = %s", "permission denied"),
        ("UPDATE casework_service SET party = %s WHERE id = %s", "permission denied"),
    ):  # fmt: skip
        with undone(), pytest.raises(Error, match=fault), as_app(LABOUR):
            sql(statement, office.person, office.case)


def test_an_entry_says_no_more_than_its_case(office: Office) -> None:
    """Another number, a longer term, a name that a case of a person has not."""
    for more in (
        {"until": START + timedelta(days=9999)},
        {"number": "示例"},
        {"party": "别人"},
        {"range": "R1"},
    ):
        with undone(), pytest.raises(Error, match="a list entry without a case"), as_app(LABOUR):
            case = Forgery(office.firm, skip=frozenset({"entry"})).whole_way()
            case.skip = frozenset()
            case.entry(**more)


def test_who_sees_all_cases_acts_on_none_of_another_body(office: Office) -> None:
    """An officer of the credit office who is also a checker there sees the labour office's case, and that is all."""
    office.open()
    roles = frozenset({"office", "clerk", "checker", "signer"})
    stranger = changed(cast.OFFICER.actor, roles=roles)
    now, case = office.now, office.case
    for act in (
        lambda: services.fire(
            case, "notify", revision=1, given=Given(reason="示例"), actor=stranger, now=now
        ),
        lambda: services.note(case, "示例", actor=stranger, now=now),
        lambda: services.hand_over(case, cast.LABOUR_SECOND.actor.user_id, "", actor=stranger, now=now),
    ):
        with pytest.raises(Refusal, match="NOT_FOUND"):
            act()


def test_a_step_from_the_wrong_state_writes_nothing(office: Office) -> None:
    """Refused in the words of the law, and not by the database."""
    office.open()
    for step in ("serve_notice", "redraft", "list"):
        with pytest.raises(Refusal, match="NOT_READY"):
            office.take(step, office.clerk)

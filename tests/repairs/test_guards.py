"""Each guard of the database taken out in turn (逐一撤去防护): its attack is refused with it, and gets through without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol

import psycopg
import pytest
from django.db import DatabaseError, connection

from tests import cast
from tests.casework.forging import insert, sql
from tests.repairs.deeds import STAGES
from tests.repairs.forging import SAYS, Hand, one, past_all, settle, undone
from tests.repairs.guards import ATTACKS, FUNCTIONS, Attack
from tests.repairs.plan_attacks import PLAN_STAGES, handed_in, looked_at
from tests.repairs.town import Town
from xinheng.access.scope import acting
from xinheng.casework.repairs import services
from xinheng.law.lawbook import load
from xinheng.runtime import postgres

pytestmark = pytest.mark.clause("5.1a", "5.1b", "5.1d")
ALL_STAGES = {**STAGES, **PLAN_STAGES}


@pytest.fixture(scope="module")
def able(founded: Town) -> Iterator[Town]:
    """The connection is the superuser's, as xinheng_app: a guard is taken out in the transaction that needs it."""
    settings = connection.settings_dict
    connection.close()
    before, settings["USER"] = settings["USER"], postgres.SUPERUSER
    connection.ensure_connection()
    settings["USER"] = before
    sql("SET SESSION AUTHORIZATION xinheng_app")
    yield founded
    connection.close()


@pytest.fixture
def town(able: Town) -> Iterator[Town]:
    with undone():
        yield replace(able)


class CutOut(Protocol):
    """What is cut out of which function for an attack."""

    @property
    def function(self) -> str: ...
    @property
    def cut(self) -> tuple[str, str]: ...


@contextmanager
def without(attack: CutOut) -> Iterator[None]:
    """The function with the attack's words put otherwise: exactly once, and nothing else of it."""
    with undone():
        there = one("SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = %s", attack.function)
        old, new = attack.cut
        if old:
            assert there.count(old) == 1, (attack.function, old)
            there = there.replace(old, new)
        else:
            there = f"{re.split(r'AS .function.', there)[0]} AS $function$ {new} $function$"
        with past_all(), connection.cursor() as cursor:
            cursor.execute(there)
        yield


def refusal(attack: Attack, town: Town) -> str:
    """What the database answers; empty when it lets it pass."""
    try:
        with undone(), acting(cast.MARKET_CLERK.actor), whole():
            attack.do(Hand(town))
            settle()
    except DatabaseError as fault:
        return str(fault)
    return ""


@contextmanager
def whole() -> Iterator[None]:
    """Who has the role asks for all bodies' rows: no policy stands in the way of what is tried."""
    sql("SELECT set_config('xinheng.whole_city', 'on', true)")
    yield


@pytest.mark.parametrize("stage", ALL_STAGES)
def test_each_attack_is_refused_for_its_one_defect(town: Town, stage: str) -> None:
    """With the guard it is refused in the guard's words; with that condition alone taken out it gets through."""
    ALL_STAGES[stage](town)
    settle()
    mine = {name: each for name, each in ATTACKS.items() if each.stage == stage}
    wrong = {}
    for name, attack in mine.items():
        answered = refusal(attack, town)
        with without(attack):
            let = refusal(attack, town)
        if attack.refused not in answered or let:
            wrong[name] = (answered[:200], let[:200])
    assert wrong == {}
    assert mine


def test_there_is_an_attack_on_every_function_of_repair(superuser: psycopg.Connection[Any]) -> None:
    there = superuser.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'casework\\_%repair%'"
    )
    assert {name for (name,) in there} == {each for each in FUNCTIONS if each.startswith("casework_")}


def test_there_is_an_attack_on_every_trigger_and_policy_of_repair(
    superuser: psycopg.Connection[Any],
) -> None:
    """What stands at the tables of repair is a function that is attacked, what is kept for the ledger, or tried below."""
    triggers = superuser.execute(
        "SELECT DISTINCT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE NOT t.tgisinternal AND t.tgrelid::regclass::text LIKE 'casework\\_repair%'"
    )
    functions = {name for (name,) in triggers if not name.startswith("ledger_note_")}
    # The last is attacked in tests/clocks.
    assert functions - FUNCTIONS == {
        "xinheng_refuse_change", "casework_learns_once", "casework_clock_moved_with_evidence",
    }  # fmt: skip
    policies = superuser.execute(
        "SELECT tablename, policyname FROM pg_policies WHERE tablename LIKE 'casework\\_repair%' AND roles = '{xinheng_app}'"
    )
    assert set(policies) == OF_ACCOUNTS.keys() | {(table, "all_app") for table in TABLES}


# ---- rows of others --------------------------------------------------------------------------------------------

TABLES = {f"casework_repair{name}" for name in (
    "application", "case", "item", "material", "finding", "proposal", "step", "paper", "service", "clock", "told", "plan",
)}  # fmt: skip
STAYS = TABLES - {f"casework_repair{name}" for name in ("application", "case", "item", "clock", "plan")}


def everything(town: Town) -> None:
    """A row in each of the tables, as it goes."""
    town.lodged([town.old])
    handed_in(town)
    town.verified(cast.MARKET).proposed(cast.MARKET)
    town.take(cast.MARKET, "grant", 1)
    town.served(cast.MARKET)
    assert services.tell(now=town.now + timedelta(days=400)) >= 1
    settle()


def count(table: str) -> int:
    found: int = one(f"SELECT count(*) FROM {table}")
    return found


def test_another_body_sees_no_row_and_would_without_the_policy(town: Town) -> None:
    everything(town)
    for table in sorted(TABLES):
        with undone():
            with acting(cast.TAX_CLERK.actor):
                assert count(table) == 0, table
            with past_all():
                sql(f"ALTER POLICY all_app ON {table} USING (true)")
            with acting(cast.TAX_CLERK.actor):
                assert count(table) > 0, table


def test_what_was_written_is_neither_changed_nor_taken_away(town: Town) -> None:
    """By the grant, and where somebody got that by the trigger; without both it could be."""
    everything(town)
    for table in sorted(STAYS):
        for deed in (f'UPDATE {table} SET "{changed(table)}" = "{changed(table)}"', f"DELETE FROM {table}"):
            with undone():
                assert "permission denied" in answer(deed), table
                with past_all():
                    sql(f"GRANT UPDATE, DELETE ON {table} TO xinheng_app")
                assert "append-only" in answer(deed), table
                with past_all():
                    sql(f"ALTER TABLE {table} DISABLE TRIGGER append_only_rows")
                assert "append-only" not in answer(deed), table
    for table in sorted(TABLES - STAYS):
        assert "permission denied" in answer(f"DELETE FROM {table}"), table


def changed(table: str) -> str:
    return "day" if table.endswith(("step", "told")) else "at" if "paper" not in table else "number"


def answer(statement: str) -> str:
    try:
        with undone(), acting(cast.OFFICER.actor):
            assert sql(statement) > 0
    except DatabaseError as fault:
        return str(fault)
    return ""


def test_an_effect_is_one_of_four_and_no_other_word(town: Town) -> None:
    STAGES["verified"](town)
    settle()
    with pytest.raises(DatabaseError, match="effect_is_of_four"), undone(), acting(cast.MARKET_CLERK.actor):
        Hand(town).proposal(effect="交费后修复")
    with past_all():
        sql("ALTER TABLE casework_repairproposal DROP CONSTRAINT repairproposal_effect_is_of_four")
    with acting(cast.MARKET_CLERK.actor):
        Hand(town).proposal(effect="交费后修复")
        settle()


def test_a_clock_keeps_when_it_began(town: Town) -> None:
    STAGES["lodged"](town)
    settle()
    deed = "UPDATE casework_repairclock SET n = n + 100"
    assert "keeps what it says" in answer(deed)
    with past_all():
        sql("ALTER TABLE casework_repairclock DISABLE TRIGGER learns_once")
    assert answer(deed) == ""


# ---- an account ------------------------------------------------------------------------------------------------


def looks(table: str) -> Callable[[Hand], object]:
    def do(_hand: Hand) -> None:
        if not count(table):
            raise DatabaseError("sees nothing")

    return do


def decides(hand: Hand) -> None:
    """An officer has taken the step; the account writes what is decided by it."""
    with acting(cast.MARKET_CHECKER.actor):
        hand.step("grant_part", cast.MARKET_CHECKER.actor)
        hand.paper("repair_decision", SAYS["grant"])
        hand.effect(hand.town.old)
    with acting(cast.MARKET_CLERK.actor):
        item = hand.item()
    made = "UPDATE casework_repairitem SET outcome = 'grant', effect = 'ANNOTATE', decided_on = %s, decided_event = %s"
    if not sql(f"{made} WHERE id = %s", hand.day, hand.event, item):
        raise DatabaseError("sees nothing")


def tells(hand: Hand) -> None:
    insert(
        "casework_repairtold", subject_id=hand.town.firm, record_id=hand.town.spare[0], opens_on=hand.day, day=hand.day,
        at=hand.at, event=hand.town.old,
    )  # fmt: skip


def gives_itself_a_paper(hand: Hand) -> None:
    with acting(cast.MARKET_CLERK.actor):
        hand.step("ask_supplement")
        hand.paper("supplement_notice")
    hand.paper("supplement_notice")


def by_itself(hand: Hand) -> None:
    """The account finds its own plan true, in an officer's name."""
    try:
        looked_at()(hand)
    except AssertionError:
        raise DatabaseError("AssertionError") from None


OF_ACCOUNTS: dict[tuple[str, str], tuple[str, str, Callable[[Hand], object]]] = {
    ("casework_repairfinding", "no_account_select"): (
        "proposed",
        "sees nothing",
        looks("casework_repairfinding"),
    ),
    ("casework_repairproposal", "no_account_select"): (
        "proposed",
        "sees nothing",
        looks("casework_repairproposal"),
    ),
    ("casework_repairfinding", "no_account_insert"): ("accepted", "no_account_insert", lambda h: h.finding()),
    ("casework_repairproposal", "no_account_insert"): (
        "verified",
        "no_account_insert",
        lambda h: h.proposal(),
    ),
    ("casework_repairservice", "no_account_insert"): ("granted", "no_account_insert", lambda h: h.proof()),
    ("casework_repairitem", "no_account_update"): ("proposed", "sees nothing", decides),
    ("casework_repairtold", "no_account_insert"): ("alone", "no_account_insert", tells),
    ("casework_repairplan", "no_account_update"): ("planned", "AssertionError", by_itself),
    ("casework_repairstep", "account_repairs"): ("lodged", "account_repairs", lambda h: h.step("accept")),
    ("casework_repairpaper", "account_receipt"): ("lodged", "account_receipt", gives_itself_a_paper),
}


@pytest.mark.parametrize(("table", "policy"), OF_ACCOUNTS)
def test_an_account_does_what_is_its_own_and_would_do_more_without_the_policy(
    town: Town, table: str, policy: str
) -> None:
    stage, refused, do = OF_ACCOUNTS[table, policy]
    ALL_STAGES[stage](town)
    settle()

    def tried() -> str:
        try:
            with undone(), acting(town.boss):
                do(Hand(town))
        except DatabaseError as fault:
            return str(fault)
        return ""

    assert refused in tried()
    with past_all():
        sql(f"DROP POLICY {policy} ON {table}")
        # A decision is held to its proposal, which an account does not see either.
        sql("DROP POLICY IF EXISTS no_account_select ON casework_repairproposal")
    assert tried() == ""


def test_what_a_decision_has_to_say_is_the_law_s(town: Town) -> None:
    wanted = load().as_of(cast.TODAY).book.repair.decision_says
    assert {step: set(said) for step, said in SAYS.items()} == {
        "grant": set(wanted["grant"]), "grant_part": set(wanted["grant"]), "refuse": set(wanted["refusal"]),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT step, says FROM casework_repairtaker WHERE says <> '{}'")
        assert {step: set(said) for step, said in cursor.fetchall()} == {
            step: set(said) for step, said in SAYS.items()
        }

"""Each guard of the database taken out in turn (逐一撤去防护): its attack is refused with it, and gets through without it."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from tests import cast
from tests.casework.forging import sql
from tests.promises.carrying import CARRYING
from tests.promises.forging import NOTICE, Hand
from tests.promises.guards import ATTACKS, FUNCTIONS, RECORD_ATTACKS, STAGES, Attack, Deed
from tests.promises.town import Broken, early, fined, repaired
from tests.repairs.forging import one, past_all, settle, undone
from tests.repairs.test_guards import able, town, whole, without
from tests.repairs.town import Town
from xinheng.access.scope import acting
from xinheng.law.procedures.repair import FALSE_PROMISE

__all__ = ["able", "town"]
pytestmark = pytest.mark.clause("1.3a", "4.1a", "4.1c")


def refusal(attack: Attack, broken: Broken, actor: Any) -> str:
    """What the database answers; empty when it lets it pass."""
    try:
        with undone(), acting(actor), whole():
            attack.do(Hand(broken))
            settle()
    except DatabaseError as fault:
        return str(fault)
    return ""


def wrong(attacks: dict[str, Attack], broken: Broken, actor: Any) -> dict[str, tuple[str, str]]:
    """The attacks that are not refused in the guard's words, or are refused although their guard is gone."""
    found = {}
    for name, attack in attacks.items():
        answered = refusal(attack, broken, actor)
        with without(attack):
            let = refusal(attack, broken, actor)
        if attack.refused not in answered or let:
            found[name] = (answered[:200], let[:300])
    return found


@pytest.mark.parametrize("stage", STAGES)
def test_each_attack_is_refused_for_its_one_defect(town: Town, stage: str) -> None:
    broken = STAGES[stage](town)
    settle()
    mine = {name: each for name, each in ATTACKS.items() if each.stage == stage}
    assert mine
    assert wrong(mine, broken, cast.LABOUR_CLERK.actor) == {}


def test_each_attack_on_what_comes_back_is_refused_for_its_one_defect(town: Town) -> None:
    """Marks, days and effects of a record by nobody's decision."""
    broken = repaired(early(town), fined(early(town)), cast.MARKET).open().served().decided().sealed()
    settle()
    assert wrong(RECORD_ATTACKS | CARRYING, broken, cast.MARKET_CLERK.actor) == {}


def test_there_is_an_attack_on_every_function(superuser: psycopg.Connection[Any]) -> None:
    there = superuser.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND (proname LIKE 'casework\\_%promise%'"
        " OR proname = ANY (ARRAY['casework_reinstating', 'casework_term_anew', 'casework_ended_is_kept',"
        " 'casework_reinstated_by_decision']))"
    )
    assert {name for (name,) in there} == (
        {each for each in FUNCTIONS if each not in OF_LISTING} | {each.function for each in CARRYING.values()}
    )


OF_LISTING = {"casework_entered", "casework_entry_of_case", "casework_case_by_steps"}


def test_the_table_of_steps_is_the_law_s() -> None:
    """Who may take which step from where, and on which paper, in the words of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT step, source, target FROM casework_promiseway")
        ways = set(cursor.fetchall())
        cursor.execute("SELECT step, roles, document FROM casework_promisetaker")
        takers = {step: (set(roles), document) for step, roles, document in cursor.fetchall()}
    steps = FALSE_PROMISE.steps
    assert ways == {(each.name, source, each.after(source)) for each in steps for source in each.sources}
    assert takers == {each.name: (set(each.roles), each.document) for each in steps}


TABLES = {
    f"casework_promise{name}"
    for name in ("case", "evidence", "step", "paper", "proofofservice", "objection", "clock")
}
STAYS = TABLES - {f"casework_promise{name}" for name in ("case", "objection", "clock")}


def count(table: str) -> int:
    found: int = one(f"SELECT count(*) FROM {table}")
    return found


def test_another_body_sees_no_row_and_nobody_takes_one_away(town: Town) -> None:
    broken = STAGES["heard"](town)
    broken.town.later(minutes=1)
    settle()
    for table in sorted(TABLES):
        with acting(cast.LABOUR_CLERK.actor):
            assert count(table) > 0, table
        with undone():
            with acting(cast.TAX_CLERK.actor):
                assert count(table) == 0, table
            with past_all():
                sql(f"ALTER POLICY all_app ON {table} USING (true)")
            with acting(cast.TAX_CLERK.actor):
                assert count(table) > 0, table
        assert "permission denied" in answer(f"DELETE FROM {table}"), table
    for table in sorted(STAYS):
        deed = f"UPDATE {table} SET id = id"
        with undone():
            assert "permission denied" in answer(deed), table
            with past_all():
                sql(f"GRANT UPDATE ON {table} TO xinheng_app")
            assert "append-only" in answer(deed), table


def answer(statement: str) -> str:
    try:
        with undone(), acting(cast.LABOUR_CLERK.actor):
            assert sql(statement) > 0
    except DatabaseError as fault:
        return str(fault)
    return ""


def test_an_account_says_what_it_has_to_say_and_nothing_else(town: Town) -> None:
    broken = STAGES["served"](town)
    settle()
    deeds: dict[str, Deed] = {
        "casework_promisestep": lambda h: h.step("drop", town.boss.user_id),
        "casework_promisepaper": lambda h: h.paper(NOTICE),
        "casework_promiseproofofservice": lambda h: h.proof(NOTICE),
        "casework_promiseevidence": lambda h: h.evidence(),
        "casework_promisecase": lambda h: h.fresh(),
        "registry_recordshown": lambda h: h.shown(town.old),
    }
    for table, deed in deeds.items():
        try:
            with undone(), acting(town.boss):
                deed(Hand(broken))
            told = ""
        except DatabaseError as fault:
            told = str(fault)
        assert told, table

"""What goes wrong past the services (越过服务): the database holds order, persons and decisions of a repair."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests import cast
from tests.repairs.town import Town
from xinheng.access.scope import acting
from xinheng.casework.repairs.models import RepairCase, RepairStep
from xinheng.law.lawbook import load
from xinheng.law.procedures.repair import REPAIR
from xinheng.runtime.db import uuid7

pytestmark = pytest.mark.clause("5.1a")
LAW = load().as_of(cast.TODAY)
MARKET = cast.MARKET


def refused_by_the_database(statement: str, *values: Any, actor: Any = cast.MARKET_SIGNER.actor) -> bool:
    try:
        with transaction.atomic(), acting(actor), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return bool(cursor.rowcount == 0)
    except DatabaseError:
        return True


def test_the_database_holds_order_persons_and_decisions(town: Town) -> None:
    town.lodged([town.old, town.new])
    town.verified(MARKET).proposed(MARKET, town.new)
    case = town.case(MARKET)
    item = town.items(MARKET)[0]
    decide = "UPDATE casework_repairitem SET outcome = 'grant', effect = 'ANNOTATE', decided_on = '2026-11-23', decided_event = %s WHERE id = %s"
    assert refused_by_the_database(decide, uuid7(), item.pk)
    assert refused_by_the_database(
        "UPDATE casework_repaircase SET state = 'decided', revision = revision + 1 WHERE id = %s", case.pk
    )
    assert refused_by_the_database(
        "UPDATE casework_repaircase SET handler = %s WHERE id = %s", uuid7(), case.pk
    )
    assert refused_by_the_database("DELETE FROM casework_repairstep WHERE case_id = %s", case.pk)
    assert refused_by_the_database(
        "UPDATE casework_repairapplication SET chosen = '{}' WHERE id = %s", case.application_id
    )
    for step, who in (("refuse", 2), ("check", 0), ("grant", 0)):
        assert not step_written(town, case, step, STAFF_OF[who])
    assert step_written(town, case, "check", cast.MARKET_CHECKER)
    town.take(MARKET, "grant_part", 1)
    assert refused_by_the_database(
        "UPDATE casework_repairitem SET outcome = '', effect = '', decided_on = NULL, decided_event = NULL WHERE id = %s",
        item.pk,
    )


STAFF_OF = (cast.MARKET_CLERK, cast.MARKET_CHECKER, cast.MARKET_SIGNER)


def step_written(town: Town, case: RepairCase, step: str, who: cast.Officer) -> bool:
    """Whether the row of a step could be written by hand."""
    case = town.case(MARKET)
    known = REPAIR.step(step)
    row = RepairStep(
        id=uuid7(), case=case, seq=case.revision + 1, step=step, source=case.state, target=known.after(case.state),
        actor=who.actor.user_id, at=town.now + timedelta(hours=1), day=town.now.date(), event=uuid7(), asked=[], edition="x",
    )  # fmt: skip
    try:
        with transaction.atomic(), acting(who.actor):
            row.save(force_insert=True)
            raise InterruptedError
    except InterruptedError:
        return True
    except DatabaseError:
        return False


def test_the_table_of_steps_is_the_law_s(town: Town) -> None:
    ways = {
        (step.name, source, step.after(source)) for step in REPAIR.steps for source in step.sources
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT step, source, target FROM casework_repairway")
        assert set(cursor.fetchall()) == ways
        cursor.execute("SELECT step, roles, document FROM casework_repairtaker")
        told = {step: (frozenset(roles), document) for step, roles, document in cursor.fetchall()}
    assert told == {step.name: (step.roles, step.document) for step in REPAIR.steps}


def test_no_table_of_repair_could_hold_money_a_course_or_an_agent(town: Town) -> None:
    words = (
        "fee",
        "price",
        "amount",
        "paid",
        "pay",
        "course",
        "train",
        "agent",
        "charge",
        "cost",
        "money",
        "order",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_name LIKE 'casework_repair%'"
        )
        rows = cursor.fetchall()
    assert len(rows) > 80
    assert not [(table, name) for table, name, _ in rows if any(word in name.split("_") for word in words)]
    assert not [kind for _, _, kind in rows if kind in ("numeric", "money", "double precision", "real")]

"""Side by side, committed (并行办理): at the window and at home at once, and a reader beside the grant."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests import cast
from tests.repairs.plan_attacks import FROM, UNTIL
from tests.repairs.town import PDF, Town
from tests.support.database import TestDatabase
from xinheng.access.actor import Actor
from xinheng.casework.repairs import plans, services
from xinheng.casework.repairs.given import Given
from xinheng.casework.repairs.lodging import Lodged
from xinheng.casework.repairs.plans import PlanGiven
from xinheng.law.language import Refusal

pytestmark = pytest.mark.clause("5.1a", "5.1b")
READS = 1_000
# One look at all that a grant changes here: what the public sees, effects, decisions, what is owed to holders.
LOOK = """
SELECT (SELECT count(*) FROM publication_publicentry WHERE record = ANY (%(records)s)),
       (SELECT count(*) FROM registry_recordeffect WHERE record_id = ANY (%(records)s)),
       (SELECT count(*) FROM registry_recordmark WHERE record_id = ANY (%(records)s) AND mark = 'repaired'),
       (SELECT count(*) FROM casework_repairitem WHERE record_id = ANY (%(records)s) AND outcome = 'grant'),
       (SELECT count(DISTINCT record) FROM exchange_recall WHERE record = ANY (%(records)s) AND action = 'withdraw')
"""


def test_at_the_window_and_at_home_at_once_and_granted_beside_a_reader(
    founded: Town, django_db_setup: TestDatabase
) -> None:
    """Both are received; the later is told of the earlier. Then no reader ever sees a grant half done."""
    town = replace(founded)
    receipts = lodged_at_once(town, town.boss, town.at_window())
    assert len({each.number for each in receipts}) == 2
    assert sorted(len(each.earlier) for each in receipts) == [0, 1]
    town.verified(cast.MARKET).proposed(cast.MARKET)
    seen = seen_beside_the_grant(town, django_db_setup)
    assert seen.total() >= READS
    assert set(seen) == {(2, 0, 0, 0, 0), (0, 2, 2, 2, 2)}


def lodged_at_once(town: Town, home: Actor, window: Actor) -> list[Lodged]:
    """The receipts of two applications for the same records, begun apart and lodged side by side."""
    begun = [services.begin(list(town.spare), actor=each, now=town.now) for each in (home, window)]
    assert begun[0] != begun[1]
    for each, who in zip(begun, (home, window), strict=True):
        services.keep_material(each, "commitment", "示例.pdf", PDF, actor=who, now=town.now)
    done: list[Lodged] = []

    def lodge(which: int) -> None:
        try:
            done.append(services.lodge(begun[which], actor=(home, window)[which], now=town.now))
        finally:
            connection.close()

    side_by_side(lambda: lodge(0), lambda: lodge(1))
    return done


def seen_beside_the_grant(town: Town, database: TestDatabase) -> Counter[tuple[int, ...]]:
    """What a reader saw, how often, who read before, during and after the grant."""
    seen: Counter[tuple[int, ...]] = Counter()
    over = threading.Event()

    def read() -> None:
        with database.connect() as reader:
            while not over.is_set() or seen.total() < READS:
                look(reader, town, seen)
            # Once more when it is surely over: the last look of the loop may have begun before it.
            look(reader, town, seen)

    def grant() -> None:
        try:
            while seen.total() < READS // 4:
                over.wait(0.01)
            town.take(cast.MARKET, "grant", 1)
        finally:
            over.set()
            connection.close()

    side_by_side(read, grant)
    return seen


def look(reader: psycopg.Connection[Any], town: Town, seen: Counter[tuple[int, ...]]) -> None:
    found = reader.execute(LOOK, {"records": list(town.spare)}).fetchone()
    reader.rollback()
    seen[tuple(found or ())] += 1


def side_by_side(*deeds: Any) -> None:
    threads = [threading.Thread(target=each) for each in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)


@pytest.mark.clause("4.2a")
def test_a_plan_is_lifted_for_and_ended_once_whoever_comes_at_once_and_the_day_s_work_beside(
    founded: Town,
) -> None:
    town = replace(founded)
    town.lodged([town.other])
    body, clerk, checker = cast.ENVIRONMENT, cast.ENVIRONMENT_CLERK.actor, cast.ENVIRONMENT_CHECKER.actor
    town.take(body, "accept", contact="示例电话")
    case = town.case(body)
    material = services.keep_ruling(case.pk, "示例.pdf", PDF, actor=clerk, now=town.now)
    given = PlanGiven(material=material, court="示例法院", number="示例号", runs_from=FROM, until=UNTIL)
    plan = services.state_plan(case.pk, given, actor=town.boss, now=town.now)
    services.verify_plan(plan, confirmed=True, actor=clerk, now=town.now)

    def lift() -> object:
        now, wanted = town.now, Given(reason="示例")
        return services.fire(
            case.pk, "lift_temporarily", revision=case.revision, given=wanted, actor=checker, now=now
        )  # fmt: skip

    def end() -> object:
        services.end_plan(plan, "performed", on=UNTIL, reason="示例", actor=checker, now=town.now)
        return 1

    assert sorted(map(said, at_once(lift, lift))) == ["CASE_CHANGED", "Taken"]
    town.now = datetime.combine(UNTIL + timedelta(days=1), town.now.timetz())
    day_s_work = at_once(lambda: plans.end_due(now=town.now), end, end)
    assert Counter(map(said, day_s_work)) in (
        Counter({"1": 1, "ALREADY_DECIDED": 2}), Counter({"0": 1, "1": 1, "ALREADY_DECIDED": 1})
    )  # fmt: skip


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each gave, or the refusal that it met; run side by side."""
    gave: list[object] = []

    def run(deed: Callable[[], object]) -> None:
        try:
            gave.append(deed())
        except Refusal as refused:
            gave.append(refused.reasons[0].code)
        finally:
            connection.close()

    side_by_side(*(partial(run, each) for each in deeds))
    return gave


def said(given: object) -> str:
    return str(given) if isinstance(given, str | int) else type(given).__name__

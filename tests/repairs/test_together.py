"""Side by side, committed (并行办理): at the window and at home at once, and a reader beside the grant."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests import cast
from tests.repairs.town import PDF, Town
from tests.support.database import TestDatabase
from xinheng.access.actor import Actor
from xinheng.casework.repairs import services
from xinheng.casework.repairs.lodging import Lodged

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

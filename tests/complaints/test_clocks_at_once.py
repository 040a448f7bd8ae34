"""A step and the daily tick at once (期限与办理并发): the tick waits for the step and tells nothing of what it stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections, transaction

from tests import cast
from tests.casework import clockwork
from tests.complaints import people
from tests.support.database import TestDatabase
from xinheng.access.actor import Actor
from xinheng.catalog import services as catalog
from xinheng.oversight import services
from xinheng.oversight.models import Complaint
from xinheng.vault import keys

pytestmark = pytest.mark.clause("4.1b", "5.1c")
MARKET, OFFICE = cast.MARKET_CHECKER.actor, cast.OFFICER.actor


@pytest.fixture
def city(
    committed: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frozen_today: date
) -> None:
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    monkeypatch.setattr(settings, "XINHENG_FILES_DIR", tmp_path / "files")
    keys.ensure()
    cast.settle()
    with transaction.atomic():
        people.settle()
    catalog.found(officers=(OFFICE.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)


def lodged(count: int) -> list[Complaint]:
    """About the environment authority: the market authority handles them."""
    numbers = [people.lodged("charge", cast.ENVIRONMENT.uscc).number for _ in range(count)]
    with transaction.atomic():
        return [people.row(number) for number in numbers]


def test_a_tick_waits_for_the_step_and_tells_nothing_of_what_it_stopped(city: None) -> None:
    """Without the lock on the clock the tick would be refused by the guard, and would tell nobody of anything."""
    first, other = lodged(2)
    now = cast.NOW + timedelta(days=10)
    found: list[object] = []

    def run() -> None:
        try:
            found.append(clockwork.tick(now))
        except Exception as fault:  # so that the test sees it
            found.append(fault)
        finally:
            connections.close_all()

    tick = threading.Thread(target=run)
    with transaction.atomic():
        services.take(first.pk, actor=MARKET, now=cast.NOW)
        tick.start()
        tick.join(1)
        assert tick.is_alive(), found
    tick.join(20)
    assert found == [1]
    assert clockwork.told_of(first.pk) == []
    assert len(clockwork.told_of(other.pk)) == 1


def test_steps_and_ticks_at_once(city: None) -> None:
    """Whoever comes first: nobody is told twice, nobody is stopped, nothing is refused."""
    rows = lodged(6)
    now = cast.NOW + timedelta(days=10)
    faults: list[str] = []

    def run(*tasks: Callable[[], object]) -> None:
        try:
            for task in tasks:
                task()
        except Exception as fault:
            faults.append(repr(fault))
        finally:
            connections.close_all()

    def steps(row: Complaint, actor: Actor) -> None:
        services.take(row.pk, actor=actor, now=now)
        services.answer(row.pk, outcome="acted", text=people.REPLY, actor=actor, now=now)

    threads = [threading.Thread(target=run, args=[lambda row=row: steps(row, MARKET)]) for row in rows]
    threads += [threading.Thread(target=run, args=[lambda: clockwork.tick(now)] * 4) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert faults == []
    assert clockwork.tick(now) == 0
    for row in rows:
        assert clockwork.running(row.pk) == []
        told = [each.rung for each in clockwork.told_of(row.pk)]
        assert len(told) == len(set(told)) <= 1

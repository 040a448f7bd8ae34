"""A city at work, with records of a firm and of a person, for reports (报告测试夹具)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.support.database import TestDatabase
from tests.web import desk_city
from xinheng.access.scope import acting
from xinheng.runtime import db


@pytest.fixture(scope="module")
def city(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[desk_city.City]:
    """Committed once for a module and put back after it."""
    with django_db_blocker.unblock():
        with desk_city.built(tmp_path_factory.mktemp("reports")) as found:
            yield found
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()


@pytest.fixture
def at_work(city: desk_city.City, monkeypatch: pytest.MonkeyPatch) -> Iterator[desk_city.City]:
    """The city for one test; what the test issues is rolled back, but for the register of looks."""
    with transaction.atomic():
        yield city
        transaction.set_rollback(True)


@pytest.fixture
def as_office() -> Iterator[Any]:
    with acting(cast.OFFICER.actor):
        yield

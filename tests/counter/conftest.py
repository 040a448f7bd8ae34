"""One town for all tests of the counter, and what a test changes of the clock (办事端测试夹具)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from tests.counter import town as towns
from tests.support.database import TestDatabase
from xinheng.runtime import db


@pytest.fixture(scope="package")
def town(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[towns.Town]:
    """The town, committed once for this folder and put back after it."""
    with django_db_blocker.unblock():
        with towns.built(tmp_path_factory.mktemp("town")) as found:
            yield found
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()

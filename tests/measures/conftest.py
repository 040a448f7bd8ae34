"""A town with subjects, built once for a module; each test is rolled back (惩戒措施测试夹具)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.measures import town
from tests.support.database import TestDatabase
from xinheng.catalog import services as catalog
from xinheng.runtime import db
from xinheng.vault import keys

# An entry follows its case: that is shown in tests/casework. Here entries stand without one.
OFF = "ALTER TABLE registry_listentry DISABLE TRIGGER entry_of_case"
ON = "ALTER TABLE registry_listentry ENABLE TRIGGER entry_of_case"


class SameConnection:
    """What goes to the side goes to the test's own transaction, which is rolled back."""

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        connection.ensure_connection()
        yield connection.connection


@pytest.fixture(scope="module")
def entries_alone(django_db_setup: TestDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_setup.connect() as admin:
        admin.execute(OFF)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    with django_db_setup.connect() as admin:
        admin.execute(ON)


@pytest.fixture(scope="module")
def built(
    entries_alone: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[town.Town]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched, transaction.atomic():
        patched.setattr(settings, "XINHENG_KEYS_DIR", tmp_path_factory.mktemp("keys"))
        keys.ensure()
        cast.settle()
        catalog.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)
        yield town.build()
        transaction.set_rollback(True)


@pytest.fixture
def there(built: town.Town, frozen_today: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[town.Town]:
    """The town for one test; what the test adds is rolled back."""
    monkeypatch.setattr(db, "_pool", SameConnection)
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)

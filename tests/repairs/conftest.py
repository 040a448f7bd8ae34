"""A town in which a firm asks to be repaired (信用修复测试夹具)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.casework.conftest import draw_once
from tests.repairs.strangers import Ids, had
from tests.repairs.town import Town, built
from tests.support.database import TestDatabase
from xinheng.runtime import db
from xinheng.vault import keys


@pytest.fixture(scope="package")
def founded(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:
    """The town, committed once for this folder and put back after it."""
    folder = tmp_path_factory.mktemp("repairs")
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        patched.setenv("XINHENG_TODAY", cast.TODAY.isoformat())
        for name in ("KEYS_DIR", "FILES_DIR"):
            patched.setattr(settings, f"XINHENG_{name}", folder / name.lower())
        keys.ensure()
        draw_once(patched)
        yield built()
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()


@pytest.fixture
def town(founded: Town) -> Iterator[Town]:
    """The same for one test; what it does is checked as if it were committed, and rolled back."""
    with transaction.atomic():
        yield replace(founded)
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


@pytest.fixture
def theirs(town: Town) -> Ids:
    return had(town)

"""The town, built once for this folder; each test is rolled back (撤销与更正的测试夹具)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.casework.conftest import draw_once
from tests.revocations import town as towns
from tests.support.database import TestDatabase
from xinheng.runtime import db
from xinheng.vault import keys


@pytest.fixture(scope="package")
def built(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[towns.Town]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        patched.setenv("XINHENG_TODAY", "2026-11-23")
        patched.setattr(settings, "XINHENG_KEYS_DIR", tmp_path_factory.mktemp("keys"))
        patched.setattr(settings, "XINHENG_FILES_DIR", tmp_path_factory.mktemp("files"))
        draw_once(patched)
        keys.ensure()
        yield towns.build()
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()


@pytest.fixture
def town(built: towns.Town) -> Iterator[towns.Town]:
    """The town for one test; what the test adds is rolled back."""
    with transaction.atomic():
        yield built
        transaction.set_rollback(True)

"""A city with a police and a disciplinary body, for complaints and the directory (举报与名录测试夹具)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.complaints import people
from xinheng.catalog import services as catalog
from xinheng.vault import keys
from xinheng.web.portal import reading


@pytest.fixture(scope="module")
def settled(
    django_db_setup: Any, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The cast and the shipped lawbook, once for a module and rolled back after it."""
    folder = tmp_path_factory.mktemp("complaints")
    with (
        pytest.MonkeyPatch.context() as patched,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patched.setattr(settings, "XINHENG_KEYS_DIR", folder / "keys")
        patched.setattr(settings, "XINHENG_FILES_DIR", folder / "files")
        keys.ensure()
        cast.settle()
        people.settle()
        catalog.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def town(settled: None, frozen_today: date, db: None) -> None:
    """The city for one test; what the test adds is rolled back."""
    reading.forget()

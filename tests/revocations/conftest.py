"""The town, built once for this folder; each test is rolled back (撤销与更正的测试夹具)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.revocations import town as towns
from tests.support.database import TestDatabase
from xinheng.documents import codes
from xinheng.ledger.verifier import render
from xinheng.runtime import db
from xinheng.vault import keys


def drawn_once(patched: pytest.MonkeyPatch) -> None:
    """Papers are drawn once and then differ by a comment: what they look like is another test's question."""
    drawing: list[Any] = []
    draw, printed = render.draw, codes.printed(codes.new_code())

    def drawn(body: bytes, *fonts: Any) -> Any:
        if not drawing:
            drawing.append(draw(body, *fonts))
        first = drawing[0]
        return first._replace(pdf=first.pdf + f"\n% {uuid4()}\n".encode())

    patched.setattr(render, "draw", drawn)
    patched.setattr(codes, "printed", lambda _code: printed)


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
        drawn_once(patched)
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

"""What every test may ask for: a database, real commits, other roles, a fixed day (测试夹具)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from tests.support import budget, network
from tests.support.chromium import chromium
from tests.support.database import HOME, ROOT, TestDatabase
from tests.support.sharing import ByFolder, place
from xinheng.runtime import db, postgres
from xinheng.vault import ledgerkeys

FROZEN = date(2026, 11, 23)
STOPWATCH = budget.Stopwatch()


@pytest.fixture(scope="session")
def test_server() -> Iterator[postgres.Server]:
    """Our own PostgreSQL, without fsync; runs at once share it and the last one stops it."""
    with postgres.using(HOME, settings=postgres.FORGETFUL) as server:
        yield server


@pytest.fixture(scope="session")
def django_db_setup(
    test_server: postgres.Server, django_db_blocker: DjangoDbBlocker
) -> Iterator[TestDatabase]:
    """This run's own database, migrated as xinheng_owner; the tests work as xinheng_app."""
    begun = time.monotonic()
    database = TestDatabase(test_server)
    with django_db_blocker.unblock():
        database.create()
    STOPWATCH.database = time.monotonic() - begun
    yield database
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture
def committed(
    request: pytest.FixtureRequest, django_db_setup: TestDatabase, django_db_blocker: DjangoDbBlocker
) -> Iterator[TestDatabase]:
    """For tests that need real commits: nothing is rolled back, all tables are put back afterwards."""
    if "db" in request.fixturenames:
        raise pytest.UsageError("`committed` and `db` exclude each other: one commits, one rolls back")
    with django_db_blocker.unblock():
        yield django_db_setup
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()


@pytest.fixture
def transactional_db(committed: TestDatabase) -> None:
    """pytest-django's name for it (live_server asks for it): the application may not truncate."""


@pytest.fixture
def superuser(django_db_setup: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """A connection behind the application's back: past grants, policies and, if it likes, triggers."""
    with django_db_setup.connect() as found:
        yield found


@pytest.fixture
def as_owner(django_db_setup: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """A connection as xinheng_owner, the role of the migrations."""
    with django_db_setup.connect("xinheng_owner") as found:
        yield found


@pytest.fixture
def frozen_today(monkeypatch: pytest.MonkeyPatch) -> date:
    """Today is 2026-11-23 for everything that asks the clock."""
    monkeypatch.setenv("XINHENG_TODAY", FROZEN.isoformat())
    return FROZEN


@pytest.fixture(autouse=True)
def _side_connection_within_the_test(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With `db` all is rolled back, so what goes to the side must go to the test's own transaction."""
    rolled_back = "db" in request.fixturenames or request.node.get_closest_marker("django_db")
    if rolled_back and "committed" not in request.fixturenames:
        monkeypatch.setattr(db, "_pool", _SamePool)


class _SamePool:
    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        connection.ensure_connection()
        yield connection.connection


def pytest_configure(config: pytest.Config) -> None:
    network.forbid()
    os.environ.pop("XINHENG_TODAY", None)
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_USE_FINDERS = True
    settings.STATIC_ROOT = ROOT / "var" / "test-static"
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.SECURE_SSL_REDIRECT = False
    # No event without a MAC: the run has keys of its own, and a test that wants others says so.
    settings.XINHENG_KEYS_DIR = ROOT / "var" / "test-keys"
    ledgerkeys.ensure()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            raise pytest.UsageError(
                f"{item.nodeid}: ask for the fixture `committed` instead of transaction=True"
            )
    if chromium() is None:
        unseen = [item for item in items if item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=unseen)
        items[:] = [item for item in items if item not in unseen]
    items.sort(key=lambda item: place(item.nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    return ByFolder(config, log)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    STOPWATCH.add(report.nodeid, report.duration)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Loud about what was not run, plain about what took long; pytest's own closing line stays the last."""
    if chromium() is None:
        terminalreporter.write_line(
            "!!! The browser tests were NOT run: no Chromium here. make browser-setup installs one.",
            red=True,
            bold=True,
        )
    if config.option.markexpr != "not soak":
        return
    allowed = budget.read((ROOT / "tests" / "BUDGET").read_text(encoding="utf-8"))
    for line in STOPWATCH.told(allowed, processes=getattr(config.option, "numprocesses", None) or 1):
        terminalreporter.write_line(f"over budget: {line}", yellow=True)

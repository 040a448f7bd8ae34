"""The firms of all results, committed once for a module; or their records before anything happened (测试夹具)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.effects import happened
from tests.effects.happened import City, Firm
from tests.support.database import TestDatabase
from xinheng.runtime import db

SIGNED_IN = (
    happened.CLERK, happened.CHECKER, cast.OFFICER, cast.AUDITOR, cast.ENVIRONMENT_CLERK, cast.WINDOW_STAFF,
)  # fmt: skip


GUARDS = (
    ("registry_recordeffect", "repaired_by_decision"),
    ("registry_recordeffect", "ended_is_kept"),
    ("registry_recordmark", "promised_by_decision"),
    ("registry_recordmark", "plan_marked"),
)


@pytest.fixture(scope="package", autouse=True)
def undecided(django_db_setup: TestDatabase) -> Iterator[None]:
    """Effects are looked at here without the cases that decide them; tests/repairs and tests/promises have those guards."""
    with django_db_setup.connect() as admin:
        for table, guard in GUARDS:
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    yield
    with django_db_setup.connect() as admin:
        admin.execute("SET lock_timeout = '15s'")
        for table, guard in GUARDS:
            admin.execute(f"ALTER TABLE {table} ENABLE TRIGGER {guard}")


@pytest.fixture(scope="module")
def city(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[City]:
    """Everything happened, committed."""
    with django_db_blocker.unblock():
        with happened.founded(tmp_path_factory.mktemp("effects"), second_factor=True):
            firms = happened.everything_happened()
            flood = happened.flooded()
            city = City({column: happened.represented(firm) for column, firm in firms.items()}, flood)
            city.counter(city.firms["plain"])
            for officer in SIGNED_IN:
                city.client(officer)  # signed in now: what a test does is rolled back
            yield city
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()


@pytest.fixture(scope="module")
def before(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Firm]]:
    """The records, committed, with nothing decided."""
    with django_db_blocker.unblock():
        with happened.founded(tmp_path_factory.mktemp("before")):
            yield happened.firms()
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()


@pytest.fixture
def records(before: dict[str, Firm]) -> Iterator[dict[str, Firm]]:
    """The same for one test; what it does is rolled back."""
    with transaction.atomic():
        yield before
        transaction.set_rollback(True)

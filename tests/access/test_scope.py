"""A transaction sees the rows of whoever acts in it, and a connection carries nothing over."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.cast import AUDITOR, ENVIRONMENT_CLERK, MARKET_CLERK, OFFICER
from tests.support.database import TestDatabase
from xinheng.access.scope import acting


def settings() -> tuple[str | None, bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xinheng_agency()::text, xinheng_whole_city()")
        agency, whole_city = cursor.fetchone()
    return agency, whole_city


def test_it_ends_with_the_transaction_on_a_kept_connection(committed: TestDatabase) -> None:
    with acting(MARKET_CLERK.actor):
        assert settings() == (str(MARKET_CLERK.actor.agency_id), False)
        first = connection.connection
    assert connection.connection is first
    assert settings() == (None, False)


@pytest.mark.django_db
def test_office_and_auditor_see_the_whole_city() -> None:
    for officer in (OFFICER, AUDITOR):
        with acting(officer.actor):
            assert settings()[1] is True


@pytest.mark.django_db
def test_the_inner_actor_is_narrower_and_the_outer_comes_back() -> None:
    with acting(OFFICER.actor):
        with acting(ENVIRONMENT_CLERK.actor):
            assert settings() == (str(ENVIRONMENT_CLERK.actor.agency_id), False)
        assert settings() == (str(OFFICER.actor.agency_id), True)


@pytest.mark.django_db
def test_after_a_fault_the_outer_comes_back_too() -> None:
    with acting(MARKET_CLERK.actor):
        with pytest.raises(RuntimeError), acting(OFFICER.actor), transaction.atomic():
            raise RuntimeError
        assert settings() == (str(MARKET_CLERK.actor.agency_id), False)

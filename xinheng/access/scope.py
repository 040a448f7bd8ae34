"""Row-level security follows the actor, for one transaction (按单位隔离).

Convention for a table that belongs to agencies, in that app's guards migration::

    row_policy("exchange_batch", "agency_id = xinheng_agency() OR xinheng_whole_city()")

where `xinheng_agency()` is `nullif(current_setting('xinheng.agency', true), '')::uuid` and
`xinheng_whole_city()` is `coalesce(current_setting('xinheng.whole_city', true), '') = 'on'`.
Without the settings no row is seen; they end with the transaction, so a pooled connection carries nothing over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from xinheng.access.actor import Actor


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """A transaction in which only the actor's rows are there: the agency's, or all for office and auditor.

    Inside another `acting` it narrows to this actor and puts the outer one back at its end.
    """
    with transaction.atomic():
        before = _settings()
        _set(str(actor.agency_id), "on" if actor.whole_city else "off")
        yield
        _set(*before)


@contextmanager
def whole_city() -> Iterator[None]:
    """All agencies' rows, for a question that is about nobody's in particular: is anything left of this subject?"""
    agency, before = _settings()
    _set(agency, "on")
    yield
    _set(agency, before)


def _settings() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('xinheng.agency', true), ''),"
            " coalesce(current_setting('xinheng.whole_city', true), '')"
        )
        agency, whole_city = cursor.fetchone()
    return agency, whole_city


def _set(agency: str, whole_city: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('xinheng.agency', %s, true), set_config('xinheng.whole_city', %s, true)",
            [agency, whole_city],
        )

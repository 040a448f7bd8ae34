"""Row-level security follows the actor, for one transaction (按单位隔离).

Convention for a table that belongs to agencies, in that app's guards migration::

    row_policy("exchange_batch", "agency_id = xinheng_agency() OR xinheng_whole_city()")

where `xinheng_agency()` is `nullif(current_setting('xinheng.agency', true), '')::uuid` and
`xinheng_whole_city()` is `coalesce(current_setting('xinheng.whole_city', true), '') = 'on'`.
What a subject may see of a table it sees by `xinheng_own()`: the subject that the account `xinheng.account` is
bound to and asks for (`xinheng.own`), on the day `xinheng.day`; null when it is not, or no more.
Without the settings no row is seen; they end with the transaction, so a pooled connection carries nothing over.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from xinheng.access.actor import Actor


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """A transaction in which only the actor's rows are there: the agency's, or all for office and auditor.

    With `actor.own` only that subject's rows are there, as long as the account is bound to it.
    Inside another `acting` it narrows to this actor and puts the outer one back at its end.
    """
    with transaction.atomic():
        before = _settings()
        _set(_of(actor))
        yield
        _set(before)


@contextmanager
def as_account(account: UUID) -> Iterator[None]:
    """The bindings of one account and no other rows: for signing in, before it is known whose file is asked."""
    with transaction.atomic():
        before = _settings()
        _set(("", "off", str(account), "", ""))
        yield
        _set(before)


@contextmanager
def whole_city() -> Iterator[None]:
    """All agencies' rows, for a question that is about nobody's in particular: is anything left of this subject?"""
    before = _settings()
    _set((before[0], "on", *before[2:]))
    yield
    _set(before)


# In this order: agency, whole city, account, whom it acts for, the day on which its mandate is asked.
NAMES = ("xinheng.agency", "xinheng.whole_city", "xinheng.account", "xinheng.own", "xinheng.day")
Settings = tuple[str, ...]
_READ = "SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in NAMES)
_WRITE = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in NAMES)


def _of(actor: Actor) -> Settings:
    own = actor.own
    if own is None:
        return (str(actor.agency_id), "on" if actor.whole_city else "off", "", "", "")
    return ("", "off", str(own.account), str(own.subject), own.day.isoformat())


def _settings() -> Settings:
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        return tuple(cursor.fetchone())


def _set(values: Settings) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, list(values))

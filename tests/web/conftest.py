"""A city office with public records, for tests of pages (页面测试夹具)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests import cast
from tests.publication.shelf import Kept, at, keep
from tests.support.database import TestDatabase
from tests.web import desk_city
from xinheng.catalog import services as catalog
from xinheng.law.facts import SubjectKind
from xinheng.ledger.ids import uuid7
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime import db
from xinheng.web.portal import reading


@dataclass(frozen=True)
class Shelf:
    """The records every page test finds: a visible penalty, a licence that is over, a person's penalty."""

    fine: UUID
    ended: UUID
    person: UUID


def accept(*records: Kept, day: date = cast.TODAY) -> list[UUID]:
    """Keep records as one batch and tell the ledger, as the intake does."""
    batch = uuid7()
    for each in records:
        each.batch = batch
    ids = keep(*records)
    append(EventKind.BATCH_ACCEPTED, payload={"batch": str(batch)}, agency=cast.MARKET.id, now=at(day))
    return ids


def _shelf() -> Shelf:
    fine = Kept(
        decided_on=date(2026, 5, 20), kinds=("confiscate_goods",), number="示例罚〔2026〕1号",
        content={"conduct": "经营标签不符合规定的食品（示例）"},
    )  # fmt: skip
    licence = Kept(
        item="license", code=cast.OTHER_FIRM_CODE, name=cast.OTHER_FIRM_NAME, decided_on=date(2024, 1, 10),
        accepted_on=date(2024, 1, 15), valid_to=date(2026, 11, 22), number="示例许〔2024〕1号",
    )  # fmt: skip
    person = Kept(kind=SubjectKind.NATURAL_PERSON, decided_on=date(2026, 5, 20))
    (ended,) = accept(licence, day=date(2024, 1, 15))
    return Shelf(accept(fine)[0], ended, accept(person)[0])


@pytest.fixture(scope="module")
def shelf(django_db_setup: Any, django_db_blocker: DjangoDbBlocker) -> Iterator[Shelf]:
    """The cast, the shipped lawbook and the shelf, once for a module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast.settle()
        catalog.found(officers=(cast.OFFICER.actor.user_id, cast.SECOND_OFFICER.actor.user_id), now=cast.NOW)
        yield _shelf()
        transaction.set_rollback(True)


@pytest.fixture
def city(shelf: Shelf, frozen_today: date) -> Iterator[Shelf]:
    """The shelf for one test; what the test adds is rolled back."""
    reading.forget()
    with transaction.atomic():
        yield shelf
        transaction.set_rollback(True)


@pytest.fixture
def fine(city: Shelf) -> UUID:
    """A visible penalty of the firm."""
    return city.fine


@pytest.fixture
def ended(city: Shelf) -> UUID:
    """A licence of the other firm whose publication was over before today."""
    return city.ended


@pytest.fixture
def person(city: Shelf) -> UUID:
    """A penalty of a natural person."""
    return city.person


@pytest.fixture(scope="module")
def desk(
    django_db_setup: TestDatabase,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[desk_city.City]:
    """A city at work, committed once for a module and put back after it."""
    with django_db_blocker.unblock():
        with desk_city.built(tmp_path_factory.mktemp("desk")) as city:
            yield city
        db.close_side_connections()
        connections.close_all()
    django_db_setup.restore()

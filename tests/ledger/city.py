"""What the attacks on the ledger have in common: writing as the application does, sealing, verifying (台账测试)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from tests import cast
from tests.support.database import TestDatabase
from xinheng.access import services as access
from xinheng.ledger import sequencer, signing
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.sequencer import Sealed
from xinheng.ledger.services import append
from xinheng.ledger.verification.findings import Audit
from xinheng.ledger.verification.run import Asked, verify
from xinheng.runtime.db import connect_as

SIGNED_IN = EventKind.USER_SIGNED_IN


@dataclass
class Log:
    """The log of a test's database; `numbers` makes agencies that nobody has made before."""

    database: TestDatabase
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1000))

    def tell(self, count: int = 1, *, now: datetime = cast.NOW) -> list[UUID]:
        """So many small events, committed together."""
        with transaction.atomic():
            return [append(SIGNED_IN, payload={"n": each}, agency=None, now=now).id for each in range(count)]

    def found(self, count: int = 1) -> list[UUID]:
        """So many agencies by the real service, each a row and the event that tells it."""
        return [founded(next(self.numbers)) for _ in range(count)]

    def seal(self, minutes: int = 0, **more: Any) -> Sealed:
        with connect_as("sequencer") as connection:
            return sequencer.seal(
                connection, now=cast.NOW + timedelta(minutes=minutes), **{"sign_now": True, **more}
            )

    def verify(self, **asked: Any) -> Audit:
        with connect_as("reader") as connection:
            return verify(connection, Asked(vkey=signing.publish_vkey(), origin=signing.origin(), **asked))

    def ask(self, query: str, *told: Any) -> list[tuple[Any, ...]]:
        """Rows of a query behind the application's back."""
        with self.database.connect() as admin:
            return admin.execute(query.encode(), told).fetchall()

    def places(self) -> dict[UUID, int]:
        """Every event in the tree with its place."""
        return dict(self.ask("SELECT event_id, index FROM ledger_entry"))

    def queued(self) -> int:
        return int(self.ask("SELECT count(*) FROM ledger_queue")[0][0])

    @contextmanager
    def behind(self) -> Iterator[psycopg.Connection[Any]]:
        """Whoever owns the server, past triggers."""
        with self.database.connect() as admin:
            admin.execute("SET session_replication_role = replica")
            yield admin


def founded(number: int) -> UUID:
    """An agency by the real service."""
    made = access.create_agency(
        uscc=cast.uscc("11", number), name=f"示例第{number}局", region=cast.AREA, level="city",
        actor=cast.ADMIN.actor, now=cast.NOW,
    )  # fmt: skip
    return made.id

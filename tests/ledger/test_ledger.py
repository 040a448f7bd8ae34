"""A change, its event and what is owed for it are one; what is owed is delivered at least once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.utils import DatabaseError

from tests.cast import NOW
from tests.support.database import TestDatabase
from xinheng.ledger import services
from xinheng.ledger.canonical import LedgerFault
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.models import Event, EventPayload, Outbox

KIND = EventKind.BATCH_ACCEPTED
AGENCY = UUID(int=0xA2)


@pytest.fixture(autouse=True)
def registrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has its own subscribers and consumers."""
    monkeypatch.setattr(services, "_subscribers", {kind: [] for kind in EventKind})
    monkeypatch.setattr(services, "_consumers", {kind: [] for kind in EventKind})


def append(count: int = 1, **more: object) -> Event:
    return services.append(KIND, payload={"count": count, **more}, agency=AGENCY, now=NOW)


class TestVocabulary:
    def test_every_kind_says_itself_in_one_chinese_sentence(self) -> None:
        for kind in EventKind:
            assert kind.sentence.endswith("。")
            assert kind.sentence.count("。") == 1
            assert kind.value.count(".") == 1
        assert len({kind.sentence for kind in EventKind}) == len(EventKind)

    @pytest.mark.django_db
    def test_another_word_cannot_enter(self) -> None:
        with pytest.raises(ValueError):
            services.append("batch.forgotten", payload={}, agency=None, now=NOW)  # type: ignore[arg-type]
        assert not Event.objects.exists()


@pytest.mark.django_db
class TestAppend:
    def test_commitment_opens_to_the_payload_and_no_other(self) -> None:
        event = append(3)
        kept = EventPayload.objects.get(event=event)
        assert services.commitment(bytes(kept.salt), kept.payload) == event.commitment
        assert services.commitment(bytes(kept.salt), {"count": 4}) != event.commitment
        assert append(3).commitment != event.commitment

    def test_subscriber_runs_inside_and_may_forbid(self) -> None:
        seen: list[object] = []

        @services.subscribe(KIND)
        def follow(event: Event, payload: Mapping[str, Any]) -> None:
            assert connection.in_atomic_block
            seen.append((event.id, payload["count"]))
            if payload["count"] == 0:
                raise RuntimeError("no")

        event = append(2)
        assert seen == [(event.id, 2)]
        with pytest.raises(RuntimeError), transaction.atomic():
            append(0)
        assert Event.objects.count() == 1

    def test_rows_may_name_their_event_before_it_is_told(self) -> None:
        named = UUID(int=5)
        event = services.append(KIND, payload={}, agency=None, now=NOW, event_id=named)
        assert Event.objects.get().id == event.id == named

    def test_personal_data_is_refused(self) -> None:
        with pytest.raises(LedgerFault):
            append(note="示例某某")

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_event SET kind = 'x'",
            "DELETE FROM ledger_eventpayload",
            "TRUNCATE ledger_eventpayload",
            "DELETE FROM ledger_outbox",
        ],
    )
    def test_the_application_cannot_rewrite_it(self, statement: str) -> None:
        append()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_owner_cannot_rewrite_it_either(
    committed: TestDatabase, as_owner: psycopg.Connection[Any]
) -> None:
    with transaction.atomic():
        append()
    for statement in ("UPDATE ledger_event SET kind = 'x'", "DELETE FROM ledger_eventpayload"):
        with pytest.raises(psycopg.Error, match="append-only"):
            as_owner.execute(statement)


def test_outside_a_transaction_nothing_is_appended(committed: TestDatabase) -> None:
    with pytest.raises(LedgerFault, match="transaction"):
        append()


def deliver(seen: list[int], **more: Any) -> services.Delivered:
    def handler(event: Event, payload: Mapping[str, Any]) -> None:
        if payload["count"] < 0:
            raise ValueError("quoting 示例某某")
        seen.append(payload["count"])

    return services.deliver_due("peer", handler, more.pop("now", NOW), **more)


@pytest.mark.django_db
class TestOutbox:
    @pytest.fixture(autouse=True)
    def peer(self, registrations: None) -> None:
        services.outbox(KIND, "peer")

    def test_each_event_is_delivered_once_when_all_goes_well(self) -> None:
        for count in range(5):
            append(count)
        seen: list[int] = []
        assert deliver(seen, limit=3) == services.Delivered(3, 0)
        assert deliver(seen) == services.Delivered(2, 0)
        assert deliver(seen) == services.Delivered(0, 0)
        assert seen == [0, 1, 2, 3, 4]

    def test_consumers_that_are_not_registered_are_owed_nothing(self) -> None:
        services.append(EventKind.BATCH_WITHDRAWN, payload={}, agency=None, now=NOW)
        assert not Outbox.objects.exists()

    def test_a_fault_is_tried_again_later_and_holds_up_nobody(self) -> None:
        append(-1)
        append(1)
        seen: list[int] = []
        assert deliver(seen) == services.Delivered(1, 1)
        owed = Outbox.objects.get(done_at=None)
        assert (owed.attempts, owed.last_fault) == (1, "ValueError")
        assert deliver(seen) == services.Delivered(0, 0)
        later = NOW + timedelta(seconds=5)
        assert deliver(seen, now=later) == services.Delivered(0, 1)
        owed.refresh_from_db()
        assert owed.not_before == later + timedelta(seconds=10)

    def test_what_a_failed_handler_wrote_is_not_kept(self) -> None:
        append(1)

        def handler(event: Event, payload: Mapping[str, Any]) -> None:
            services.append(EventKind.RECORD_REDACTED, payload={}, agency=None, now=NOW)
            raise RuntimeError

        services.deliver_due("peer", handler, NOW)
        assert Event.objects.count() == 1


@pytest.fixture
def two_connections(committed: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    services.outbox(KIND, "peer")
    with committed.connect("xinheng_app") as other:
        other.autocommit = False
        yield other


def test_an_event_that_began_first_and_committed_last_is_not_lost(
    two_connections: psycopg.Connection[Any],
) -> None:
    """A reader that asks for `id > last` would never see the slow one."""
    slow = two_connections
    slow.execute(
        "INSERT INTO ledger_event VALUES (%s, %s, %s, %s, %s, %s)",
        (UUID(int=1), KIND, NOW, AGENCY, b"c", b"m"),
    )
    slow.execute("INSERT INTO ledger_eventpayload VALUES (%s, %s, %s)", (UUID(int=1), b"s", '{"count": 100}'))
    slow.execute(
        "INSERT INTO ledger_outbox (event_id, consumer, not_before, attempts, last_fault)"
        " VALUES (%s, 'peer', %s, 0, '')",
        (UUID(int=1), NOW),
    )
    with transaction.atomic():
        append(200)
    seen: list[int] = []
    deliver(seen)
    assert seen == [200]
    slow.commit()
    deliver(seen)
    assert seen == [200, 100]


def test_two_workers_side_by_side_take_different_rows(two_connections: psycopg.Connection[Any]) -> None:
    for count in range(40):
        with transaction.atomic():
            append(count)
    seen: list[int] = []

    def work() -> None:
        try:
            deliver(seen)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sorted(seen) == list(range(40))
    assert not Outbox.objects.filter(done_at=None).exists()

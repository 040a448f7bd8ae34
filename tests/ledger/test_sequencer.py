"""The sequencer attacked: commits out of order, two at once, killed between statements (定序)."""

# clause: 5.2

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connections

from tests import cast
from tests.ledger.city import SIGNED_IN, Log, founded
from tests.ledger.verifier.naive import NaiveTree
from xinheng.ledger import sequencer, signing
from xinheng.ledger.entries import entry_bytes
from xinheng.ledger.ids import uuid7
from xinheng.ledger.sequencer import Sealed
from xinheng.ledger.verifier.checkpoint import Checkpoint
from xinheng.ledger.verifier.note import Verifier, open_note
from xinheng.ledger.writing import store
from xinheng.runtime.db import connect_as
from xinheng.vault import ledgerkeys
from xinheng.vault.keyfile import KeyFault

EMPTY = Sealed(0, 0, 0, 0)


@contextmanager
def writer(log: Log) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the application whose transaction is open until the test commits it."""
    with log.database.connect("xinheng_app") as found:
        found.autocommit = False
        yield found


def told_on(connection: psycopg.Connection[Any], now: datetime = cast.NOW) -> UUID:
    return store(connection.cursor(), SIGNED_IN, payload={}, agency=None, now=now).id


def in_thread(work: Any, *told: Any) -> threading.Thread:
    def run() -> None:
        try:
            work(*told)
        finally:
            connections.close_all()

    made = threading.Thread(target=run)
    made.start()
    return made


class TestOrder:
    def out_of_order(self, log: Log) -> tuple[UUID, UUID]:
        """The slow transaction begins and tells first, and commits after the fast one is in the tree."""
        with writer(log) as slow, writer(log) as fast:
            late = told_on(slow, cast.NOW - timedelta(minutes=1))
            early = told_on(fast)
            fast.commit()
            log.seal()
            slow.commit()
        log.seal()
        return late, early

    def test_what_commits_late_stands_behind_and_is_not_lost(self, log: Log) -> None:
        late, early = self.out_of_order(log)
        assert log.places() == {early: 0, late: 1}
        assert log.verify(opening=True).findings == []

    def test_asking_for_what_is_newer_than_the_last_would_lose_it(
        self, log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        newer = "WHERE e.at > coalesce((SELECT max(l.at) FROM ledger_event l JOIN ledger_entry x ON x.event_id = l.id), '-infinity')"
        planted = sequencer._OPEN.replace(" ORDER BY", f" {newer} ORDER BY")
        monkeypatch.setattr(sequencer, "_OPEN", planted)
        _, early = self.out_of_order(log)
        assert log.places() == {early: 0}
        assert log.queued() == 1

    def renamed_by_two(self, log: Log) -> UUID:
        """Two officers change one agency; the second waited for the first, with an earlier moment in hand."""
        agency = founded(1)
        with writer(log) as first, writer(log) as second:
            for connection, name, now in (
                (first, "示例先改局", cast.NOW + timedelta(seconds=2)),
                (second, "示例后改局", cast.NOW + timedelta(seconds=1)),
            ):
                connection.execute("UPDATE access_agency SET name = %s WHERE id = %s", [name, agency])
                told_on(connection, now)
                connection.commit()
        log.seal()
        return agency

    def test_of_two_events_about_one_row_the_later_stands_behind(self, log: Log) -> None:
        self.renamed_by_two(log)
        assert log.verify().findings == []

    def test_the_order_of_moments_would_cry_tampering(
        self, log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        by_moment = sequencer._OPEN.replace("ORDER BY q.told", "ORDER BY e.at")
        monkeypatch.setattr(sequencer, "_OPEN", by_moment)
        agency = self.renamed_by_two(log)
        assert [(each.table, each.key) for each in log.verify().findings] == [("access_agency", str(agency))]

    def test_writers_side_by_side_leave_no_gap_and_no_double(self, log: Log) -> None:
        told: list[UUID] = []

        def write(seed: int) -> None:
            rng = random.Random(seed)
            with writer(log) as connection:
                for _ in range(40):
                    told.append(told_on(connection, cast.NOW + timedelta(seconds=rng.randrange(60))))
                    time.sleep(rng.random() / 500)
                    connection.commit()

        writers = [in_thread(write, seed) for seed in range(4)]
        while any(each.is_alive() for each in writers):
            log.seal(limit=7, sign_now=False)
        with connect_as("sequencer") as connection:
            sequencer.seal_all(connection, now=cast.NOW)
        assert set(log.places()) == set(told)
        assert sorted(log.places().values()) == list(range(160))
        assert log.verify(opening=True).findings == []


class TestTwoAtOnce:
    def while_another_works(self, log: Log) -> tuple[list[object], bool]:
        """The first gives places and does not commit yet; what the second came to, and whether it waited."""
        log.tell(5)
        came: list[object] = []

        def second() -> None:
            try:
                came.append(log.seal())
            except psycopg.Error as fault:
                came.append(type(fault))

        with connect_as("sequencer") as first, first.transaction():
            sequencer.seal(first, now=cast.NOW)
            kept, sequencer._LOCK = sequencer._LOCK, getattr(self, "planted", sequencer._LOCK)
            thread = in_thread(second)
            waited = self.somebody_waits(log, "advisory")
            sequencer._LOCK = kept
        thread.join()
        return came, waited

    def somebody_waits(self, log: Log, kind: str) -> bool:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            kinds = [
                each
                for (each,) in log.ask(
                    "SELECT wait_event FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
            ]
            if kinds:
                return kind in kinds
            time.sleep(0.01)
        return False

    def test_the_second_waits_and_gives_no_place_twice(self, log: Log) -> None:
        came, waited = self.while_another_works(log)
        assert came == [Sealed(0, 0, 5, 5)]
        assert waited
        assert sorted(log.places().values()) == [0, 1, 2, 3, 4]

    def test_without_the_lock_the_database_itself_refuses_the_second(self, log: Log) -> None:
        self.planted = 1
        came, waited = self.while_another_works(log)
        assert came == [psycopg.errors.UniqueViolation]
        assert not waited
        assert sorted(log.places().values()) == [0, 1, 2, 3, 4]

    def test_many_rounds_of_two(self, log: Log) -> None:
        log.tell(120)
        came: list[Sealed] = []

        def work() -> None:
            while (done := log.seal(limit=3)).sequenced:
                came.append(done)

        for each in [in_thread(work) for _ in range(2)]:
            each.join()
        assert sum(each.sequenced for each in came) == 120
        assert sorted(log.places().values()) == list(range(120))
        assert log.verify().findings == []


class TestTree:
    def entries(self, log: Log) -> list[bytes]:
        rows = log.ask(
            "SELECT e.kind, e.at, e.agency, e.commitment, e.id FROM ledger_entry n JOIN ledger_event e ON e.id = n.event_id ORDER BY n.index"
        )
        return [
            entry_bytes(kind=kind, at=at, agency=agency, commitment=bytes(sealed), event=event)
            for kind, at, agency, sealed, event in rows
        ]

    def test_partial_tiles_grow_and_each_head_is_that_of_a_naive_tree(self, log: Log) -> None:
        for count in (1, 1, 253, 1, 1, 300):
            log.tell(count)
            log.seal()
        naive = NaiveTree(self.entries(log))
        widths = {
            (level, number): size // 32
            for level, number, size in log.ask("SELECT level, number, octet_length(hashes) FROM ledger_tile")
        }
        assert widths == {(0, 0): 256, (0, 1): 256, (0, 2): 45, (1, 0): 2}
        key = Verifier.parse(signing.publish_vkey())
        heads = [Checkpoint.parse(open_note(note, [key]).text) for (note,) in log.ask(
            "SELECT note FROM ledger_checkpoint ORDER BY size")]  # fmt: skip
        assert [each.size for each in heads] == [1, 2, 255, 256, 257, 557]
        assert [each.root for each in heads] == [naive.root(each.size) for each in heads]

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_tile SET hashes = substring(hashes FROM 1 FOR 32)",
            "UPDATE ledger_tile SET hashes = set_byte(hashes, 0, 255 - get_byte(hashes, 0))",
            "DELETE FROM ledger_entry",
            "UPDATE ledger_checkpoint SET note = ''",
            "UPDATE ledger_event SET kind = ''",
            "INSERT INTO ledger_queue (event_id, queued_at) VALUES (gen_random_uuid(), now())",
            "SELECT payload FROM ledger_eventpayload",
        ],
    )
    def test_its_own_role_can_add_and_nothing_else(self, log: Log, statement: str) -> None:
        log.tell(3)
        log.seal()
        with connect_as("sequencer") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


class TestCheckpoints:
    def test_one_is_signed_when_it_is_due_and_there_is_something_new(self, log: Log) -> None:
        def at(seconds: int) -> int:
            with connect_as("sequencer") as connection:
                return sequencer.seal(connection, now=cast.NOW + timedelta(seconds=seconds)).signed

        assert at(0) == 0, "nothing has happened yet"
        log.tell(2)
        assert at(1) == 2, "the first at once"
        log.tell(1)
        assert (at(2), at(10)) == (2, 2)
        assert at(11) == 3
        assert at(60) == 3, "nothing new"
        log.tell(1)
        assert at(61) == 4
        assert [size for (size,) in log.ask("SELECT size FROM ledger_checkpoint ORDER BY size")] == [2, 3, 4]

    def test_from_the_empty_log(self, log: Log) -> None:
        for _ in range(2):
            assert log.seal() == EMPTY
        log.tell(1)
        assert log.seal() == Sealed(1, 0, 1, 1)
        assert log.seal() == Sealed(0, 0, 1, 1)

    def test_without_its_key_no_event_gets_a_place_and_none_is_lost(
        self, log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log.tell(3)
        with monkeypatch.context() as patched:
            patched.setattr(ledgerkeys, "SIGNER_FILE", "gone.json")
            with pytest.raises(KeyFault):
                log.seal()
        assert (log.queued(), log.places()) == (3, {})
        assert log.seal() == Sealed(3, 0, 3, 3)


class Dying(psycopg.Connection[Any]):
    """A connection whose server process is killed before its statement number `left`."""

    left = -1
    admin: psycopg.Connection[Any]

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.admin.execute("SELECT pg_terminate_backend(%s)", [self.info.backend_pid])

    def execute(self, *told: Any, **more: Any) -> Any:
        self._count()
        return super().execute(*told, **more)

    def cursor(self, *told: Any, **more: Any) -> Any:
        self._count()
        return super().cursor(*told, **more)


class TestKilled:
    WHOLE = "SELECT (SELECT count(*) FROM ledger_queue), (SELECT count(*) FROM ledger_entry), (SELECT md5(string_agg(hashes, '' ORDER BY level, number)) FROM ledger_tile), (SELECT count(*) FROM ledger_checkpoint), (SELECT count(*) FROM ledger_refused)"

    def test_between_any_two_statements_nothing_is_half_done(self, log: Log) -> None:
        log.tell(300)
        log.seal()
        kills = 0
        with log.behind() as admin:
            while True:
                log.tell(1)
                admin.execute("INSERT INTO ledger_queue (event_id, queued_at) VALUES (%s, now())", [uuid7()])
                before = admin.execute(self.WHOLE).fetchone()
                dying = Dying.connect(
                    log.database.server.conninfo(log.database.name, "xinheng_sequencer"), autocommit=True
                )
                dying.admin, dying.left = admin, kills + 2
                with dying:
                    try:
                        sequencer.seal(dying, now=cast.NOW, sign_now=True)
                        break
                    except psycopg.OperationalError:
                        kills += 1
                        assert admin.execute(self.WHOLE).fetchone() == before
        assert kills >= 10
        assert sorted(log.places().values()) == list(range(301 + kills))
        assert log.ask("SELECT count(*) FROM ledger_refused") == [(kills + 1,)]
        assert {each.table for each in log.verify(opening=True).findings} == {"ledger_refused"}

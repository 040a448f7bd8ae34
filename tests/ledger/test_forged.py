"""Rows put into the queue or the tree past the application: no place, an alarm, nothing signed (伪造)."""

# clause: 5.2

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from uuid import UUID

import pytest

from tests import cast
from tests.ledger.city import SIGNED_IN, Log, founded
from xinheng.ledger import sequencer
from xinheng.ledger.entries import entry_bytes
from xinheng.ledger.ids import uuid7
from xinheng.ledger.verification.run import TAMPERED, exit_code
from xinheng.ledger.verifier.merkle import leaf_hash
from xinheng.ledger.writing import store
from xinheng.vault import ledgerkeys

FORGED = 100


def forged(log: Log) -> list[UUID]:
    """100 rows that somebody with the database alone puts into the queue."""
    old = log.tell(25)
    log.seal()
    fresh = [uuid7() for _ in range(FORGED - len(old))]
    odd: Sequence[tuple[str, str]] = [
        ("user.signed_in", "2026-11-23"),
        ("user.signed_in", "infinity"),
        ("line\nbreak", "2026-11-23"),
        ("user.signed_in", "0044-03-15 BC"),
    ]
    with log.behind() as behind, ExitStack() as stack:
        stack.enter_context(behind.transaction())
        for at, event in enumerate(fresh):
            if at % 3:
                kind, moment = odd[at % len(odd)]
                mac = b"" if at % 2 else secrets.token_bytes(32)
                behind.execute(
                    "INSERT INTO ledger_event (id, kind, at, commitment, mac) VALUES (%s, %s, %s, %s, %s)",
                    [event, kind, moment, secrets.token_bytes(32), mac],
                )
        for event in [*old, *fresh]:
            behind.execute("INSERT INTO ledger_queue (event_id, queued_at) VALUES (%s, now())", [event])
    return [*old, *fresh]


class TestForged:
    def test_none_gets_a_place_each_is_an_alarm_and_verification_names_it(self, log: Log) -> None:
        events = forged(log)
        (own,) = log.tell(1)
        done = log.seal()
        assert (done.sequenced, done.refused) == (1, FORGED)
        assert log.places()[own] == 25
        alarms = dict(log.ask("SELECT event, why FROM ledger_refused"))
        assert set(alarms) == set(events)
        assert set(alarms.values()) == {"no event", "in the tree already", "not to be read", "not ours"}
        audit = log.verify()
        assert exit_code(audit) == TAMPERED
        named = {each.key for each in audit.findings if each.table == "ledger_refused"}
        assert named == {str(each) for each in events}

    def test_without_the_mac_check_they_would_be_in_the_tree(
        self, log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ledgerkeys, "is_ours", lambda entry, tag: True)
        forged(log)
        done = log.seal()
        assert done.sequenced > 0
        assert done.refused < FORGED

    def put_into_the_tree(self, log: Log, monkeypatch: pytest.MonkeyPatch) -> UUID:
        """As well as anybody with the database alone can do it; returns the forged event."""
        agency = founded(1)
        log.seal()
        with monkeypatch.context() as without_key, log.database.connect() as admin, admin.transaction():
            without_key.setattr(ledgerkeys, "mac", lambda entry: bytes(32))
            admin.execute("UPDATE access_agency SET name = '示例被改局' WHERE id = %s", [agency])
            event = store(admin.cursor(), SIGNED_IN, payload={}, agency=None, now=cast.NOW)
            entry = entry_bytes(
                kind=event.kind, at=cast.NOW, agency=None, commitment=bytes(event.commitment), event=event.id
            )
            sequencer._append(admin, 1, [(event.id, leaf_hash(entry))])
            admin.execute("DELETE FROM ledger_queue")
        log.tell(1)
        return event.id

    def test_one_put_into_the_tree_itself_is_never_signed(
        self, log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.put_into_the_tree(log, monkeypatch)
        with pytest.raises(sequencer.ForeignTreeFault, match="第 1 条不是定序程序写入的"):
            log.seal()
        assert log.ask("SELECT max(size) FROM ledger_checkpoint") == [(1,)]
        assert log.ask("SELECT count(*) FROM ledger_queue") == [(1,)]

    def test_were_it_signed_whoever_has_the_keys_would_find_it(
        self, log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        event = self.put_into_the_tree(log, monkeypatch)
        monkeypatch.setattr(sequencer, "_require_ours", lambda *told: None)
        log.seal()
        found = [(each.table, each.key) for each in log.verify(opening=True).findings]
        assert found == [("ledger_event", str(event))]

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_tile SET hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1)",
            "UPDATE ledger_checkpoint SET note = replace(note, E'\\n1\\n', E'\\n2\\n')",
            "UPDATE ledger_checkpoint SET size = 2",
            "DELETE FROM ledger_tile",
        ],
    )
    def test_nothing_is_signed_upon_a_tree_that_was_changed(self, log: Log, statement: str) -> None:
        log.tell(1)
        log.seal()
        log.tell(1)
        with log.behind() as behind:
            behind.execute(statement.encode())
        with pytest.raises(sequencer.ForeignTreeFault):
            log.seal()

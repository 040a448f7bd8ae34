"""Anybody may follow the log: head, hashes and key are public, and of what it tells nothing is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from tests import cast
from tests.support.database import TestDatabase
from xinheng.ledger import sequencer, signing
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.ledger.verifier.checkpoint import Checkpoint
from xinheng.ledger.verifier.merkle import root_from
from xinheng.ledger.verifier.note import Verifier, open_note
from xinheng.ledger.verifier.tiles import TileNodes, path, width_at
from xinheng.runtime.db import connect_as
from xinheng.vault import keys


@pytest.fixture
def log(committed: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    keys.ensure()
    return Client()


def happen(count: int, hours: int) -> None:
    with transaction.atomic():
        for n in range(count):
            append(EventKind.USER_SIGNED_IN, payload={"n": n}, agency=None, now=cast.NOW)
    with connect_as("sequencer") as connection:
        sequencer.seal_all(connection, now=cast.NOW + timedelta(hours=hours))


def test_before_anything_happened_there_is_no_head(log: Client) -> None:
    assert [log.get(f"/log/{what}").status_code for what in ("checkpoint", "tile/0/000", "key")] == [404] * 3


def test_a_stranger_rebuilds_the_signed_root_from_what_is_public(log: Client) -> None:
    signing.publish_vkey()
    happen(300, hours=1)
    verifier = Verifier.parse(log.get("/log/key").content.decode().strip())
    head = Checkpoint.parse(open_note(log.get("/log/checkpoint").content.decode(), [verifier]).text)
    assert head.size == 300

    def read(level: int, number: int) -> bytes:
        answer = log.get(f"/log/{path(level, number, width_at(level, number, head.size))}")
        assert answer["Content-Type"] == "application/octet-stream"
        return answer.content

    assert root_from(head.size, TileNodes(read, head.size)) == head.root


def test_nothing_beyond_the_head_and_no_entry_is_told(log: Client) -> None:
    happen(5, hours=1)
    assert log.get("/log/tile/0/000.p/5").status_code == 200
    for beyond in (
        "0/000.p/6",
        "0/000",
        "0/001.p/1",
        "1/000.p/1",
        "entries/000.p/5",
        "0/0",
        "0/000.p/05",
        "9/000",
    ):
        answer = log.get(f"/log/tile/{beyond}")
        assert answer.status_code == 404, beyond
        assert answer.content == log.get("/nowhere").content
    assert log.post("/log/checkpoint").status_code == 405

"""A small city whose every table has something in it, sealed into the tree (可校验的示例城市)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests import cast
from tests.support.database import TestDatabase
from xinheng.ledger import sequencer, signing
from xinheng.ledger.verification.findings import Audit
from xinheng.ledger.verification.run import Asked, look, verify
from xinheng.runtime.db import connect_as

LATER = cast.NOW + timedelta(hours=1)


@dataclass
class Evidence:
    """The city's database, and the ways in which evidence is made and looked at."""

    database: TestDatabase

    def seal(self) -> None:
        with connect_as("sequencer") as connection:
            sequencer.seal_all(connection, now=LATER)

    def verify(self, **asked: Any) -> Audit:
        with connect_as("reader") as connection:
            return verify(connection, Asked(vkey=signing.publish_vkey(), origin=signing.origin(), **asked))

    def look(self, connection: psycopg.Connection[Any]) -> Audit:
        """A verification within the connection's own transaction."""
        asked = Asked(vkey=signing.publish_vkey(), origin=signing.origin(), opening=True)
        return look(connection, asked)

    def behind(self) -> psycopg.Connection[Any]:
        """As somebody who owns the server and goes past triggers."""
        found = self.database.connect()
        found.execute("SET session_replication_role = replica")
        return found


@pytest.fixture
def evidence(committed: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Evidence:
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    monkeypatch.setattr(settings, "XINHENG_FILES_DIR", tmp_path / "files")
    return Evidence(committed)

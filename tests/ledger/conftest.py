"""A log that nothing but its own events is in, with keys of its own (台账测试夹具)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.ledger.city import Log
from tests.support.database import TestDatabase
from xinheng.ledger import trusting
from xinheng.vault import keys


@pytest.fixture
def log(committed: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Log:
    """An empty log, committed to like a real one and put back after the test."""
    monkeypatch.setattr(settings, "XINHENG_OWN_POSTGRES", None)
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    monkeypatch.setattr(settings, "XINHENG_FILES_DIR", tmp_path / "files")
    keys.ensure()
    trusting.ensure()
    return Log(committed)

"""A labour office with a firm that owes wages (案卷测试夹具)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from tests.casework.office import Office, settled
from xinheng.vault import keys


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and files of this test alone."""
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    monkeypatch.setattr(settings, "XINHENG_FILES_DIR", tmp_path / "files")
    keys.ensure()


@pytest.fixture
def office(kept: None, db: None, frozen_today: date) -> Office:
    """The cast at work, in a transaction that is rolled back."""
    return settled()

"""Keys, files and a quick subject for documents (文书测试夹具)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests import cast
from xinheng.access.scope import acting
from xinheng.vault import keys


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys and files of this test alone."""
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    monkeypatch.setattr(settings, "XINHENG_FILES_DIR", tmp_path / "files")
    keys.ensure()
    return tmp_path


@pytest.fixture
def office(kept: Path, db: None) -> Iterator[None]:
    """At work as the city's credit office, in a transaction that is rolled back."""
    with acting(cast.OFFICER.actor):
        yield

"""A labour office with a firm that owes wages (案卷测试夹具)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from tests.casework.office import Office, settled
from xinheng.documents import codes
from xinheng.ledger.verifier import render
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


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers are drawn once and then differ by a comment: what they look like is another test's question."""
    draw_once(monkeypatch)


def draw_once(patched: pytest.MonkeyPatch) -> None:
    """The same for a fixture of a longer life."""
    drawing: list[Any] = []
    draw, printed = render.draw, codes.printed(codes.new_code())

    def drawn(body: bytes, *fonts: Any) -> Any:
        if not drawing:
            drawing.append(draw(body, *fonts))
        first = drawing[0]
        return first._replace(pdf=first.pdf + f"\n% {uuid4()}\n".encode())

    patched.setattr(render, "draw", drawn)
    patched.setattr(codes, "printed", lambda _code: printed)

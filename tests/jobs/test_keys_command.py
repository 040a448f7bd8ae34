"""`xinheng keys`: a new master key, told to the ledger, and a rotation that was broken off goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.support.database import TestDatabase
from xinheng.config.command import run
from xinheng.ledger.models import Event
from xinheng.runtime.db import uuid7
from xinheng.vault import keys, rotation
from xinheng.vault.sealing import open_sealed, seal


@pytest.fixture
def sealed(committed: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    monkeypatch.setattr(settings, "XINHENG_OWN_POSTGRES", None)
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    keys.ensure()
    subjects = [uuid7() for _ in range(3)]
    made = [(each, seal("a", "b", each, each, "示例".encode())) for each in subjects]
    return [each.bytes + blob for each, blob in made]


def opened(sealed: list[bytes]) -> set[str]:
    from uuid import UUID

    told = [(UUID(bytes=each[:16]), each[16:]) for each in sealed]
    return {open_sealed("a", "b", subject, subject, blob).decode() for subject, blob in told}


def test_a_rotation_hides_nothing_and_is_told(
    sealed: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["keys", "rotate"]) == 0
    said = capsys.readouterr()
    assert "现用第 2 版主密钥；旧版本下还有 0 个" in said.out
    assert "已启用第 2 版" in said.err
    assert opened(sealed) == {"示例"}
    assert Event.objects.filter(kind="keys.rotated").count() == 1


def test_one_at_a_time_and_what_was_broken_off_goes_on(
    sealed: list[bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    rotation.begin()
    assert run(["keys", "rotate"]) == 3
    assert "还有 3 个数据密钥没有处理完" in capsys.readouterr().err
    assert run(["keys", "resume"]) == 0
    assert run(["keys", "status"]) == 0
    assert "旧版本下还有 0 个" in capsys.readouterr().out
    assert opened(sealed) == {"示例"}

"""The corruptor shows what verification finds, on a demo or a test, and is part of no installation (篡改演示)."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from tests.ledger.verification import story
from tests.ledger.verification.conftest import Evidence
from tests.support import corrupt
from tests.support.database import ROOT
from xinheng.config import command


def test_one_edit_is_made_told_and_found(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    story.told()
    evidence.seal()
    monkeypatch.setattr(settings, "XINHENG_OWN_POSTGRES", None)
    with monkeypatch.context() as owner:
        owner.setitem(connections["default"].settings_dict, "USER", "postgres")
        assert corrupt.main(["--seed", "7"]) == 0
    kind, table, _, keys = capsys.readouterr().out.strip().split("　")
    assert kind in corrupt.KINDS
    found = {(each.table, each.key) for each in evidence.verify(opening=True).findings}
    assert found & {(table, key) for key in keys.split("、")}


def test_any_other_database_is_left_alone(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    story.founded()
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", "xinheng")
    monkeypatch.setattr(corrupt, "_behind", lambda: pytest.fail("it went on"))
    assert corrupt.main(["--seed", "7"]) == 2
    assert "没有改动" in capsys.readouterr().err


def test_no_installation_has_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["setuptools"]["packages"]["find"] == {"include": ["xinheng*"]}
    assert set(project["project"]["scripts"]) == {"xinheng"}
    assert not {each for each in command.names() if "corrupt" in each or "tamper" in each}
    ours = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "xinheng").rglob("*.py"))
    for words in ("import tests", "from tests", "session_replication_role"):
        assert words not in ours


@pytest.mark.soak
def test_no_wheel_has_it(tmp_path: Path) -> None:
    source, built = tmp_path / "source", tmp_path / "built"
    for folder in ("xinheng", "tests"):
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, source)
    words = ["wheel", "--quiet", "--no-build-isolation", "--no-deps", "--wheel-dir", str(built), str(source)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, timeout=300)
    (wheel,) = built.glob("xinheng-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "xinheng/ledger/sequencer.py" in names
    assert [each for each in names if "corrupt" in each or each.startswith("tests")] == []

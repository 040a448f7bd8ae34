"""After `make demo` alone, a visitor's commands mean the demo; a real installation is never mixed with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from xinheng.config.command import _is_demo_only


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XINHENG_VAR", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def var(tmp_path: Path) -> Path:
    (tmp_path / "demo" / "keys").mkdir(parents=True)
    return tmp_path


def test_with_the_demo_alone_commands_mean_the_demo(var: Path) -> None:
    assert _is_demo_only(var, ["explain", "record"])


def test_init_begins_a_real_installation(var: Path) -> None:
    assert not _is_demo_only(var, ["init"])


def test_a_real_installation_comes_first(var: Path) -> None:
    (var / "keys").mkdir()
    assert not _is_demo_only(var, ["explain"])


@pytest.mark.parametrize("name", ["XINHENG_VAR", "DATABASE_URL"])
def test_whoever_names_an_installation_means_it(
    var: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "/elsewhere")
    assert not _is_demo_only(var, ["explain"])


def test_nothing_installed_is_no_demo(tmp_path: Path) -> None:
    assert not _is_demo_only(tmp_path, ["explain"])

"""Settings are strict, safe without being asked, and say what is wrong with a variable (设置)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from xinheng.config import database, environment
from xinheng.runtime import install
from xinheng.web.ui.csp import POLICY

ROOT = Path(__file__).resolve().parents[2]


def test_check_deploy_has_nothing_to_say(tmp_path: Path) -> None:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("XINHENG_", "DATABASE_", "DJANGO_"))
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"],
        cwd=ROOT,
        env=kept | {"XINHENG_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.parametrize("text", ["true", "yes", "", "2", " 1"])
def test_a_flag_is_0_or_1(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_DEBUG", text)
    with pytest.raises(environment.EnvironmentFault, match="XINHENG_DEBUG 只能是 0 或 1"):
        environment.flag("XINHENG_DEBUG", default=False)


def test_a_relative_directory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XINHENG_VAR", "var")
    with pytest.raises(environment.EnvironmentFault, match="绝对路径"):
        environment.directory("XINHENG_VAR", default=ROOT)


def test_database_url_names_another_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://web:secret@db.internal:6432/credit?sslmode=verify-full")
    assert database.own_home(tmp_path) is None
    found = database.databases(tmp_path)["default"]
    assert (found["HOST"], found["PORT"], found["NAME"], found["USER"]) == (
        "db.internal",
        "6432",
        "credit",
        "web",
    )
    assert found["OPTIONS"]["sslmode"] == "verify-full"


def test_a_database_url_that_cannot_be_read_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres=//web:geheim@db")
    with pytest.raises(database.DatabaseUrlFault) as told:
        database.databases(tmp_path)
    assert "DATABASE_URL" in str(told.value)
    assert "geheim" not in str(told.value)


def test_without_it_our_own_server_has_a_user_for_each_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found = database.databases(tmp_path)
    assert {alias: entry["USER"] for alias, entry in found.items()} == {
        "default": "xinheng_app",
        "owner": "xinheng_owner",
        "sequencer": "xinheng_sequencer",
        "reader": "xinheng_backup",
    }


def test_django_s_key_is_made_once_and_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    before = environment.secret_key(tmp_path / "keys")
    file = install.ensure_django_key()
    kept = environment.secret_key(tmp_path / "keys")
    assert install.ensure_django_key() == file
    assert environment.secret_key(tmp_path / "keys") == kept != before
    assert len(kept) >= 64
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_every_answer_carries_the_headers_an_error_too(client: Client) -> None:
    answer = client.get("/no-such-page", headers={"host": "127.0.0.1"})
    assert answer.status_code == 404
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert POLICY.startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in answer.headers


def test_another_host_is_refused(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400

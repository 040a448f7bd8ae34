"""xinheng doctor: every matter has a line, and a planted fault turns exactly its line (自检)."""

from __future__ import annotations

import json
import shutil
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tests.support.database import TestDatabase
from xinheng.config import command
from xinheng.documents import fonts
from xinheng.jobs import doctor
from xinheng.ledger.verifier import render
from xinheng.runtime import clock, install
from xinheng.vault import keys

MATTERS = ["数据库", "日历年份", "参考数据", "字体", "时钟", "密钥", "队列", "台账"]


@pytest.fixture
def installed(committed: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestDatabase:
    """A test database as installed, with keys of its own."""
    monkeypatch.setattr(settings, "XINHENG_OWN_POSTGRES", None)
    monkeypatch.setattr(settings, "XINHENG_KEYS_DIR", tmp_path / "keys")
    keys.ensure()
    install.ensure_django_key()
    return committed


def found(name: str) -> doctor.Finding:
    return next(finding for finding in doctor.examine() if finding.name == name)


def test_every_matter_has_its_line_in_order(installed: TestDatabase) -> None:
    findings = doctor.examine()
    assert [finding.name for finding in findings] == MATTERS
    for finding in findings:
        assert finding.line.count("\n") == 0
        assert ("正常" in finding.line) == finding.well
        assert ("怎么修" in finding.line) == (not finding.well)


def test_an_installation_in_order_is_told_so(installed: TestDatabase) -> None:
    seen = {name: found(name).well for name in ("数据库", "日历年份", "时钟", "密钥", "队列", "台账")}
    assert seen == dict.fromkeys(seen, True)


def test_the_command_answers_in_json_and_by_its_exit_code(
    installed: TestDatabase, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    well = [doctor.Finding("字体", True, "有")]
    monkeypatch.setattr(doctor, "examine", lambda: well)
    assert command.run(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"name": "字体", "well": True, "told": "有", "mend": ""}]
    monkeypatch.setattr(doctor, "examine", lambda: [*well, doctor.Finding("时钟", False, "慢", "校时")])
    assert command.run(["doctor"]) == 1
    assert "有问题  慢  怎么修：校时" in capsys.readouterr().out


def test_a_database_that_does_not_answer(installed: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", "nowhere")
    assert found("数据库").mend.startswith("运行 xinheng init")
    assert not found("队列").well
    connection.close()


def test_a_migration_not_yet_applied(installed: TestDatabase) -> None:
    with installed.connect() as admin:
        admin.execute("delete from django_migrations where app = 'runtime' and name = '0005_keyed_bodies'")
    assert "1 项结构更新尚未执行" in found("数据库").told


@pytest.mark.parametrize(
    ("day", "well"), [("2026-11-30", True), ("2026-12-01", False), ("2027-01-04", False)]
)
def test_a_year_without_its_notice(
    installed: TestDatabase, day: str, well: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINHENG_TODAY", day)
    finding = found("日历年份")
    assert finding.well == well
    assert "2027" in finding.told


def test_a_clock_that_is_wrong(installed: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(seconds=30))
    assert "相差 30 秒" in found("时钟").told
    monkeypatch.setenv("XINHENG_TODAY", date(2026, 11, 23).isoformat())
    assert "XINHENG_TODAY" in found("时钟").told


def test_keys_that_others_can_read_or_that_are_gone(installed: TestDatabase) -> None:
    file = keys.path()
    file.chmod(0o644)
    assert not found("密钥").well
    file.chmod(stat.S_IRUSR | stat.S_IWUSR)
    (file.parent / "django").chmod(0o640)
    assert "chmod 600" in found("密钥").mend
    (file.parent / "django").unlink()
    assert "会话密钥" in found("密钥").told


def test_a_queue_that_nobody_works(installed: TestDatabase) -> None:
    with installed.connect() as admin:
        admin.execute(
            "insert into runtime_job (id, kind, args, state, stage, done, total, owner, agency, attempts, worker,"
            " created_at) select uuid7(), 'proof', '{}', 'queued', '', 0, 0, uuid7(), uuid7(), 0, '',"
            " now() - interval '11 minutes'"
        )
    finding = found("队列")
    assert not finding.well
    assert "xinheng worker" in finding.mend


@pytest.mark.parametrize(("seconds", "well"), [(30, True), (90, False), (20 * 60, False)])
def test_evidence_that_waits(installed: TestDatabase, seconds: int, well: bool) -> None:
    with installed.connect() as admin:
        query = "insert into ledger_queue (event_id, queued_at) values (uuid7(), now() - %s)"
        admin.execute(query, [timedelta(seconds=seconds)])
    finding = found("台账")
    assert finding.well == well
    assert finding.told.startswith("待写入 1 条，已写入 0 条，已签名至 0 条，警报 0 条")
    if not well:
        assert f"最早的已等 {seconds // 60} 分钟" in finding.told
        assert "xinheng ledger seal --follow" in finding.mend


def test_an_alarm_of_the_ledger_stays(installed: TestDatabase) -> None:
    with installed.connect() as admin:
        admin.execute("insert into ledger_refused (event, found_at, why) values (uuid7(), now(), 'not ours')")
    finding = found("台账")
    assert not finding.well
    assert "警报 1 条" in finding.told
    assert "xinheng ledger verify --open" in finding.mend


def test_the_fonts_of_documents_are_named_with_what_they_cover(
    installed: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = found("字体")
    assert finding.well
    assert "set1" in finding.told
    assert "个字符" in finding.told
    monkeypatch.setattr(settings, "XINHENG_FONT_DIRS", [tmp_path / "nowhere"])
    assert "XINHENG_FONT_DIRS" in found("字体").mend
    shutil.copy(render.packaged_fonts("set1")[0], tmp_path)
    monkeypatch.setattr(settings, "XINHENG_FONT_DIRS", [tmp_path])
    assert "另有 1 个字体文件，多 0 个字符" in found("字体").told


def test_an_installation_without_the_fonts_of_documents(
    installed: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "FONTS", tmp_path)
    fonts.packaged.cache_clear()
    assert "字体不全" in found("字体").told
    fonts.packaged.cache_clear()

"""`xinheng doc`: issue, fetch, verify, look at the fonts (命令行文书)."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests import cast
from tests.ledger.verifier import drawn
from tests.web.desk_city import City
from xinheng.access.models import AccessEntry
from xinheng.access.scope import acting
from xinheng.config import command
from xinheng.documents import proofs

WHY = ["--basis", "示例申请3号"]


@pytest.fixture(autouse=True)
def on_the_host(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "XINHENG_OWN_POSTGRES", None)
    monkeypatch.setenv("XINHENG_TODAY", cast.TODAY.isoformat())


def test_a_report_is_issued_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["doc", "report", cast.FIRM_CODE, "--name", cast.FIRM_NAME, *WHY, "-o", str(tmp_path)]
    assert command.run(words) == 0
    told = capsys.readouterr().out
    (pdf,) = tmp_path.glob("XYBG-2026-*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert f"xinheng doc get {pdf.stem}" in told


def test_it_is_fetched_again_with_its_proof(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["doc", "report", cast.FIRM_CODE, "--name", cast.FIRM_NAME, *WHY, "-o", str(tmp_path), "--json"]
    assert command.run(words) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["proof"] is None
    monkeypatch.setattr(proofs, "proof_text", lambda *_: "示例证明\n")
    assert command.run(["doc", "get", first["number"], *WHY, "-o", str(tmp_path), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["sha256"], Path(again["proof"]).read_text()) == (first["sha256"], "示例证明\n")
    assert command.run(["doc", "get", "XYBG-2026-999999", *WHY, "-o", str(tmp_path)]) == 4


def test_a_certificate_of_a_period(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["doc", "certificate", cast.FIRM_CODE, "--name", cast.FIRM_NAME, "--since", "2023-11-24", *WHY]
    assert command.run([*words, "--domain", "food", "-o", str(tmp_path)]) == 0
    assert list(tmp_path.glob("ZYBG-2026-*.pdf"))
    assert command.run([*words, "--domain", "示例", "-o", str(tmp_path)]) == 2
    assert "没有“示例”这个领域" in capsys.readouterr().err
    assert command.run([*words, "--until", "2026-11-24", "-o", str(tmp_path)]) == 3


def test_a_person_s_number_is_read_from_the_input_and_never_from_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["--name", cast.PERSON_NAME, *WHY, "-o", str(tmp_path)]
    assert command.run(["doc", "report", cast.PERSON_ID, *words]) == 2
    said = capsys.readouterr()
    assert cast.PERSON_ID not in said.out + said.err
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{cast.PERSON_ID}\n"))
    assert command.run(["doc", "report", "-", *words]) == 0
    with acting(cast.OFFICER.actor):
        assert AccessEntry.objects.filter(what="file", basis="示例申请3号", granted=True).exists()


def test_a_refusal_has_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["doc", "report", cast.FIRM_CODE, *WHY, "-o", str(tmp_path)]
    assert command.run([*words, "--name", cast.OTHER_FIRM_NAME]) == 3
    assert "名称与代码对应的主体不一致" in capsys.readouterr().err
    assert command.run([*words, "--name", cast.FIRM_NAME, "--user", "nobody"]) == 2
    assert command.run([*words, "--name", cast.FIRM_NAME, "--user", "market-clerk"]) == 3
    assert list(tmp_path.iterdir()) == []


def test_verify_says_what_the_verifier_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = drawn.issue(drawn.body()).lay_out(tmp_path)
    words = ["doc", "verify", str(report), "--trust", str(tmp_path / "trust")]
    assert command.run(words) == 0
    assert capsys.readouterr().out.startswith("核验通过")
    report.write_bytes(report.read_bytes() + b"\n")
    assert command.run(words) == 20
    assert command.run([*words, "--proof", str(tmp_path / "nowhere")]) == 21


def test_the_fonts_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(["doc", "fonts"]) == 0
    assert "自带字体 set1" in capsys.readouterr().out
    assert command.run(["doc", "fonts", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["characters"] > 9000

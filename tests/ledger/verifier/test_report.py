"""A report is believed when its body, drawn again, gives its bytes; without the means it cannot be told (核验报告)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import cryptography
import pytest

from tests.ledger.verifier import drawn
from tests.ledger.verifier.drawn import Issued, body, issue, verify
from tests.ledger.verifier.pdfs import repainted
from tests.support.database import ROOT
from xinheng.ledger import verifier
from xinheng.ledger.verifier import render
from xinheng.ledger.verifier.commands import main
from xinheng.ledger.verifier.report import ReportFault, Unproven

VERIFIED, FALSE, UNABLE = 0, 20, 21


class TestGenuine:
    def test_it_verifies(self, issued: Issued) -> None:
        found = verify(issued)
        assert (found.number, found.index, found.accepted.checkpoint.size) == (drawn.NUMBER, 70, 200)
        assert found.issued_at.isoformat() == "2026-11-23T10:00:00+08:00"

    def test_the_command_says_so(
        self, issued: Issued, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        report = issued.lay_out(tmp_path)
        assert main(["verify-report", str(report), "--trust", str(tmp_path / "trust")]) == VERIFIED
        told = capsys.readouterr().out
        assert told.startswith(f"核验通过：公共信用信息报告 {drawn.NUMBER} 由示例市发展和改革委员会于")
        assert "内容未经改动" in told
        assert main(["verify-report", str(report), "--trust", str(tmp_path / "trust"), "--json"]) == VERIFIED
        assert json.loads(capsys.readouterr().out)["number"] == drawn.NUMBER

    def test_a_proof_elsewhere_is_named(self, issued: Issued, tmp_path: Path) -> None:
        report = issued.lay_out(tmp_path)
        moved = report.with_suffix(".proof").rename(tmp_path / "elsewhere")
        trusted = ["--trust", str(tmp_path / "trust")]
        assert main(["verify-report", str(report), *trusted]) == UNABLE
        assert main(["verify-report", str(report), "--proof", str(moved), *trusted]) == VERIFIED

    def test_on_a_machine_without_us(self, issued: Issued, tmp_path: Path) -> None:
        """The folder `verifier` alone in a bare environment: no Django, no database, no other module of ours."""
        alone = tmp_path / "alone"
        shutil.copytree(
            ROOT / "xinheng/ledger/verifier", alone / "verifier", ignore=shutil.ignore_patterns("__pycache__")
        )
        python = bare_environment(tmp_path / "venv")
        report = issued.lay_out(tmp_path)
        ran = bare(python, alone, "verify-report", str(report), "--trust", str(tmp_path / "trust"))
        assert (ran.returncode, ran.stderr) == (VERIFIED, "")
        report.write_bytes(repainted(issued.pdf))
        assert (
            bare(python, alone, "verify-report", str(report), "--trust", str(tmp_path / "trust")).returncode
            == FALSE
        )
        seen = subprocess.run([str(python), "-c", "import django"], capture_output=True, check=False)
        assert seen.returncode != 0


def bare_environment(where: Path) -> Path:
    """An environment that has Typst and `cryptography`, with what these need, and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(where)], check=True)
    python = where / "bin" / "python"
    purelib = Path(sysconfig.get_path("purelib", vars={"base": str(where)}))
    beside = Path(cryptography.__file__).parents[1]
    for name in ("cryptography", "cffi", "_cffi_backend*", "pycparser", "typst"):
        for found in beside.glob(name):
            (purelib / found.name).symlink_to(found)
    return python


def bare(python: Path, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(python), "-m", "verifier", *args], cwd=folder, capture_output=True, text=True, check=False
    )


class TestCannotBeTold:
    """What a report was drawn with is not here: never a yes, and the answer names what it takes."""

    @pytest.mark.parametrize(
        ("name", "told"), [("typst", "0.14.0"), ("template_sha256", "1" * 64), ("fonts_sha256", "2" * 64)]
    )
    def test_other_means(
        self, name: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        report = issue(body(), payload={name: told}).lay_out(tmp_path)
        assert main(["verify-report", str(report), "--trust", str(tmp_path / "trust")]) == UNABLE
        assert told in capsys.readouterr().out

    def test_a_page_known_to_be_edited_is_false_all_the_same(self) -> None:
        other = issue(body(), payload={"typst": "0.14.0"})
        with pytest.raises(ReportFault):
            verify(other, other.pdf + b"\n")

    def test_a_template_of_a_later_day(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        later = tmp_path / "templates"
        shutil.copytree(render.TEMPLATES, later)
        shutil.copy(later / "report_1.typ", later / "report_2.typ")
        with monkeypatch.context() as patched:
            patched.setattr(render, "TEMPLATES", later)
            render._compiler.cache_clear()
            report = issue(body(template="report_2"))
        render._compiler.cache_clear()
        with pytest.raises(Unproven, match="没有模板 report_2"):
            verify(report)

    def test_without_typst(self, issued: Issued, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        report = issued.lay_out(tmp_path)
        monkeypatch.setitem(sys.modules, "xinheng.ledger.verifier.report", None)
        monkeypatch.delattr(verifier, "report")
        assert main(["verify-report", str(report), "--trust", str(tmp_path / "trust")]) == UNABLE

    def test_a_changed_template_is_another(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """What a template imports is part of it: one byte in the shared page changes the hash of all."""
        changed = tmp_path / "templates"
        shutil.copytree(render.TEMPLATES, changed)
        with (changed / "page_1.typ").open("a") as file:
            file.write("\n")
        before = {name: render.template_sha256(name) for name in ("report_1", "certificate_1")}
        monkeypatch.setattr(render, "TEMPLATES", changed)
        assert not before.items() & {name: render.template_sha256(name) for name in before}.items()

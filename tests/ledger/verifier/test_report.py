"""A report is believed when its body, drawn again, gives its bytes; else it is refused or cannot be told (核验报告)."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import sysconfig
import zlib
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import cryptography
import pytest
import rfc8785
import typst

from tests.ledger.verifier import drawn, logs
from tests.ledger.verifier.drawn import Issued, body, entry_of, issue, logged
from tests.support.database import ROOT
from xinheng.ledger import verifier
from xinheng.ledger.verifier import render
from xinheng.ledger.verifier.commands import main
from xinheng.ledger.verifier.merkle import ProofFault
from xinheng.ledger.verifier.note import Signer
from xinheng.ledger.verifier.render import DrawFault, Lacking
from xinheng.ledger.verifier.report import ReportFault, ReportProof, Unproven, Verified, verify_report
from xinheng.ledger.verifier.strict import NoteFault
from xinheng.ledger.verifier.trust import NotTrusted

VERIFIED, FALSE, UNABLE = 0, 20, 21
DRAW = """
import sys
from xinheng.ledger.verifier import render
sys.stdout.buffer.write(render.draw(open(sys.argv[1], "rb").read()).pdf)
"""
REFUSED = (ProofFault, NoteFault, Unproven)


@pytest.fixture(scope="module")
def issued() -> Issued:
    return issue(body())


def verify(found: Issued, pdf: bytes | None = None) -> Verified:
    return verify_report(found.pdf if pdf is None else pdf, found.text, logs.trust())


class TestDrawing:
    def test_the_same_body_gives_the_same_bytes(self, issued: Issued) -> None:
        assert render.draw(issued.proof.body).pdf == issued.pdf

    def test_so_it_does_in_another_process_elsewhere_on_earth(self, issued: Issued, tmp_path: Path) -> None:
        (tmp_path / "body").write_bytes(issued.proof.body)
        elsewhere = {**os.environ, "TZ": "Pacific/Auckland", "LANG": "C", "HOME": str(tmp_path)}
        ran = subprocess.run(
            [sys.executable, "-c", DRAW, str(tmp_path / "body")],
            cwd=ROOT, env=elsewhere, capture_output=True, check=True,
        )  # fmt: skip
        assert ran.stdout == issued.pdf

    def test_it_is_an_archived_tagged_page_with_its_body_inside(self, issued: Issued) -> None:
        assert b"/GTS_PDFA1" in issued.pdf
        assert b"pdfaid:part>3<" in issued.pdf or b'pdfaid:part="3"' in issued.pdf
        assert b"pdfuaid:part>1<" in issued.pdf or b'pdfuaid:part="1"' in issued.pdf
        assert b"/AFRelationship/Source" in issued.pdf
        assert issued.proof.body in streams(issued.pdf)

    def test_what_is_data_is_never_markup(self) -> None:
        told = body(title='#panic("x") *a* _b_ $1$ `c` <d> @e = f')
        assert render.draw(rfc8785.dumps(told)).pdf

    @pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b'{"a":1,"a":1}', b'{"a":0.5}', b'{"a":1}'])
    def test_what_is_no_body_is_refused(self, raw: bytes) -> None:
        with pytest.raises((DrawFault, Lacking)):
            render.draw(raw)

    def test_an_unfinished_body_is_refused(self) -> None:
        told = body()
        del told["notes"]
        with pytest.raises(DrawFault, match="报告不能绘制"):
            render.draw(rfc8785.dumps(told))

    @pytest.mark.parametrize("moment", ["", "2026-11-23", "2026-11-23T10:00:00", 7])
    def test_a_report_has_a_moment_with_its_zone(self, moment: object) -> None:
        with pytest.raises(DrawFault, match="出具时间"):
            render.draw(rfc8785.dumps(body(issued_at=moment)))

    def test_a_warning_is_a_fault(self) -> None:
        # Typst warns of a family it does not know, and of nothing when a glyph is missing.
        other = {"family": "Nobody Has This", "sha256": render.digest_of(a_font())}
        with pytest.raises(DrawFault, match="family"):
            render.draw(rfc8785.dumps(body(fonts={"set": "set1", "more": [other]})), [a_font()])

    def test_a_font_of_the_system_is_no_font(self) -> None:
        """Else another machine, with other fonts, would draw another page."""
        ours = {"Xinheng Serif SC", "Xinheng Sans SC"}
        for family in [each for each in typst.Fonts().families() if each not in ours][:3]:
            other = {"family": family, "sha256": render.digest_of(a_font())}
            with pytest.raises(DrawFault, match="family"):
                render.draw(rfc8785.dumps(body(fonts={"set": "set1", "more": [other]})), [a_font()])

    def test_what_is_not_here_is_named(self) -> None:
        with pytest.raises(Lacking, match="没有模板 report_9"):
            render.draw(rfc8785.dumps(body(template="report_9")))
        for path in ("../report_1", "report_1.typ", "", "page_1/../report_1"):
            with pytest.raises(Lacking):
                render.draw(rfc8785.dumps(body(template=path)))
        with pytest.raises(Lacking, match="没有字体集 set9"):
            render.draw(rfc8785.dumps(body(fonts={"set": "set9", "more": []})))
        absent = {"family": "Example", "sha256": "0" * 64}
        with pytest.raises(Lacking, match="没有字体 Example"):
            render.draw(rfc8785.dumps(body(fonts={"set": "set1", "more": [absent]})), [a_font()])


def a_font() -> Path:
    return render.packaged_fonts("set1")[0]


def streams(pdf: bytes) -> list[bytes]:
    """What is in the compressed streams of a PDF."""
    found = []
    for place in re.finditer(rb"stream\r?\n", pdf):
        try:
            found.append(zlib.decompressobj().decompress(pdf[place.end() :]))
        except zlib.error:
            continue
    return found


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


class TestTamperedPdf:
    def test_other_words_on_the_page(self, issued: Issued) -> None:
        """The visible text is edited in its content stream; the proof beside it is untouched."""
        with pytest.raises(ReportFault, match="可能被改动过"):
            verify(issued, repainted(issued.pdf))

    def test_other_words_that_the_event_vouches_for(self, issued: Issued) -> None:
        """Even a log that commits to the edited page is not believed: the body, drawn, gives another."""
        edited = repainted(issued.pdf)
        vouched = issue(body(), payload={"pdf_sha256": sha256(edited).hexdigest()})
        with pytest.raises(ReportFault, match="重新绘制的不同"):
            verify(vouched, edited)

    def test_a_page_laid_over_it_or_anything_appended(self, issued: Issued) -> None:
        for changed in (issued.pdf + b"\n", issued.pdf[:-1], b"", issued.pdf.replace(b"2026", b"2027", 1)):
            with pytest.raises(ReportFault):
                verify(issued, changed)

    def test_the_report_of_somebody_else(self, issued: Issued) -> None:
        other = issue(body(head=[["主体名称", "示例运河建材有限公司"]]))
        with pytest.raises(ReportFault):
            verify(issued, other.pdf)


STREAM = re.compile(rb"<</Length ([0-9]+)/Filter/FlateDecode>>\nstream\n")
SHOWN = re.compile(rb"\[\(((?:\\[0-7]{3}|\\.|[^\\)])+)\)\]TJ", re.DOTALL)
BYTE = re.compile(rb"\\[0-7]{3}|\\.|[^\\]", re.DOTALL)


def repainted(pdf: bytes) -> bytes:
    """The PDF whose first page shows other glyphs: whole, and of the same length."""
    for place in STREAM.finditer(pdf):
        length = int(place[1])
        try:
            content = zlib.decompress(pdf[place.end() : place.end() + length])
        except zlib.error:
            continue
        edited = SHOWN.sub(_reglyphed, content)
        if edited != content:
            packed = zlib.compress(edited, 9)
            assert len(packed) <= length
            return pdf[: place.end()] + packed.ljust(length, b"\n") + pdf[place.end() + length :]
    raise AssertionError("no text on the page")


def _reglyphed(shown: re.Match[bytes]) -> bytes:
    """A text whose glyphs are all that of its first."""
    signs = BYTE.findall(shown[1])
    return b"[(" + b"".join(signs[:2]) * (len(signs) // 2) + b")]TJ"


def changed_at(text: bytes, place: int) -> bytes:
    """The text with one byte changed to another that could stand there."""
    return text[:place] + bytes([text[place] ^ (1 + place % 7)]) + text[place + 1 :]


def refused(issued: Issued, text: bytes) -> bool:
    try:
        verify_report(issued.pdf, text.decode("utf-8"), logs.trust())
    except UnicodeDecodeError:
        return True  # the command answers 20 for what is no UTF-8
    except REFUSED:
        return True
    return False


class TestTamperedProof:
    def test_any_of_300_bytes_and_every_seam(self, issued: Issued) -> None:
        text = issued.text.encode()
        seams = [place.start() for place in re.finditer(rb"[\n ]", text)]
        places = {*random.Random(3).sample(range(len(text)), 300), *seams[:6], *seams[-40:], len(text) - 1}
        assert [place for place in sorted(places) if not refused(issued, changed_at(text, place))] == []

    @pytest.mark.soak
    def test_every_byte(self, issued: Issued) -> None:
        text = issued.text.encode()
        assert [place for place in range(len(text)) if not refused(issued, changed_at(text, place))] == []

    def test_a_byte_more_or_less(self, issued: Issued) -> None:
        text = issued.text.encode()
        for changed in (
            text + b"\n",
            text[:-1],
            b"\n" + text,
            text.replace(b"\n", b"\r\n"),
            b"\xef\xbb\xbf" + text,
        ):
            assert refused(issued, changed)

    def test_a_line_that_nobody_asked_for(self, issued: Issued) -> None:
        text = issued.text
        assert refused(issued, text.replace("\nindex ", "\nextra AAAA\nindex ").encode())
        line = logs.STRANGER.cosign(logs.checkpoint(200).text(), logs.NOON)
        with pytest.raises(NotTrusted, match="不认识的签名：stranger"):
            verify_report(issued.pdf, f"{text}{line}\n", logs.trust())
        last = text.rstrip("\n").rpartition("\n")[2]
        with pytest.raises(ReportFault, match="重复"):
            verify_report(issued.pdf, f"{text}{last}\n", logs.trust())

    def test_a_payload_that_says_otherwise(self) -> None:
        for name in ("body_sha256", "pdf_sha256", "number", "template"):
            with pytest.raises(REFUSED):
                verify(issue(body(), payload={name: "0" * 64}))

    def test_a_payload_with_more_or_less(self) -> None:
        assert verify(issue(body(), payload={"wrote": "what the ledger adds"})).number
        with pytest.raises(ReportFault, match="各项不对"):
            verify(issue(body(), payload={"comment": "x"}))

    def test_a_salt_that_does_not_open(self, issued: Issued) -> None:
        with pytest.raises(ReportFault, match="承诺"):
            verify(replace(issued, proof=replace(issued.proof, salt=bytes(32))))

    def test_an_entry_of_another_kind(self, issued: Issued) -> None:
        for other in (
            {"k": "batch.accepted"},
            {"v": 2},
            {"org": "示例"},
            {"t": "2026-11-23"},
            {"z": 1},
            {"x": "AA=="},
        ):
            entry = entry_of(issued.proof.payload, **other)
            proof = logged(issued.proof.body, issued.proof.payload, entry)
            with pytest.raises(REFUSED):
                verify(replace(issued, proof=proof))

    def test_a_paper_of_a_case_is_believed_the_same_way(self, issued: Issued) -> None:
        entry = entry_of(issued.proof.payload, k="paper.issued")
        proof = logged(issued.proof.body, issued.proof.payload, entry)
        assert verify(replace(issued, proof=proof)).number == drawn.NUMBER
        sealed = entry_of(issued.proof.payload, k="paper.sealed")
        with pytest.raises(ReportFault, match="日志条目"):
            verify(replace(issued, proof=logged(issued.proof.body, issued.proof.payload, sealed)))

    def test_a_report_dated_back(self) -> None:
        with pytest.raises(ReportFault, match="出具时间与日志所记不符"):
            verify(issue(body(issued_at="2025-11-23T10:00:00+08:00")))

    def test_an_entry_that_is_not_in_the_log(self, issued: Issued) -> None:
        elsewhere = replace(issued.proof.tlog, index=71)
        with pytest.raises(ProofFault):
            verify(replace(issued, proof=replace(issued.proof, tlog=elsewhere)))

    def test_a_log_that_nobody_trusts(self, issued: Issued) -> None:
        with pytest.raises((NotTrusted, NoteFault)):
            verify_report(
                issued.pdf, issued.text, replace(logs.trust(), log=Signer("other", bytes(32)).verifier)
            )

    def test_a_proof_is_what_it_prints(self, issued: Issued) -> None:
        assert ReportProof.parse(issued.text) == issued.proof


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


def test_hashes_are_those_that_sha256sum_prints() -> None:
    files: dict[str, Path] = {each.name: each for each in render.packaged_fonts("set1")}
    lines = "".join(f"{sha256(files[name].read_bytes()).hexdigest()}  {name}\n" for name in sorted(files))
    assert render.fonts_sha256("set1") == sha256(lines.encode()).hexdigest()


# What stands here was printed into events: a change needs a new file and a new line, never another hash.
FONTS = {"set1": "3c2392c09d43d160b7b3a92e705047f694130ebbd69ee756d60cbfe65cec36ac"}
TEMPLATES = {
    "report_1": "be12e15d968f41cf1cf697de49e7d0afee79779625dfb5b1d1d7cf880f601f2b",
    "certificate_1": "edcf95a5bfe433848e4fc5cd07c9b7c7cce418e8567b74a0af71e9d78f5c8f28",
    "paper_1": "2d5b5035b0249058e4daed823e176014bf021ba9ed7c40bfd1a534b322c6f578",
}


def test_released_templates_and_fonts_are_never_changed() -> None:
    assert render.fonts_sha256("set1") == FONTS["set1"]
    assert {name: render.template_sha256(name) for name in TEMPLATES} == TEMPLATES
    there = {file.stem for file in render.TEMPLATES.glob("*.typ")}
    assert there == {*TEMPLATES, "page_1", "letter_1"}

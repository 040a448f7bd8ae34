"""A body gives the same page everywhere, from what is released and never changed (绘制报告)."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785
import typst

from tests.ledger.verifier.drawn import Issued, body
from tests.ledger.verifier.pdfs import streams
from tests.support.database import ROOT
from xinheng.ledger.verifier import render
from xinheng.ledger.verifier.render import DrawFault, Lacking

DRAW = """
import sys
from xinheng.ledger.verifier import render
sys.stdout.buffer.write(render.draw(open(sys.argv[1], "rb").read()).pdf)
"""


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

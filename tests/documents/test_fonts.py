"""A character that no font has is refused before anything is issued (字形检查)."""

from __future__ import annotations

import warnings
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from tests import cast
from tests.documents.drafts import content, draft
from tests.ledger.verifier import drawn
from xinheng.documents import files, fonts, services
from xinheng.documents.models import IssuedDocument
from xinheng.law.language import Refusal
from xinheng.ledger.verifier import render
from xinheng.ledger.verifier.commands import main

# U+4DAE stands in the official table of characters, and is missing from most fonts all the same.
RARE, NAME = "\u4dae", "示例\u4dae某"
# None of ours has it: four dragons.
RAREST = "\U0002a6a5"
RAREST_NAME = f"示例{RAREST}某"
# In a name once in a while, outside the official table, and in the full Noto fonts.
UNUSUAL = "\u3402"


@pytest.fixture
def without_rare(monkeypatch: pytest.MonkeyPatch) -> None:
    """The packaged fonts as those of most machines are: without U+4DAE."""
    known = fonts.packaged() - {ord(RARE)}
    monkeypatch.setattr(fonts, "packaged", lambda: known)


@pytest.fixture
def office_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory in which the office keeps a font of its own that has the four dragons."""
    folder = tmp_path / "office-fonts"
    folder.mkdir()
    with TTFont(render.packaged_fonts("set1")[2]) as font:
        cut = subset.Subsetter(subset.Options(name_IDs=["*"], notdef_outline=True))
        cut.populate(text="龙")
        cut.subset(font)
        table = CmapSubtable.newSubtable(12)
        table.platformID, table.platEncID, table.language = 3, 10, 0
        table.cmap = {ord(RAREST): font.getBestCmap()[ord("龙")]}
        font["cmap"].tables = [table]
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6, 16):
                record.string = FAMILY
        font.save(folder / "office.otf")
    monkeypatch.setattr(settings, "XINHENG_FONT_DIRS", [folder])
    return folder


FAMILY = "ExampleOfficeSong"


def refused(**other: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        fonts.choose(content(**other))  # type: ignore[arg-type]
    assert caught.value.reasons[0].code == "GLYPH_MISSING"
    return caught.value


def test_a_name_with_a_character_that_no_font_has_is_refused(without_rare: None) -> None:
    told = refused(name=NAME).reasons[0].values
    assert told == {"character": f"{RARE}（U+4DAE）", "column": "主体名称"}


def test_the_packaged_fonts_have_all_of_the_official_table_and_the_signs_of_documents() -> None:
    assert fonts.missing({"head": [["主体名称", NAME], ["文号", "〔2026〕①—─“”·㎡℃"]]}) == {}
    gb2312 = bytes(range(0xB0, 0xF8)).decode("latin-1")
    common = [bytes([high, low]) for high in map(ord, gb2312) for low in range(0xA1, 0xFF)]
    text = "".join(each.decode("gb2312", "ignore") for each in common)
    assert len(text) > 6700
    assert fonts.missing({"text": text}) == {}


def test_what_even_they_lack_is_refused() -> None:
    assert refused(name=f"示例{RAREST}某").reasons[0].values["character"] == f"{RAREST}（U+2A6A5）"
    assert refused(notes=[f"说明{RAREST}"]).reasons[0].values["column"] == "说明"
    assert refused(parts=[{"title": RAREST, "records": []}]).reasons[0].values["column"] == "标题"


def test_nothing_is_issued_and_no_number_is_taken(without_rare: None, office: None) -> None:
    with pytest.raises(Refusal):
        services.issue(draft(name=NAME), actor=cast.OFFICER.actor, now=cast.NOW)
    assert not IssuedDocument.objects.exists()
    assert services.issue(draft(), actor=cast.OFFICER.actor, now=cast.NOW).number.endswith("000001")


def test_a_font_of_the_office_that_has_it_is_taken_and_named(office_dir: Path, office: None) -> None:
    digest = sha256((office_dir / "office.otf").read_bytes()).hexdigest()
    assert fonts.choose(content(name=RAREST_NAME)).named == ({"family": FAMILY, "sha256": digest},)
    services.issue(draft(name=RAREST_NAME), actor=cast.OFFICER.actor, now=cast.NOW)
    row = IssuedDocument.objects.get()
    assert bytes(row.fonts_sha256).hex() == render.fonts_sha256("set1", [render.MoreFont(FAMILY, digest)])
    assert f"+{FAMILY}".encode() in files.kept(row.id, row.subject)


def test_who_verifies_such_a_report_needs_that_font(office_dir: Path, tmp_path: Path) -> None:
    chosen = fonts.choose(content(name=RAREST_NAME))
    report = drawn.issue(
        drawn.body(head=[["主体名称", RAREST_NAME]], fonts={"set": "set1", "more": list(chosen.named)}),
        more_fonts=chosen.files,
    )
    command = ["verify-report", str(report.lay_out(tmp_path)), "--trust", str(tmp_path / "trust")]
    assert main(command) == 21
    assert main([*command, "--fonts", str(office_dir)]) == 0


def test_a_report_that_needs_no_such_font_is_the_same_with_and_without_it(office_dir: Path) -> None:
    assert fonts.choose(content()).named == ()


def test_what_is_no_font_is_passed_over(without_rare: None, office_dir: Path) -> None:
    (office_dir / "broken.otf").write_bytes(b"not a font")
    (office_dir / "notes.txt").write_text("示例")
    assert [font.family for font in fonts.office_fonts()] == [FAMILY]


NOTO = Path("/usr/share/fonts/opentype/noto")


def test_the_full_font_of_a_system_serves_too(
    without_rare: None, monkeypatch: pytest.MonkeyPatch, office: None
) -> None:
    if not any(NOTO.glob("NotoSerifCJK-Regular.ttc")):
        warnings.warn("NOT CHECKED: no Noto CJK on this machine (apt install fonts-noto-cjk)", stacklevel=1)
        pytest.skip("no Noto CJK on this machine")
    with pytest.raises(Refusal):
        fonts.choose(content(name=f"示例{UNUSUAL}某"))
    monkeypatch.setattr(settings, "XINHENG_FONT_DIRS", [NOTO])
    for text in (NAME, f"示例{UNUSUAL}某"):
        assert [each["family"] for each in fonts.choose(content(name=text)).named] == ["Noto Sans CJK SC"]
    services.issue(draft(name=f"示例{UNUSUAL}某"), actor=cast.OFFICER.actor, now=cast.NOW)
    row = IssuedDocument.objects.get()
    assert b"+NotoSansCJKsc" in files.kept(row.id, row.subject)


def test_unseen_signs_need_no_picture() -> None:
    assert fonts.missing({"name": "示\u200b例\ufeff某\u00ad"}) == {}

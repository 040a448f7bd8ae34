"""Files are read whole or not at all: every wrong one is refused by name, in Chinese, with what to do (读表)."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from tests.cast import TODAY
from tests.exchange import files
from tests.exchange.files import (
    PENALTY,
    csv_file,
    fault,
    headings,
    numbered,
    penalty,
    place,
    slices,
    xlsx_file,
)
from xinheng.exchange import sheets
from xinheng.exchange.faults import FileFault
from xinheng.exchange.sheet import limits
from xinheng.law import lawbook
from xinheng.law.refusals import UNTOLD, tell

SMALL = {
    "CSV_BYTES": 64 * limits.MiB,
    "XLSX_BYTES": limits.MiB,
    "UNPACKED_BYTES": 4 * limits.MiB,
    "RATIO_FROM_BYTES": limits.MiB,
    "RECORD_BYTES": 64 * 1024,
    "BLOCK_BYTES": 256 * 1024,
}
LAW = lawbook.load().as_of(TODAY)
GOOD = csv_file(*numbered(penalty(), penalty(remark="第二行")))
GOOD_XLSX = xlsx_file(*numbered(penalty(), penalty(remark="第二行")))


def _two_sheets(book: Any, page: Any) -> None:
    second = book.add_worksheet("第二张")
    for column, name in enumerate(headings()):
        second.write_string(0, column, name)
        second.write_string(1, column, "x")


def _merged_heading(book: Any, page: Any) -> None:
    page.merge_range(0, 3, 0, 4, "证件")


def _title(book: Any, page: Any) -> None:
    """A merged title row above headings, as many agencies have it."""
    for column, name in enumerate(headings()):
        page.write_string(4, column, name)
        page.write_string(0, column, "")
    page.merge_range(0, 0, 0, 5, "行政处罚信息公示表")


def _far_heading(book: Any, page: Any) -> None:
    page.write_string(0, 700, "远")


def _only_headings(book: Any, page: Any) -> None:
    for column in range(len(headings())):
        page.write_blank(1, column, None)


def _million_headings(data: bytes) -> bytes:
    count = min(1_000_000, limits.UNPACKED_BYTES // 100)
    cells = "".join(f"<c t='str'><v>{number:x}</v></c>" for number in range(count))
    start = (
        "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData><row r='1'>"
    )
    return f"{start}{cells}</row></sheetData></worksheet>".encode()


def _huge_cell(data: bytes) -> bytes:
    noise = os.urandom(limits.XLSX_BYTES * 5 // 4).hex().encode()
    return data.replace(b"</row>", b'<c r="AZ1" t="inlineStr"><is><t>' + noise + b"</t></is></c></row>", 1)


def _entity(data: bytes) -> bytes:
    return data.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>', 1)


def _zeros(size: int) -> bytes:
    return b"<x>" + b"0" * size + b"</x>"


def _many_members(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as container:
        for number in range(limits.MEMBERS):
            container.writestr(f"xl/media/{number}.txt", b"")
    return out.getvalue()


def _understated(data: bytes) -> bytes:
    """A member larger than all may be, of no suspicious ratio, that says it has 9 bytes: sizes are only claims."""
    size = limits.UNPACKED_BYTES + 1
    content = b"".join(os.urandom(1_000) + b"0" * 40_000 for _ in range(size // 41_000 + 1))
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as container:
        container.writestr("xl/extra.xml", content)
        container.getinfo("xl/extra.xml").file_size = 9
    return out.getvalue()


def _ole(marker: bytes = b"") -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1000 + marker + b"\x00" * 1000


SHEET1 = "xl/worksheets/sheet1.xml"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
BAD: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "nothing in it": ("a.csv", "FILE_EMPTY", lambda: b""),
    "blank lines only": ("a.csv", "FILE_EMPTY", lambda: b"\r\n\r\n  \r\n"),
    "an empty workbook": ("a.xlsx", "FILE_EMPTY", lambda: xlsx_empty()),
    "headings only": ("a.csv", "FILE_HEADINGS_ONLY", lambda: csv_file()),
    "headings only, XLSX": ("a.xlsx", "FILE_HEADINGS_ONLY", lambda: xlsx_file(change=_only_headings)),
    "unknown template": ("a.csv", "TEMPLATE_UNKNOWN", lambda: "姓名,成绩\n甲,1\n".encode()),
    "the other template": ("a.csv", "TEMPLATE_OTHER", lambda: csv_file(files.licence(), feed=files.LICENSE)),
    "merged heading": ("a.xlsx", "HEADER_MERGED", lambda: xlsx_file(penalty(), change=_merged_heading)),
    "merged title above": ("a.xlsx", "HEADER_MERGED", lambda: xlsx_file(change=_title)),
    "title above": ("a.csv", "HEADINGS_NOT_FIRST", lambda: "行政处罚公示表\n".encode() + GOOD),
    "two data sheets": ("a.xlsx", "SHEETS_SEVERAL", lambda: xlsx_file(penalty(), change=_two_sheets)),
    "UTF-16 with mark": ("a.csv", "ENCODING_WRONG", lambda: GOOD.decode().encode("utf-16")),
    "UTF-16 without mark": ("a.csv", "ENCODING_WRONG", lambda: GOOD.decode().encode("utf-16-le")),
    "Latin-1": ("a.csv", "ENCODING_WRONG", lambda: "Ümläut,straße,é\n1,2,3\n".encode("latin-1")),
    "neither UTF-8 nor GB18030": ("a.csv", "ENCODING_WRONG", lambda: GOOD + b"\xff\xff\xff,\n"),
    "truncated": ("a.xlsx", "FILE_TRUNCATED", lambda: GOOD_XLSX[: len(GOOD_XLSX) // 2]),
    "one byte wrong": ("a.xlsx", "FILE_TRUNCATED", lambda: _flipped(GOOD_XLSX)),
    "text named xlsx": ("a.xlsx", "FILE_UNREADABLE", lambda: GOOD),
    "macro": ("a.xlsm", "FILE_MACRO", lambda: files.with_member(GOOD_XLSX, "xl/vbaProject.bin", b"x")),
    "macro under another name": ("a.xlsx", "FILE_MACRO", lambda: files.with_member(GOOD_XLSX, "xl/VBAproject.bin", b"")),
    "macro type": ("a.xlsx", "FILE_MACRO", lambda: files.with_member(GOOD_XLSX, "[Content_Types].xml", _macro_type)),
    "password": ("a.xlsx", "FILE_PASSWORD", lambda: _ole(ENCRYPTED)),
    "old xls": ("a.xls", "FILE_XLS", _ole),
    "old xls named csv": ("a.csv", "FILE_XLS", _ole),
    "web page": ("a.xls", "FILE_KIND_UNKNOWN", lambda: b"<html><table><tr><td>1</td></tr></table></html>"),
    "PDF": ("a.csv", "FILE_KIND_UNKNOWN", lambda: b"%PDF-1.7\n1 0 obj"),
    "another ZIP": ("a.zip", "FILE_KIND_UNKNOWN", lambda: _zip("word/document.xml", b"<x/>")),
    "bomb by ratio": ("a.xlsx", "FILE_BOMB", lambda: files.with_member(GOOD_XLSX, "xl/a.xml", _zeros(2 * limits.RATIO_FROM_BYTES))),
    "bomb by size": ("a.xlsx", "FILE_BOMB", lambda: files.with_member(GOOD_XLSX, "xl/a.xml", _zeros(limits.UNPACKED_BYTES))),
    "bomb by members": ("a.xlsx", "FILE_BOMB", lambda: _many_members(GOOD_XLSX)),
    "bomb that lies": ("a.xlsx", "FILE_BOMB", lambda: _understated(GOOD_XLSX)),
    "entities": ("a.xlsx", "FILE_BOMB", lambda: files.with_member(GOOD_XLSX, SHEET1, _entity)),
    "entities in UTF-16": ("a.xlsx", "FILE_TRUNCATED", lambda: files.with_member(GOOD_XLSX, SHEET1, _in_utf_16)),
    "too large": ("a.xlsx", "FILE_TOO_LARGE", lambda: b"PK\x03\x04" + b"\x00" * limits.XLSX_BYTES),
    "10^6 columns": ("a.csv", "FILE_TOO_WIDE", lambda: b"a," * (limits.RECORD_BYTES // 2 - 9) + b"b\n1,2\n"),
    "10^6 columns, XLSX": ("a.xlsx", "FILE_TOO_WIDE", lambda: files.with_member(GOOD_XLSX, SHEET1, _million_headings)),
    "a heading far right": ("a.xlsx", "FILE_TOO_WIDE", lambda: xlsx_file(penalty(), change=_far_heading)),
    "a cell of 50 MB": ("a.csv", "CELL_TOO_LONG_AT", lambda: GOOD + b"x" * (25 * limits.RECORD_BYTES)),
    "a cell of 50 MB, XLSX": ("a.xlsx", "FILE_TOO_LARGE", lambda: files.with_member(GOOD_XLSX, SHEET1, _huge_cell)),
    "a cell too long, XLSX": ("a.xlsx", "CELL_TOO_LONG", lambda: files.with_member(GOOD_XLSX, SHEET1, _long_cell)),
    "a cell too long": ("a.csv", "CELL_TOO_LONG_AT", lambda: csv_file(penalty(remark="长" * 32_768))),
    "an open quote": ("a.csv", "CSV_QUOTES", lambda: GOOD + b'"x,y\n' + GOOD),
    "more cells than headings": ("a.csv", "ROW_TOO_WIDE", lambda: GOOD.replace(b"\r\n", b",,x\r\n").replace(b",,x\r\n", b"\r\n", 1)),
    "1904 dates": ("a.xlsx", "FILE_DATES_1904", lambda: files.with_member(GOOD_XLSX, "xl/workbook.xml", _dates_1904)),
    "merged all over": ("a.xlsx", "SHEET_MERGED", lambda: files.with_member(GOOD_XLSX, SHEET1, _merged_all_over)),
}  # fmt: skip


def xlsx_empty() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet()
    return out.getvalue()


def _flipped(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        start = container.getinfo(SHEET1).header_offset
    at = start + 30 + len(SHEET1) + 200
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr(name, content)
    return out.getvalue()


def _macro_type(data: bytes) -> bytes:
    return data.replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )


def _in_utf_16(data: bytes) -> bytes:
    return _entity(data).replace(b"UTF-8", b"UTF-16").decode().encode("utf-16")


def _long_cell(data: bytes) -> bytes:
    return data.replace(
        b"</row>", b'<c r="AZ1" t="inlineStr"><is><t>' + b"x" * 32_768 + b"</t></is></c></row>", 1
    )


def _dates_1904(data: bytes) -> bytes:
    return data.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')


def _merged_all_over(data: bytes) -> bytes:
    areas = b'<mergeCell ref="A2:B1048576"/>' * 3
    return data.replace(b"</sheetData>", b"</sheetData><mergeCells>" + areas + b"</mergeCells>")


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bombs of megabytes prove the same as bombs of hundreds; `make soak` has the whole ones."""
    for name, value in SMALL.items():
        monkeypatch.setattr(limits, name, value)


def _refused(name: str) -> None:
    file_name, code, build = BAD[name]
    found = fault(build(), file_name)
    assert found is not None
    assert found.code == code
    told = tell(found.reasons[0], LAW)
    assert told.code == code
    assert UNTOLD not in told.text, "a value of the text is lacking"
    assert told.next_step.startswith("请")


@pytest.mark.parametrize("name", BAD)
@pytest.mark.usefixtures("small_limits")
def test_a_wrong_file_is_refused_by_name_and_says_what_to_do(name: str) -> None:
    _refused(name)


@pytest.mark.soak
@pytest.mark.parametrize("name", BAD)
def test_a_wrong_file_of_full_size_is_refused_too(name: str) -> None:
    _refused(name)


@pytest.mark.soak
def test_a_bomb_that_lies_is_never_unpacked_into_memory() -> None:
    script = (
        "from tests.exchange.test_sheets import _understated, GOOD_XLSX, fault\n"
        "from pathlib import Path; Path(sys.argv[1]).write_bytes(_understated(GOOD_XLSX))"
    )
    read = (
        "from xinheng.exchange import feeds, sheets\n"
        "try:\n    sheets.open_sheet(sys.argv[1], file_name='a.xlsx', feed=feeds.load('penalty')).__enter__()\n"
        "except sheets.FileFault as fault:\n    print(fault.code, peak())"
    )
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        _python(script, file.name)
        code, kibibytes = _python(read, file.name).split()

    assert code == "FILE_BOMB"
    assert int(kibibytes) < 200 * 1024


def _python(script: str, *arguments: str) -> str:
    """What a script prints that runs in a process of its own."""
    setup = (
        "import sys, django; from pathlib import Path; django.setup()\n"
        # ru_maxrss would count what the parent held when it forked.
        "def peak():\n    return Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]\n"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "xinheng.config.settings",
        "PYTHONPATH": str(Path.cwd()),
    }
    run = [sys.executable, "-c", setup + script, *arguments]
    return subprocess.run(run, capture_output=True, text=True, check=True, env=environment).stdout


@pytest.mark.parametrize(
    "data",
    [
        GOOD,
        b"\xef\xbb\xbf" + GOOD,
        GOOD.decode().encode("gb18030"),
        GOOD.replace(b"\r\n", b"\n"),
        GOOD.rstrip(b"\r\n"),
        GOOD.decode().replace(",", "\t").encode(),
        b"\r\n" + GOOD,
    ],
    ids=["UTF-8", "with mark", "GB18030", "line feeds", "no last line end", "tabs", "blank first line"],
)
def test_the_usual_kinds_of_csv_say_the_same(data: bytes) -> None:
    (frame,) = slices(data)

    assert frame["document_number"].to_list() == ["示市监罚决字〔2026〕1号", "示市监罚决字〔2026〕2号"]
    assert frame["remark"].to_list() == [None, "第二行"]


def test_csv_and_xlsx_give_the_same_frame() -> None:
    assert slices(GOOD)[0].drop("marks").equals(slices(GOOD_XLSX, "a.xlsx")[0].drop("marks"))


def test_rows_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    """A line end within quotes is no new row; blank rows count, and are left out."""
    rows = [penalty(remark="两\n行"), {}, penalty(remark="四")]

    (frame,) = slices(csv_file(*rows))

    assert frame.select("row", "remark").rows() == [(2, "两\n行"), (4, "四")]


def test_blank_rows_and_columns_in_a_workbook_keep_their_places() -> None:
    def later(book: Any, page: Any) -> None:
        page.write_string(6, place("party_name"), "第七行")
        page.write_string(9, place("remark"), " ")

    (frame,) = slices(xlsx_file(penalty(), change=later), "a.xlsx")

    assert frame.select("row", "party_name").rows()[1:] == [(7, "第七行")]


def test_a_record_is_never_cut_between_two_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of the blocks: commas, quotes, line ends and both encodings."""
    texts = ['甲"引"号', "乙，a,b", "丙\n丁", '"', "戊\r\n己", "庚"]
    data = csv_file(*(penalty(remark=text) for text in texts))
    for size in (4096, 5000, 5003, 7001):
        monkeypatch.setattr(limits, "BLOCK_BYTES", size)
        for encoding in ("utf-8", "gb18030"):
            found = pl.concat(slices(data.decode().encode(encoding)))
            assert found["remark"].to_list() == texts
            assert found["row"].to_list() == [2, 3, 4, 5, 6, 7]


def test_a_stray_quote_within_a_text_is_a_character() -> None:
    text = files.csv_text(files.table([penalty(remark="五寸Q管"), penalty(remark="六寸Q管")])).replace(
        "Q", '"'
    )

    (frame,) = slices(text.encode())

    assert frame["remark"].to_list() == ['五寸"管', '六寸"管']


def test_a_row_in_another_encoding_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BLOCK_BYTES", 4096)
    good = csv_file(*(penalty(remark="好" * 100) for _ in range(20)))

    found = fault(good + penalty()["facts_text"].encode("gb18030") + b",x\r\n")

    assert found is not None
    assert (found.code, found.values) == ("ENCODING_WRONG_AT", {"row": "22"})


def test_slices_can_be_read_again_and_say_how_far_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BLOCK_BYTES", 4096)
    data = csv_file(*(penalty(remark="好" * 100) for _ in range(20)))
    with sheets.open_sheet(io.BytesIO(data), file_name="a.csv", feed=PENALTY) as sheet:
        positions = [sheet.position for _ in sheet.slices(5)]
        again = sum(frame.height for frame in sheet.slices(7))

    assert positions == sorted(positions)
    assert positions[-1] == 1.0
    assert again == 20


def test_a_stream_that_cannot_be_wound_back_is_read_all_the_same() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    for data, name in ((GOOD, "a.csv"), (GOOD_XLSX, "a.xlsx")):
        with sheets.open_sheet(Pipe(data), file_name=name, feed=PENALTY) as sheet:
            assert sum(frame.height for frame in sheet.slices()) == 2


def test_formulas_errors_lost_digits_and_merged_cells_are_marked() -> None:
    def spoil(book: Any, page: Any) -> None:
        page.write_formula(1, place("fine_amount"), "=0.1+0.1", None, 0.2)
        page.write_number(2, place("party_code"), 913299990012345678)
        page.write_array_formula(3, place("remark"), 3, place("remark"), "{=SUM(1)}", None, 1)
        page.merge_range(4, place("party_name"), 5, place("party_name"), "两行一名")
        page.write_formula(6, place("remark"), "=1/0", None, "#DIV/0!")
        page.write_formula(7, place("remark"), "=A1", None, "文字")

    data = xlsx_file(*(penalty() for _ in range(7)), change=spoil)
    marks = slices(data, "a.xlsx")[0].select("row", "marks").drop_nulls().explode("marks").unnest("marks")

    assert marks.rows() == [
        (2, "fine_amount", "CELL_FORMULA"),
        (3, "party_code", "NUMBER_DAMAGED"),
        (4, "remark", "CELL_FORMULA"),
        (5, "party_name", "CELL_MERGED"),
        (6, "party_name", "CELL_MERGED"),
        (7, "remark", "CELL_FORMULA"),
        (8, "remark", "CELL_FORMULA"),
    ]


def test_numbers_and_dates_of_a_workbook_are_read_as_they_are_shown() -> None:
    def typed(book: Any, page: Any) -> None:
        page.write_number(1, place("fine_amount"), 0.1 + 0.2)
        shown = book.add_format({"num_format": "yyyy/m/d"})
        page.write_datetime(1, place("decided_on"), date(2026, 1, 5), shown)
        page.write_number(1, place("document_number"), 20260001)
        page.write_boolean(1, place("contested"), True)

    (frame,) = slices(xlsx_file(penalty(), change=typed), "a.xlsx")

    read = frame.select("fine_amount", "decided_on", "document_number", "contested").row(0)
    assert read == ("0.3", "2026-01-05", "20260001", "TRUE")


def test_rich_text_is_read_whole_and_phonetic_text_is_not() -> None:
    rich = "<si><r><t>甲</t></r><r><t>乙</t></r><rPh sb='0' eb='1'><t>jia</t></rPh></si>"

    def change(data: bytes) -> bytes:
        return data.replace("<si><t>第二行</t></si>".encode(), rich.encode())

    (frame,) = slices(files.with_member(GOOD_XLSX, "xl/sharedStrings.xml", change), "a.xlsx")

    assert frame["remark"].to_list() == [None, "甲乙"]


def test_escaped_characters_are_what_they_stand_for() -> None:
    def change(data: bytes) -> bytes:
        return data.replace("第二行".encode(), "甲_x000A_乙_xD800__x_".encode())

    (frame,) = slices(files.with_member(GOOD_XLSX, "xl/sharedStrings.xml", change), "a.xlsx")

    assert frame["remark"].to_list() == [None, "甲\n乙_xD800__x_"]


def test_prefixed_elements_are_the_same_elements() -> None:
    """Some programs write <x:row> for <row>."""

    def prefixed(data: bytes) -> bytes:
        data = data.replace(b'xmlns="http', b'xmlns:x="http')
        for name in (
            b"worksheet",
            b"sheetData",
            b"row",
            b"c",
            b"v",
            b"dimension",
            b"sheetViews",
            b"sheetView",
        ):
            for open_tag in (b"<", b"</"):
                for end in (b" ", b">", b"/>"):
                    data = data.replace(open_tag + name + end, open_tag + b"x:" + name + end)
        return data

    (frame,) = slices(files.with_member(GOOD_XLSX, SHEET1, prefixed), "a.xlsx")

    assert frame["remark"].to_list() == [None, "第二行"]


def test_a_cell_at_the_far_end_of_a_sheet_costs_nothing() -> None:
    def far(book: Any, page: Any) -> None:
        page.write_string(99_999, 16_383, "远")

    found = slices(xlsx_file(penalty(), change=far), "a.xlsx")

    assert sum(frame.height for frame in found) == 1


def test_what_is_left_out_is_told() -> None:
    def more(book: Any, page: Any) -> None:
        page.write_string(1, len(headings()) + 2, "旁注")
        book.add_worksheet("代码表").write_string(0, 0, "01")

    with sheets.open_sheet(
        io.BytesIO(xlsx_file(penalty(), change=more)), file_name="a.xlsx", feed=PENALTY
    ) as sheet:
        list(sheet.slices())
        told = [(note.code, dict(note.values)) for note in sheet.notes]

    assert told == [("SHEET_IGNORED", {"sheets": "代码表"}), ("COLUMN_WITHOUT_HEADING", {"column": "AG"})]


def test_a_second_row_of_headings_is_no_data() -> None:
    codes = [column.code for column in PENALTY.columns]
    cells = files.table([penalty()])

    (frame,) = slices(files.csv_text([cells[0], codes, cells[1]]).encode())

    assert frame["row"].to_list() == [3]


@pytest.mark.soak
def test_a_million_rows_stay_in_little_memory(tmp_path: Path) -> None:
    """565 bytes a row, read and checked, under 1 GiB in all."""
    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write(files.csv_text([headings()]))
        for number in range(1_000_000):
            row = penalty(document_number=f"示市监罚决字〔2026〕{number}号")
            out.write(files.csv_text(files.table([row])[1:]))
    script = (
        "from datetime import date; from xinheng.exchange import checks, feeds, sheets\n"
        "feed, seen, rows = feeds.load('penalty'), checks.Seen(), 0\n"
        "with sheets.open_sheet(sys.argv[1], file_name='a.csv', feed=feed) as sheet:\n"
        "    for frame in sheet.slices():\n"
        "        found = checks.check(frame, feed=feed, today=date(2026, 11, 23), agency=None, seen=seen)\n"
        "        rows += found.accepted.height\n"
        "print(rows, peak())"
    )

    rows, kibibytes = map(int, _python(script, str(path)).split())

    assert rows == 1_000_000
    assert kibibytes < 1024 * 1024


def test_a_fault_names_no_person() -> None:
    """Without headings the first row stands in their place: its numbers must not be repeated."""
    row = files.table([files.person()])[1]

    found = fault(files.csv_text([row, row]).encode())

    assert isinstance(found, FileFault)
    assert found.code == "TEMPLATE_UNKNOWN"
    assert files.person()["party_id"] not in str(found.values)

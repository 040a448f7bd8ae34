"""A wrong file is refused by name, in Chinese, with what to do; nothing of it is read (不收的文件)."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from tests.cast import TODAY
from tests.exchange import files
from tests.exchange.files import (
    csv_file,
    fault,
    headings,
    in_own_process,
    numbered,
    penalty,
    xlsx_file,
)
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
        "from tests.exchange.test_wrong_files import _understated, GOOD_XLSX, fault\n"
        "from pathlib import Path; Path(sys.argv[1]).write_bytes(_understated(GOOD_XLSX))"
    )
    read = (
        "from xinheng.exchange import feeds, sheets\n"
        "try:\n    sheets.open_sheet(sys.argv[1], file_name='a.xlsx', feed=feeds.load('penalty')).__enter__()\n"
        "except sheets.FileFault as fault:\n    print(fault.code, peak())"
    )
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        in_own_process(script, file.name)
        code, kibibytes = in_own_process(read, file.name).split()

    assert code == "FILE_BOMB"
    assert int(kibibytes) < 200 * 1024


def test_a_fault_names_no_person() -> None:
    """Without headings the first row stands in their place: its numbers must not be repeated."""
    row = files.table([files.person()])[1]

    found = fault(files.csv_text([row, row]).encode())

    assert isinstance(found, FileFault)
    assert found.code == "TEMPLATE_UNKNOWN"
    assert files.person()["party_id"] not in str(found.values)

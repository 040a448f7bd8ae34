"""Sheets as agencies send them, good and bad (示例文件), built in memory."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import xlsxwriter

from tests.cast import FIRM_CODE, FIRM_NAME, MARKET, TODAY
from xinheng.exchange import checks, feeds, sheets
from xinheng.exchange.faults import FileFault
from xinheng.exchange.feeds import Feed

PENALTY = feeds.load("penalty")
LICENSE = feeds.load("license")
AGENCY = checks.ReportingAgency(MARKET.uscc, MARKET.name)
Row = Mapping[str, str]

_PARTY = {"party_name": FIRM_NAME, "party_kind": "法人及非法人组织", "party_code": FIRM_CODE}
_SENDER = {
    "body_name": MARKET.name,
    "body_code": MARKET.uscc,
    "source_name": MARKET.name,
    "source_code": MARKET.uscc,
}
_PENALTY = {
    **_PARTY,
    "document_number": "示市监罚决字〔2026〕1号",
    "conduct": "经营标签不符合规定的食品（示例）",
    "facts_text": "检查时发现在售商品标签缺少必要事项（示例）。",
    "basis_text": "《中华人民共和国食品安全法》有关规定（示例）",
    "kinds": "罚款",
    "content_text": "罚款 2000 元（示例）",
    "fine_amount": "0.2",
    "decided_on": "2026-01-05",
    "valid_until": "2099-12-31",
    **_SENDER,
}
_LICENSE = {
    **_PARTY,
    "document_name": "准予食品经营许可决定书",
    "document_number": "示市监许字〔2026〕1号",
    "license_kind": "普通",
    "certificate_name": "食品经营许可证",
    "certificate_number": "示例0001",
    "content_text": "食品经营许可（示例）",
    "decided_on": "2026-01-05",
    "valid_from": "2026-01-05",
    "valid_to": "2031-01-04",
    "status": "有效",
    **_SENDER,
}


def penalty(**changes: str) -> Row:
    """A penalty without fault, but for the changes."""
    return {**_PENALTY, **changes}


def licence(**changes: str) -> Row:
    """A licence without fault, but for the changes."""
    return {**_LICENSE, **changes}


def person(**changes: str) -> Row:
    """A penalty of a natural person without fault, but for the changes."""
    from tests.cast import PERSON_ID, PERSON_NAME

    party = {"party_name": PERSON_NAME, "party_kind": "自然人", "party_code": ""}
    return {**_PENALTY, **party, "party_id_kind": "身份证", "party_id": PERSON_ID, **changes}


def numbered(*rows: Row) -> list[Row]:
    """The rows with document numbers of their own, so that none repeats another."""
    return [{**row, "document_number": f"示市监罚决字〔2026〕{n}号"} for n, row in enumerate(rows, 1)]


def headings(feed: Feed = PENALTY) -> list[str]:
    """The official headings."""
    return [column.name for column in feed.columns]


def table(rows: Sequence[Row], feed: Feed = PENALTY) -> list[list[str]]:
    """Headings and rows as lists of cells."""
    return [headings(feed), *([row.get(field, "") for field in feed.fields] for row in rows)]


def csv_text(cells: Sequence[Sequence[str]], **how: Any) -> str:
    """Cells as CSV."""
    out = io.StringIO()
    csv.writer(out, **how).writerows(cells)
    return out.getvalue()


def csv_file(*rows: Row, feed: Feed = PENALTY, encoding: str = "utf-8") -> bytes:
    """A CSV of the feed."""
    return csv_text(table(rows, feed)).encode(encoding)


def xlsx_file(
    *rows: Row, feed: Feed = PENALTY, change: Callable[[Any, Any], None] = lambda book, page: None
) -> bytes:
    """An XLSX of the feed, all cells text; `change(book, page)` of xlsxwriter does the rest."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(feed.sheet)
        for line, cells in enumerate(table(rows, feed)):
            for place, text in enumerate(cells):
                if text:
                    page.write_string(line, place, text)
        change(book, page)
    return out.getvalue()


def place(field: str, feed: Feed = PENALTY) -> int:
    """The 0-based column of a field under the official headings."""
    return feed.fields.index(field)


def with_member(data: bytes, name: str, content: bytes | Callable[[bytes], bytes]) -> bytes:
    """An XLSX with one member added or changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        before = old.read(name) if name in old.namelist() else b""
        new.writestr(name, content if isinstance(content, bytes) else content(before))
    return out.getvalue()


def slices(
    data: bytes, name: str = "sheet.csv", feed: Feed = PENALTY, rows: int = 50_000
) -> list[pl.DataFrame]:
    """All slices of a file."""
    with sheets.open_sheet(io.BytesIO(data), file_name=name, feed=feed) as sheet:
        return list(sheet.slices(rows))


def fault(data: bytes, name: str = "sheet.csv", feed: Feed = PENALTY) -> FileFault | None:
    """Why a file cannot be taken in; None if it can."""
    try:
        slices(data, name, feed)
    except FileFault as found:
        return found
    return None


def checked(
    *rows: Row, feed: Feed = PENALTY, agency: checks.ReportingAgency | None = AGENCY
) -> checks.Checked:
    """The rows, written to a CSV, read and checked in one slice."""
    (frame,) = slices(csv_file(*rows, feed=feed), feed=feed)
    return checks.check(frame, feed=feed, today=TODAY, agency=agency)


def codes(found: pl.DataFrame) -> list[tuple[int, str, str]]:
    """(row, field, code) of findings."""
    return found.select("row", "field", "code").rows()


def reopened(data: bytes) -> Any:
    """A workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(data))


def in_own_process(script: str, *arguments: str) -> str:
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

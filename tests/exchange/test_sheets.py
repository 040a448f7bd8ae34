"""Files of every usual kind say the same, in little memory, and keep the numbers of their rows (读表)."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.exchange import files
from tests.exchange.files import (
    PENALTY,
    csv_file,
    fault,
    headings,
    in_own_process,
    numbered,
    penalty,
    place,
    slices,
    xlsx_file,
)
from xinheng.exchange import sheets
from xinheng.exchange.sheet import limits

GOOD = csv_file(*numbered(penalty(), penalty(remark="第二行")))
GOOD_XLSX = xlsx_file(*numbered(penalty(), penalty(remark="第二行")))
SHEET1 = "xl/worksheets/sheet1.xml"


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
        page.write_string(9_999, 16_383, "远")

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

    rows, kibibytes = map(int, in_own_process(script, str(path)).split())

    assert rows == 1_000_000
    assert kibibytes < 1024 * 1024

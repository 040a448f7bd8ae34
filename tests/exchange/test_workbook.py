"""What went wrong comes back in the sheet it came in, fit to be mended and sent again (回传表格)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import polars as pl
import pytest

from tests.cast import TODAY
from tests.exchange import files
from tests.exchange.files import (
    AGENCY,
    LICENSE,
    PENALTY,
    Row,
    csv_file,
    numbered,
    penalty,
    place,
    reopened,
    xlsx_file,
)
from xinheng.exchange import checks, sheets, workbook
from xinheng.exchange.feeds import Feed
from xinheng.exchange.headings import ADVICE_HEADING, GUIDE_SHEET, RESULT_HEADING, SUMMARY_SHEET
from xinheng.exchange.paper import returning
from xinheng.law import lawbook

LAW = lawbook.load().as_of(TODAY)
RED = "FFFDECEC"
DANGEROUS = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("x")',
]


def _findings(data: bytes, name: str, feed: Feed = PENALTY) -> tuple[pl.DataFrame, int]:
    (frame,) = files.slices(data, name, feed)
    found = checks.check(frame, feed=feed, today=TODAY, agency=AGENCY)
    return pl.concat([found.problems, found.notices, found.repairs]), frame.height


def _returned(data: bytes, name: str = "a.xlsx") -> bytes:
    findings, rows = _findings(data, name)
    out = io.BytesIO()
    workbook.report(
        io.BytesIO(data), file_name=name, feed=PENALTY, findings=findings, rows=rows, law=LAW, out=out
    )
    return out.getvalue()


def _whole(data: bytes) -> bytes:
    """As for a sheet too large to be marked in place."""
    findings, _ = _findings(data, "a.xlsx")
    out = io.BytesIO()
    with sheets.open_sheet(io.BytesIO(data), file_name="a.xlsx", feed=PENALTY) as sheet:
        workbook.whole(sheet, findings, law=LAW, out=out)
    return out.getvalue()


def _rows(*changes: dict[str, str]) -> list[Row]:
    return numbered(*(penalty(**each) for each in changes))


MIXED = xlsx_file(*_rows({}, {"decided_on": "2026-02-30", "fine_amount": "2000元"}, {"party_code": penalty()["party_code"].lower()}))  # fmt: skip


def test_bad_cells_are_red_and_say_what_to_do() -> None:
    page = reopened(_returned(MIXED))["行政处罚"]

    cell = page.cell(3, place("decided_on") + 1)
    assert cell.fill.fgColor.rgb == RED
    assert "2026-02-30" in cell.comment.text
    assert "请按决定书填写" in cell.comment.text
    assert page.cell(3, place("fine_amount") + 1).fill.fgColor.rgb == RED
    assert page.cell(2, place("decided_on") + 1).fill.fill_type is None


def test_two_last_columns_have_result_and_advice() -> None:
    page = reopened(_returned(MIXED))["行政处罚"]
    last = len(PENALTY.columns)

    table = [[page.cell(row, column).value for column in (last + 1, last + 2)] for row in (1, 2, 3, 4)]

    assert table[0] == [RESULT_HEADING, ADVICE_HEADING]
    assert [row[0] for row in table[1:]] == ["通过", "未通过", "通过"]
    assert table[2][1].startswith("1. ")
    assert "2. " in table[2][1]
    assert "小写字母改成了大写" in table[3][1]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == f"A1:{page.cell(1, last + 2).column_letter}4"


def test_a_summary_counts_each_problem_and_says_how_to_mend_it() -> None:
    book = reopened(_returned(MIXED))
    lines = list(book[SUMMARY_SHEET].values)

    assert book.sheetnames == ["行政处罚", SUMMARY_SHEET]
    assert lines[0][0].startswith("未通过 1 行，待裁定 0 行")
    found = {line[1].split("。")[0]: (line[2], line[5]) for line in lines[3:]}
    assert found["日期不存在"] == (1, "3")
    assert all(line[3] or line[0] == "通过" for line in lines[3:])


def test_waiting_rows_are_amber_and_say_so() -> None:
    data = xlsx_file(penalty())
    waiting = pl.DataFrame(
        [(2, "body_code", "waiting", "COMPETENCE_UNKNOWN", "{}", "[]")],
        schema=["row", "field", "severity", "code", "values", "clauses"],
        orient="row",
    )
    out = io.BytesIO()
    workbook.report(
        io.BytesIO(data), file_name="a.xlsx", feed=PENALTY, findings=waiting, rows=1, law=LAW, out=out
    )
    page = reopened(out.getvalue())["行政处罚"]

    assert page.cell(2, place("body_code") + 1).fill.fgColor.rgb == "FFFFF3D6"
    assert page.cell(2, len(PENALTY.columns) + 1).value == "待裁定"
    assert "依据：" in page.cell(2, len(PENALTY.columns) + 2).value


def test_the_returned_sheet_is_read_as_the_one_that_was_sent() -> None:
    """Our two columns and our sheet are passed over; sent again, it gives the same findings."""
    before, _ = _findings(MIXED, "a.xlsx")
    for returned in (_returned(MIXED), _whole(MIXED), _returned(_returned(MIXED)), _whole(_returned(MIXED))):
        after, _ = _findings(returned, "a.xlsx")
        assert after.equals(before)
        with sheets.open_sheet(io.BytesIO(returned), file_name="a.xlsx", feed=PENALTY) as sheet:
            assert sheet.headings.extra == ()
            assert sheet.headings.headings.count(RESULT_HEADING) == 1
            list(sheet.slices())
            assert sheet.notes == ()


def test_a_mended_cell_is_red_no_more() -> None:
    book = reopened(_returned(MIXED))
    page = book["行政处罚"]
    page.cell(3, place("decided_on") + 1).value = "2026-02-20"
    mended = io.BytesIO()
    book.save(mended)

    again = reopened(_returned(mended.getvalue()))["行政处罚"]

    cell = again.cell(3, place("decided_on") + 1)
    assert cell.fill.fill_type is None
    assert cell.comment is None
    assert again.cell(3, place("fine_amount") + 1).fill.fgColor.rgb == RED
    assert [again.cell(1, column).value for column in range(1, again.max_column + 1)].count(
        RESULT_HEADING
    ) == 1


def test_what_the_sender_formatted_stays() -> None:
    def formatted(book: Any, page: Any) -> None:
        page.set_column(0, 0, 42)
        page.write_string(1, place("remark"), "粗体", book.add_format({"bold": True}))
        book.add_worksheet("我的笔记").write_string(0, 0, "自用")

    book = reopened(_returned(xlsx_file(penalty(), change=formatted)))

    assert book["行政处罚"].column_dimensions["A"].width == pytest.approx(42, abs=1)
    assert book["行政处罚"].cell(2, place("remark") + 1).font.bold
    assert book["我的笔记"]["A1"].value == "自用"


def _formulas(data: bytes) -> list[str]:
    """Every formula in any sheet, by the XML itself and by openpyxl."""
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        pages = [name for name in container.namelist() if name.startswith("xl/worksheets/sheet")]
        raw = [name for name in pages if b"<f>" in container.read(name) or b"<f " in container.read(name)]
    cells = [cell for page in reopened(data).worksheets for row in page.iter_rows() for cell in row]
    return raw + [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_no_cell_that_goes_out_begins_a_formula() -> None:
    rows = _rows(*({"remark": text, "party_name": text, "decided_on": "2026-02-30"} for text in DANGEROUS))
    sheet = xlsx_file(*rows)

    for returned in (_returned(sheet), _whole(sheet), _returned(csv_file(*rows), "a.csv")):
        assert _formulas(returned) == []
        (frame,) = files.slices(returned, "a.xlsx")
        assert [text.strip() for text in frame["remark"]] == [text.strip() for text in DANGEROUS]


def test_formulas_of_the_sender_come_back_as_text_in_every_sheet() -> None:
    def calculating(book: Any, page: Any) -> None:
        page.write_formula(1, place("fine_amount"), "=0.1+0.1", None, 0.2)
        page.write_array_formula(1, place("remark"), 1, place("remark"), "{=SUM(1,2)}", None, 3)
        hidden = book.add_worksheet("藏")
        hidden.write_formula(0, 0, '=WEBSERVICE("http://example.invalid")')
        hidden.hide()

    sheet = xlsx_file(penalty(), change=calculating)
    returned = _returned(sheet)

    assert _formulas(sheet) != []
    assert _formulas(returned) == []
    assert _formulas(_whole(sheet)) == []
    page = reopened(returned)["行政处罚"]
    assert page.cell(2, place("fine_amount") + 1).value == "=0.1+0.1"
    assert page.cell(2, place("fine_amount") + 1).fill.fgColor.rgb == RED


def test_a_csv_gives_its_refused_rows_in_a_workbook_of_their_own() -> None:
    data = csv_file(*_rows({}, {"decided_on": "2026-02-30"}, {}, {"kinds": "罚金"}))
    returned = _returned(data, "a.csv")
    page = reopened(returned)["行政处罚"]
    last = len(PENALTY.columns)

    assert page.max_row == 3
    assert [page.cell(row, last + 1).value for row in (2, 3)] == [
        "未通过（原表第 3 行）",
        "未通过（原表第 5 行）",
    ]
    assert page.cell(2, place("decided_on") + 1).fill.fgColor.rgb == RED
    again, rows = _findings(returned, "a.xlsx")
    refused = again.filter(pl.col("severity") == "refused")
    assert (rows, refused["code"].to_list()) == (2, ["DATE_IMPOSSIBLE", "CHOICE_UNKNOWN"])


def test_a_large_sheet_gives_all_its_rows_at_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "IN_PLACE_ROWS", 2)
    data = xlsx_file(
        penalty(), {}, penalty(decided_on="2026-02-30", document_number="2"), penalty(document_number="3")
    )
    page = reopened(_returned(data))["行政处罚"]
    last = len(PENALTY.columns)

    assert [page.cell(row, last + 1).value for row in range(1, 6)] == [
        RESULT_HEADING,
        "通过",
        None,
        "未通过",
        "通过",
    ]
    assert page.cell(4, place("decided_on") + 1).fill.fgColor.rgb == RED


def test_a_very_large_sheet_gives_only_what_did_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "WHOLE_ROWS", 2)

    page = reopened(_returned(MIXED))["行政处罚"]

    assert page.max_row == 2
    assert page.cell(2, len(PENALTY.columns) + 1).value == "未通过（原表第 3 行）"


def test_rows_beyond_what_anybody_mends_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returning, "ROWS", 2)
    data = csv_file(*_rows(*({"decided_on": "2026-02-30"} for _ in range(5))))
    book = reopened(_returned(data, "a.csv"))

    assert book["行政处罚"].max_row == 3
    assert "另有 3 行没有列出" in str(list(book[SUMMARY_SHEET].values))
    assert [line[2] for line in book[SUMMARY_SHEET].values if "日期不存在" in str(line[1])] == [5]


def test_a_stray_cell_far_away_does_not_stop_the_return() -> None:
    """In place, going through the cells would take for ever: the rows are written anew instead."""

    def far(book: Any, page: Any) -> None:
        page.write_string(11_000, 300, "远")

    page = reopened(_returned(xlsx_file(penalty(decided_on="2026-02-30"), change=far)))["行政处罚"]

    assert page.cell(2, len(PENALTY.columns) + 1).value == "未通过"


@pytest.mark.parametrize("feed", [PENALTY, LICENSE], ids=lambda feed: feed.code)
def test_a_template_filled_in_is_read_without_a_difference(feed: Feed) -> None:
    book = reopened(workbook.template(feed))
    page = book[feed.sheet]
    row = files.penalty() if feed is PENALTY else files.licence()
    for number, name in enumerate(feed.fields, 1):
        page.cell(2, number).value = row.get(name)
    filled = io.BytesIO()
    book.save(filled)

    with sheets.open_sheet(filled, file_name="a.xlsx", feed=feed) as sheet:
        (frame,) = sheet.slices()
        assert sheet.headings.missing == ()
        assert sheet.headings.differences == ()
        assert sheet.headings.synonyms == {}
        assert sheet.notes == ()
    assert checks.check(frame, feed=feed, today=TODAY, agency=AGENCY).problems.is_empty()


def test_a_template_keeps_codes_as_text_and_explains_every_column() -> None:
    book = reopened(workbook.template(PENALTY))
    guide = list(book[GUIDE_SHEET].values)

    assert book.sheetnames == ["行政处罚", GUIDE_SHEET]
    assert book["行政处罚"].column_dimensions["C"].number_format == "@"
    assert [line[0] for line in guide[1 : len(PENALTY.columns) + 1]] == files.headings()
    assert guide[1][2] == "必填"
    needed = next(line for line in guide if line[1] == "CF_XDR_ZJHM")
    assert needed[2] == "行政相对人类别为自然人时必填"
    empty = files.fault(workbook.template(PENALTY), "a.xlsx")
    assert empty is not None
    assert empty.code == "FILE_HEADINGS_ONLY"

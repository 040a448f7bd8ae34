"""Empty templates with the official headings and an instruction sheet (空白模板)."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from xinheng.exchange.feeds import Column, ColumnType, Conditions, Feed
from xinheng.exchange.headings import GUIDE_SHEET

_ROWS = 50_000
_LIST_CHARACTERS = 255
_TEXT = {"num_format": "@"}
_FORMATS = {
    ColumnType.DATE: "日期，如 2026-11-23",
    ColumnType.MONEY: "数字，单位万元，最多六位小数",
    ColumnType.USCC: "18 位统一社会信用代码",
    ColumnType.IDENTITY: "证件号码，文本格式",
    ColumnType.FLAG: "是、否",
    ColumnType.URL: "以 http:// 或 https:// 开头",
}
_GUIDE = (("栏目", 34), ("代码", 16), ("是否必填", 40), ("格式", 30), ("可以填的内容", 60), ("说明", 60))


def template(feed: Feed) -> bytes:
    """An empty XLSX for a feed: official columns, then our optional ones; all cells formatted as text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    _page(book, feed)
    _guide(book, feed)
    book.close()
    return out.getvalue()


def _page(book: Any, feed: Feed) -> None:
    page = book.add_worksheet(feed.sheet)
    text = book.add_format(_TEXT)
    official = book.add_format({**_TEXT, "bold": True, "text_wrap": True, "bg_color": "#E6F0FB", "border": 1})
    ours = book.add_format({**_TEXT, "bold": True, "text_wrap": True, "bg_color": "#E9EDF2", "border": 1})
    for place, column in enumerate(feed.columns):
        page.set_column(place, place, max(14, min(2 * len(column.name), 34)), text)
        page.write_string(0, place, column.name, ours if column.extension else official)
        if column.note:
            page.write_comment(0, place, column.note)
        _offer(page, place, column)
    page.set_row(0, 36)
    page.freeze_panes(1, 1)


def _offer(page: Any, place: int, column: Column) -> None:
    """A list to choose from; a hint, no wall: what the sheet says is checked after the upload anyway."""
    names = ["是", "否"] if column.type is ColumnType.FLAG else names_of(column)
    single = column.type in (ColumnType.CHOICE, ColumnType.FLAG)
    if single and len(",".join(names)) <= _LIST_CHARACTERS:
        rule = {"validate": "list", "source": names, "error_type": "information"}
        page.data_validation(1, place, _ROWS, place, rule)


def _guide(book: Any, feed: Feed) -> None:
    page = book.add_worksheet(GUIDE_SHEET)
    bold = book.add_format({"bold": True})
    plain = book.add_format({**_TEXT, "text_wrap": True, "valign": "top"})
    for place, (heading, width) in enumerate(_GUIDE):
        page.write_string(0, place, heading, bold)
        page.set_column(place, place, width)
    for line, column in enumerate(feed.columns, 1):
        for place, text in enumerate(_explained(column, feed)):
            page.write_string(line, place, text, plain)
    left = "；".join(f"{each.name}：{each.why}" for each in feed.dropped)
    if left:
        page.write_string(len(feed.columns) + 2, 0, f"下列栏目不必填，填了也不保存。{left}。")
    page.freeze_panes(1, 0)


def _explained(column: Column, feed: Feed) -> tuple[str, ...]:
    return (
        column.name,
        column.code,
        _when(column, feed),
        _FORMATS.get(column.type, f"文字，不超过 {column.max_length} 字" if column.max_length else "文字"),
        "、".join(names_of(column)),
        column.note,
    )


def _when(column: Column, feed: Feed) -> str:
    if column.required:
        return "必填"
    said = "；".join(_condition(name, column.required_when, feed) for name in column.required_when)
    return f"{said}时必填" if said else "选填"


def _condition(name: str, conditions: Conditions, feed: Feed) -> str:
    on = feed.column(name)
    official = {code: text for text, code in reversed(list(on.choices.items()))}
    said = [official[code] for code in official if code in conditions[name]]
    return f"{on.name}为{'、'.join(reversed(said))}"


def names_of(column: Column) -> list[str]:
    """The official name of each choice: the first that the feed gives for a code."""
    first: dict[str, str] = {}
    for name, code in column.choices.items():
        first.setdefault(code, name)
    return list(first.values())

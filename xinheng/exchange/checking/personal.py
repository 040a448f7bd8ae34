"""Persons in cells that are shown as they stand: numbers of documents, names of bodies, addresses (栏目中的个人信息).

Free text may tell of persons and is withheld (exchange/privacy.py). These cells are what a public page is found
by and headed with: nobody could withhold them, so a row that tells of a person there is refused (三（二）).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import polars as pl

from xinheng.exchange.checking import findings
from xinheng.exchange.checking.work import Work
from xinheng.exchange.feeds import ColumnType
from xinheng.law.privacy import bare_name, find_personal, leads_to_person, surely_name

PERSON, TRADER = "natural_person", "sole_trader"
CODE = "FIELD_TELLS_PERSON"
_DIGITS = r"\d{11}"
# Words beside which a name stands; without one the name of a firm is not searched: 张建国粮油 is a trade name.
_BESIDE = "法定代表|负责人|经营者|业主|联系|经办|承办|电话|手机|身份证|个体"
_SHORT = 5


def tells_of_persons(work: Work) -> pl.DataFrame:
    """Rows about firms, bodies and traders that name a person outside the free texts; clause 3.2c."""
    frame = work.frame.filter(pl.col("party_kind").ne_missing(PERSON))
    found = [
        _found(frame, column.field, column.name, _numbers if column.type is ColumnType.NUMBER else _addresses)
        for column in work.columns(ColumnType.NUMBER, ColumnType.URL)
    ]
    for column in work.columns(ColumnType.NAME):
        if column.field == "party_name":
            trader = pl.col("party_kind").eq_missing(TRADER)
            found.append(_found(frame.filter(trader), column.field, column.name, _traders))
            found.append(_found(frame.filter(~trader), column.field, column.name, _firms))
        elif column.field != "legal_representative":
            own = work.agency.name if work.agency else ""
            found.append(_found(frame, column.field, column.name, partial(_bodies, own=own)))
    return findings.joined(found)


def _found(
    frame: pl.DataFrame, field: str, column: str, telling: Callable[[pl.Series], list[str]]
) -> pl.DataFrame:
    told = telling(frame.get_column(field).drop_nulls().unique())
    return (
        findings.where(frame, pl.col(field).is_in(told), field, CODE, column=column)
        if told
        else findings.none()
    )


def _numbers(texts: pl.Series) -> list[str]:
    """Document numbers differ by their digits alone: their few shapes are searched for names."""
    name = texts.name
    shaped = texts.to_frame().with_columns(shape=pl.col(name).str.replace_all(r"\d+", "0"))
    named = [shape for shape in shaped.get_column("shape").unique() if leads_to_person(shape)]
    suspects = shaped.filter(pl.col("shape").is_in(named) | pl.col(name).str.contains(_DIGITS))
    return [text for text in suspects.get_column(name) if leads_to_person(text)]


def _addresses(texts: pl.Series) -> list[str]:
    suspects = texts.filter(texts.str.contains(rf"{_DIGITS}|%[A-Fa-f]|[^\x00-\x7f]|@"))
    return [text for text in suspects if leads_to_person(text)]


def _bodies(texts: pl.Series, own: str) -> list[str]:
    """What stands beside an agency's own name; elsewhere only at the end: 洪泽区水利局 holds what looks like one."""
    return [text for text in texts if _tells(text, own)]


def _tells(text: str, own: str) -> bool:
    if own and own in text:
        return leads_to_person(text.replace(own, ""))
    if not leads_to_person(text):
        return False
    beside = any(word in text for word in _BESIDE.split("|")) or any(each.isdigit() for each in text)
    return beside or any(hit.kind == "person_name" and hit.end == len(text) for hit in find_personal(text))


def _traders(texts: pl.Series) -> list[str]:
    """A trader may go by a name of his own, which is masked; but by no number, and by no one else's name."""
    return [text for text in _suspects(texts) if find_personal(text) and not bare_name(text)]


def _firms(texts: pl.Series) -> list[str]:
    short = texts.filter(texts.str.len_chars() <= _SHORT)
    alone = [text for text in short if surely_name(text)]
    return alone + [text for text in _suspects(texts) if find_personal(text) or bare_name(text)]


def _suspects(texts: pl.Series) -> pl.Series:
    return texts.filter(texts.str.contains(f"{_DIGITS}|{_BESIDE}"))

"""A record said again in the words of its sheet (还原为报送内容), so that a correction takes the same way in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from xinheng.exchange.feeds import Column, ColumnType, Feed
from xinheng.exchange.sheets import open_sheet
from xinheng.law.facts import AgeClass, RecordFacts
from xinheng.law.lawbook import Law
from xinheng.law.questions import settle

_LENIENCY = ("force_majeure", "unintentional", "slight")


def fields_of(
    feed: Feed, said: Mapping[str, Any], facts: RecordFacts, person: Mapping[str, str]
) -> dict[str, str]:
    """Texts by field: what the record says, in clear and sealed, what its facts tell, and who it is about."""
    told: dict[str, Any] = {**person, **said}
    told |= {
        "effect": str(facts.effect),
        "contested": facts.contested,
        "summary_procedure": facts.summary_procedure,
    }
    told["leniency"] = [name for name in _LENIENCY if getattr(facts, name)]
    there = {column.field: column for column in feed.columns}
    return {name: _spoken(there[name], value) for name, value in told.items() if name in there and value}


def _spoken(column: Column, value: Any) -> str:
    words = {code: word for word, code in reversed(list(column.choices.items()))}
    if column.type is ColumnType.MULTI:
        return ";".join(words.get(each, each) for each in value)
    if column.type is ColumnType.CHOICE:
        return str(words.get(value, value))
    return "是" if value is True else str(value)


def one_row(fields: Mapping[str, str], feed: Feed) -> io.BytesIO:
    """A CSV of one row. Raises KeyError for a field the feed has not."""
    columns = [feed.column(name) for name in fields]
    columns += [column for column in feed.columns if column.required and column.field not in fields]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.code for column in columns])
    writer.writerow([fields.get(column.field, "") for column in columns])
    return io.BytesIO(text.getvalue().encode())


def frames(fields: Mapping[str, str], feed: Feed, row: int) -> Iterator[pl.DataFrame]:
    """The same as a slice of a sheet, under the number of the row that it corrects."""
    with open_sheet(one_row(fields, feed), file_name="更正.csv", feed=feed) as sheet:
        for frame in sheet.slices():
            yield frame.with_columns(pl.lit(row, frame.schema["row"]).alias("row"))


def settled_before(facts: RecordFacts, law: Law) -> tuple[str, ...]:
    """What officers had decided for the row; and that it was of age, which its day of the act told then."""
    if facts.age is AgeClass.ADULT:
        facts = settle(facts, "intake.age", {"age": AgeClass.ADULT.value}, law)
    return facts.settled

"""The demo's sheets as files that an agency would send (示例报送表)."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter

from xinheng.exchange.feeds import Feed, load
from xinheng.jobs.demo import mended, rows
from xinheng.jobs.demo.city import AGENCIES, DemoAgency, DemoSubject

PENALTIES, LICENCES, TO_UPLOAD = 420, 300, 60
LEFT_FOR_THE_VISITOR = "请上传这份.xlsx"


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One file of one agency for one feed."""

    path: Path
    feed: str
    agency: DemoAgency


def write_all(folder: Path, subjects: Sequence[DemoSubject], *, seed: int, today: date) -> list[DemoFile]:
    """Two sheets per agency under `folder`: penalties as XLSX or CSV in three encodings, licences as XLSX.

    And one more of the first agency, with the penalties of `mended`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for place, agency in enumerate(AGENCIES):
        rng = random.Random(f"{seed}/{agency.code}")
        penalties = _penalties(rng, agency, subjects, today, PENALTIES)
        encoding = ("", "utf-8", "utf-8-sig", "gb18030")[place % 4]
        made.append(_write(folder, "penalty", agency, penalties, encoding))
        made.append(_write(folder, "license", agency, _licences(rng, agency, subjects, today), ""))
    later = mended.penalties(AGENCIES[0], today)
    return [*made, _write(folder, "penalty", AGENCIES[0], later, "", name="补报")]


def write_to_upload(folder: Path, subjects: Sequence[DemoSubject], *, seed: int, today: date) -> Path:
    """The sheet that is left for the visitor: the first agency's next penalties, with faults to find."""
    rng, agency = random.Random(f"{seed}/upload"), AGENCIES[0]
    sheet = list(_penalties(rng, agency, subjects, today, TO_UPLOAD, first=9_000, faults=0.15))
    path = folder / LEFT_FOR_THE_VISITOR
    _xlsx(path, load("penalty"), sheet)
    return path


def _penalties(
    rng: random.Random,
    agency: DemoAgency,
    subjects: Sequence[DemoSubject],
    today: date,
    count: int,
    *,
    first: int = 1,
    faults: float = 0.03,
) -> Iterable[rows.Row]:
    for serial in range(first, first + count):
        subject = rng.choice(subjects)
        row = rows.penalty(rng, agency, subject, serial, today)
        chance = rng.random()
        if chance < faults:
            row = rows.spoil(rng, row, today)
        elif chance < faults + 0.02:
            row = rows.plant_personal_data(rng, row)
        elif subject.person_id and chance > 0.8:
            row = rows.leave_age_open(row)
        yield row


def _licences(
    rng: random.Random, agency: DemoAgency, subjects: Sequence[DemoSubject], today: date
) -> Iterable[rows.Row]:
    for serial in range(1, LICENCES + 1):
        row = rows.licence(rng, agency, rng.choice(subjects), serial, today)
        yield rows.spoil(rng, row, today) if rng.random() < 0.02 else row


def _write(
    folder: Path,
    feed_code: str,
    agency: DemoAgency,
    sheet: Iterable[rows.Row],
    encoding: str,
    *,
    name: str = "",
) -> DemoFile:
    feed = load(feed_code)
    name = f"{agency.short}-{feed.name}{name}"
    if encoding:
        path = folder / f"{name}.csv"
        _csv(path, feed, sheet, encoding)
    else:
        path = folder / f"{name}.xlsx"
        _xlsx(path, feed, sheet)
    return DemoFile(path, feed.code, agency)


def _headings(feed: Feed) -> tuple[str, ...]:
    return tuple(column.name for column in feed.columns)


def _csv(path: Path, feed: Feed, sheet: Iterable[rows.Row], encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_headings(feed))
        writer.writerows([row.get(field, "") for field in feed.fields] for row in sheet)


def _xlsx(path: Path, feed: Feed, sheet: Iterable[rows.Row]) -> None:
    """As a clerk's workbook would be: text cells throughout, so that no code loses its digits."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page, text = book.add_worksheet(feed.sheet), book.add_format({"num_format": "@"})
        page.set_column(0, len(feed.columns) - 1, 18, text)
        for number, heading in enumerate(_headings(feed)):
            page.write_string(0, number, heading)
        for line, row in enumerate(sheet, start=1):
            for number, field in enumerate(feed.fields):
                page.write_string(line, number, row.get(field, ""))

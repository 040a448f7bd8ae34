"""A holiday notice that is loaded while cases run, by two officers as a real one (放假通知)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import yaml

from tests import cast
from xinheng.catalog import services as catalog
from xinheng.catalog.public import current_law
from xinheng.law.lawbook import Law, _calendar_year, default_path
from xinheng.law.values import frozen
from xinheng.law.workdays import Calendar

NOTICE = """
year: 2027
notice: 示例放假通知
number:
confidence: sourced
source: 示例放假通知
doubt: [number]
rest:
  元旦: ["01-01"]
  春节: ["02-05", "02-08", "02-09", "02-10", "02-11", "02-12"]
work:
  春节: ["01-30", "02-20"]
"""


def announce(folder: Path, now: datetime) -> str:
    """Load the calendar of 2027, proposed by one officer of the credit office and approved by another; its digest."""
    path = folder / "reference"
    shutil.copytree(default_path(), path)
    (path / "calendars" / "2027.yaml").write_text(NOTICE, "utf-8")
    bundle = catalog.propose_bundle(path, actor=cast.OFFICER.actor, now=now)
    catalog.approve_bundle(bundle.digest, actor=cast.SECOND_OFFICER.actor, now=now)
    return bundle.digest


def announced(day: date) -> Law:
    """The law of a day as if the notice were loaded, for stories in which its way into force is not the point."""
    law = current_law(day)
    year = _calendar_year(frozen(yaml.safe_load(NOTICE)))
    return replace(law, book=replace(law.book, calendar=Calendar({**law.calendar.years, year.year: year})))

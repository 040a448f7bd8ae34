"""What anybody may ask of the lists of seriously untrustworthy entities (名单公开查询). No person is among them.

Under the same predicate over dates as everything public: `visible_from <= today < visible_until`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from xinheng.publication import tables

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """One visible entry of a list. `visible_until` is the first day no longer shown, None is open."""

    entry: UUID
    uscc: str
    name: str
    kind: str
    list: str
    list_name: str
    range: str
    body_name: str
    number: str
    decided_on: date
    listed_on: date
    interim: bool
    visible_from: date
    visible_until: date | None
    # Measures that rest on it are lifted while a plan of a court runs.
    lifted: bool

    @property
    def last_day(self) -> date | None:
        return self.visible_until - timedelta(days=1) if self.visible_until else None


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page of the entries of a list, newest first; `total` counts all of them."""

    total: int
    entries: tuple[Listed, ...]


def counts(today: date) -> dict[str, int]:
    """Code of a list -> how many of its entries are visible today; a list without any is not there."""
    with connection.cursor() as cursor:
        cursor.execute(tables.LIST_COUNTS, {"today": today})
        return dict(cursor.fetchall())


def of_list(code: str, *, today: date, page: int = 1) -> ListedPage:
    """The visible entries of a list, PAGE_SIZE to a page; one statement. Nothing of a list that nobody knows."""
    told: dict[str, Any] = {
        "list": code,
        "today": today,
        "skip": max(page - 1, 0) * PAGE_SIZE,
        "size": PAGE_SIZE,
    }
    with connection.cursor() as cursor:
        cursor.execute(tables.LISTED, told)
        rows = cursor.fetchall()
    found = (
        dict(zip((*tables.LISTED_COLUMNS, "lifted"), row[1:], strict=True))
        for row in rows
        if row[1] is not None
    )
    return ListedPage(int(rows[0][0]), tuple(Listed(**each) for each in found))


def listed(raw: Mapping[str, Any]) -> Listed:
    """An entry from its JSON, as tables.SUBJECT has it, beside the facts of its subject."""
    told = {name: raw[name] for name in (*tables.LISTED_COLUMNS, "lifted")}
    days = ("decided_on", "listed_on", "visible_from", "visible_until")
    read = {name: date.fromisoformat(told[name]) if told[name] else None for name in days}
    return Listed(**(told | read | {"entry": UUID(told["entry"])}))

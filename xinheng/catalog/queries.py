"""Reads of bundles, rulings and the mirror (目录与裁定的查询)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xinheng.catalog import books, models
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Lawbook
from xinheng.law.reference import ReferenceValue, RulingDecision, Rulings


@dataclass(frozen=True, slots=True)
class BundleRow:
    """One bundle as a page shows it; `changes` are Chinese sentences."""

    digest: str
    path: str
    changes: tuple[str, ...]
    proposed_by: UUID
    proposed_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class RulingRow:
    """One ruling; `facts` are the facts that its question distinguishes."""

    id: UUID
    number: str
    value_id: str
    key: str
    facts: dict[str, Any]
    decision: dict[str, Any]
    ground: str
    clauses: tuple[str, ...]
    proposed_by: UUID
    proposed_at: datetime
    approved_by: UUID | None
    approved_at: datetime | None
    revoked_by: UUID | None
    revoked_at: datetime | None

    @property
    def in_force(self) -> bool:
        return self.approved_at is not None and self.revoked_at is None


def current_lawbook() -> Lawbook:
    """The lawbook of the bundle in force; before the founding one is recorded, the shipped edition."""
    row = models.Bundle.objects.filter(is_current=True).values_list("path", "digest").first()
    return books.at(*row) if row else books.shipped()


def lawbook_of(digest: str) -> Lawbook:
    """The lawbook of a bundle, proposed or in force. Raises Refusal NOT_FOUND or BUNDLE_CHANGED."""
    path = models.Bundle.objects.filter(digest=digest).values_list("path", flat=True).first()
    if path is None:
        raise Refusal.because("NOT_FOUND")
    return books.at(path, digest)


def rulings(*, without: UUID | None = None) -> Rulings:
    """The rulings in force, as `Lawbook.as_of` takes them; `without` leaves one out."""
    rows = models.Ruling.objects.filter(approved_at__isnull=False, revoked_at=None)
    if without is not None:
        rows = rows.exclude(id=without)
    found = rows.values_list("value_id", "key", "number", "decision")
    return Rulings({(value, key): RulingDecision(number, decision) for value, key, number, decision in found})


def ruling(ruling_id: UUID) -> RulingRow:
    """Raises Refusal NOT_FOUND."""
    row = models.Ruling.objects.filter(id=ruling_id).values(*_RULING).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    return _ruling(row)


def ruling_rows(*, in_force_only: bool = False) -> tuple[RulingRow, ...]:
    """All rulings, newest first."""
    rows = models.Ruling.objects.order_by("-proposed_at", "-id").values(*_RULING)
    found = (_ruling(row) for row in rows)
    return tuple(row for row in found if row.in_force or not in_force_only)


def bundles() -> tuple[BundleRow, ...]:
    """All bundles, newest first."""
    rows = models.Bundle.objects.order_by("-proposed_at")
    return tuple(
        BundleRow(
            each.digest, each.path, tuple(each.changes), each.proposed_by, each.proposed_at, each.approved_by,
            each.approved_at, each.is_current,
        )
        for each in rows
    )  # fmt: skip


def mirrored() -> dict[str, tuple[Any, str]]:
    """The mirrored values: path -> (value, confidence)."""
    rows = models.ReferenceValue.objects.values_list("path", "value", "confidence")
    return {path: (value, confidence) for path, value, confidence in rows}


def mirror_faults(values: Iterable[ReferenceValue]) -> tuple[str, ...]:
    """Where file and table differ, one Chinese sentence each; empty when they agree."""
    table = mirrored()
    found: list[str] = []
    for each in values:
        if each.path not in table:
            found.append(f"{each.path}：库表中没有这一项。")
        elif table[each.path] != (each.value, each.confidence):
            kept = table[each.path][0]
            found.append(f"{each.path}：文件是“{_told(each.value)}”，库表是“{_told(kept)}”。")
        table.pop(each.path, None)
    found += [f"{path}：文件中已没有这一项，库表还有。" for path in table]
    return tuple(found)


def _told(value: Any) -> str:
    return "未填" if value in (None, "") else str(value)


_RULING = (
    "id", "number", "value_id", "key", "facts", "decision", "ground", "clauses", "proposed_by", "proposed_at",
    "approved_by", "approved_at", "revoked_by", "revoked_at",
)  # fmt: skip


def _ruling(row: dict[str, Any]) -> RulingRow:
    return RulingRow(**{**row, "clauses": tuple(row["clauses"])})

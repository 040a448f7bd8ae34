"""Numbers of cases and of what parties bring forward (案件编号): one register a year each, without gaps."""

from __future__ import annotations

from xinheng.documents import numbers
from xinheng.law.lawbook import Law
from xinheng.ledger.emitting import part_of_event

FILE = "casework.yaml"


@part_of_event
def next_number(register: str, year: int, law: Law) -> str:
    """`MDAJ-2026-000001`; a rollback gives it back."""
    prefix = law.document(FILE)["registers"][register]["prefix"]
    numbers.hold(register, year)
    return f"{prefix}-{year}-{numbers.take(register, year):06d}"

"""Where a clause and an instrument are shown (条文地址)."""

from __future__ import annotations

from urllib.parse import quote

PLAN = "huaian-2021-13"


def clause_anchor(clause_id: str) -> str:
    """`huaian-2021-13#3.2c` -> `c-3.2c`, the id of its place on the instrument's page."""
    return "c-" + clause_id.partition("#")[2]


def clause_address(clause_id: str) -> str:
    """The page and place where a clause is shown; the plan's clauses have a page of their own."""
    instrument, _, part = clause_id.partition("#")
    page = "/plan/" if instrument == PLAN else f"/policies/{quote(instrument)}"
    return f"{page}#{quote(clause_anchor(clause_id))}" if part else page

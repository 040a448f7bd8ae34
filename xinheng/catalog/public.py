"""The law that anybody may ask for (公开的法规与目录): no person is in it."""

from __future__ import annotations

from datetime import date

from xinheng.catalog.queries import current_lawbook, rulings
from xinheng.law.lawbook import Law


def current_law(day: date) -> Law:
    """The law of a day under the bundle and the rulings in force."""
    return current_lawbook().as_of(day, rulings())

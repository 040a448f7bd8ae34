"""A page that counts with all threads, as pages of the desk do (计数页)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import polars as pl

MANY = 200_000


def count() -> int:
    """How many different numbers there are: polars parts this among its threads."""
    return pl.DataFrame({"number": [n % 1000 for n in range(MANY)]}).group_by("number").len().height


def application(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application."""
    start("200 OK", [("Content-Type", "text/plain")])
    return [str(count()).encode()]

"""A page of a list (分页): some rows, and how many there are in all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Some rows of a list and how many there are in all; `page` counts from 1."""

    rows: Sequence[R]
    total: int
    page: int
    size: int


def paged(found: QuerySet[M], page: int, size: int, view: Callable[[M], R]) -> Page[R]:
    """One page of what was found, each row as `view` gives it."""
    first = (max(1, page) - 1) * size
    return Page([view(row) for row in found[first : first + size]], found.count(), max(1, page), size)

"""Feeds: the columns of one kind of sheet, read from reference/feeds (报送模板)."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xinheng.law.lawbook import default_path
from xinheng.law.values import read_yaml

Conditions = Mapping[str, frozenset[str]]


class ColumnType(enum.StrEnum):
    """How the cells of a column are cleaned, read and checked."""

    TEXT = "text"
    NAME = "name"
    NUMBER = "number"  # 文号: kept as written, compared by its key
    USCC = "uscc"
    IDENTITY = "identity"
    DATE = "date"
    MONEY = "money_wan"
    CHOICE = "choice"
    MULTI = "multi"
    FLAG = "flag"
    URL = "url"


@dataclass(frozen=True, slots=True)
class MoneyBounds:
    """In 万元: when to tell what was understood, and from where a value can only be a mistaken unit."""

    decimals: int
    tell_below: Decimal
    tell_from: Decimal
    impossible_from: Decimal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """One column: what it is called, how it is read, when it must be filled or must stay empty.

    A condition maps a field to codes: it holds when the field has one of them. Dates that are `past` cannot
    lie ahead; a fault in an `advisory` column is told and refuses nothing, for it is never believed anyway.
    `spoken_in` is the text that repeats an amount in yuan after the word `spoken_as`; a `reporter` column
    must have the code of the agency that reports.
    """

    field: str
    code: str
    name: str
    type: ColumnType
    synonyms: tuple[str, ...] = ()
    required: bool = False
    required_when: Conditions = dataclasses.field(default_factory=dict)
    empty_when: Conditions = dataclasses.field(default_factory=dict)
    zero_unless: Conditions = dataclasses.field(default_factory=dict)
    above_zero_when: Conditions = dataclasses.field(default_factory=dict)
    max_length: int | None = None
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)
    ambiguous: Mapping[str, str] = dataclasses.field(default_factory=dict)
    other_prefix: str = ""
    words: Mapping[str, date] = dataclasses.field(default_factory=dict)
    not_before: str = ""
    not_after: str = ""
    past: bool = False
    advisory: bool = False
    identity_kind: str = ""
    spoken_in: str = ""
    spoken_as: str = ""
    money: MoneyBounds | None = None
    reporter: bool = False
    extension: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A column of the official template that is no field of the catalog: known, and never stored."""

    code: str
    name: str
    synonyms: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Feed:
    """One kind of sheet (双公示行政处罚, 行政许可). `sheet` is the name of its worksheet in our template.

    `strict_kinds` maps the first two characters of a credit code to the one kind of party that has them;
    `finer_kinds` to the kind that is meant when only `coarse_kind` is stated.
    """

    code: str
    item: str
    name: str
    sheet: str
    columns: tuple[Column, ...]
    dropped: tuple[Dropped, ...]
    strict_kinds: Mapping[str, str]
    finer_kinds: Mapping[str, str]
    coarse_kind: str

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(column.field for column in self.columns)

    def column(self, name: str) -> Column:
        """Raises KeyError for a field the feed does not have."""
        for column in self.columns:
            if column.field == name:
                return column
        raise KeyError(name)

    def of_type(self, *types: ColumnType) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.type in types)


@cache
def load(code: str, root: Path | None = None) -> Feed:
    """The feed of a code. Raises KeyError for an unknown one."""
    path = (root or default_path()) / "feeds" / f"{code}.yaml"
    if code not in codes(root):
        raise KeyError(code)
    return from_raw(read_yaml(path))


@cache
def codes(root: Path | None = None) -> tuple[str, ...]:
    """The codes of all feeds there are, sorted."""
    return tuple(sorted(path.stem for path in ((root or default_path()) / "feeds").glob("*.yaml")))


def from_raw(raw: Mapping[str, Any]) -> Feed:
    """The feed that a mapping of reference/feeds describes. Raises KeyError, TypeError or ValueError."""
    bounds = _money(raw.get("money"))
    return Feed(
        code=str(raw["feed"]),
        item=str(raw["item"]),
        name=str(raw["name"]),
        sheet=str(raw["sheet"]),
        columns=tuple(_column(each, bounds) for each in raw["columns"]),
        dropped=tuple(map(_dropped, raw.get("dropped") or ())),
        strict_kinds=_texts(raw["party_kind_of_code"]["strict"]),
        finer_kinds=_texts(raw["party_kind_of_code"]["finer"]),
        coarse_kind=str(raw["party_kind_of_code"]["coarse"]),
    )


_CONDITIONS = ("required_when", "empty_when", "zero_unless", "above_zero_when")
_MAPPINGS = ("choices", "ambiguous", "words")
_PROVENANCE = ("source", "confidence")


def _column(raw: Mapping[str, Any], bounds: MoneyBounds | None) -> Column:
    given = {name: value for name, value in raw.items() if name not in _PROVENANCE}
    given["type"] = ColumnType(raw["type"])
    given["money"] = bounds if given["type"] is ColumnType.MONEY else None
    for name in _CONDITIONS:
        given[name] = MappingProxyType({on: frozenset(of) for on, of in (raw.get(name) or {}).items()})
    for name in _MAPPINGS:
        given[name] = raw.get(name) or MappingProxyType({})
    return Column(**given)


def _dropped(raw: Mapping[str, Any]) -> Dropped:
    return Dropped(raw["code"], raw["name"], tuple(raw.get("synonyms") or ()), raw["why"])


def _money(raw: Mapping[str, Any] | None) -> MoneyBounds | None:
    if raw is None:
        return None
    bounds = (Decimal(str(raw[name])) for name in ("tell_below", "tell_from", "impossible_from"))
    return MoneyBounds(int(raw["decimals"]), *bounds)


def _texts(raw: Mapping[Any, Any]) -> Mapping[str, str]:
    return MappingProxyType({str(key): str(value) for key, value in raw.items()})

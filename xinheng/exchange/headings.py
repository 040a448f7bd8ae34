"""Matching the headings of a sheet with the columns of a feed (表头对照)."""

# clauses: 3.1, 5.3

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from xinheng.exchange.faults import FileFault, Finding
from xinheng.exchange.feeds import Column, Dropped, Feed

RESULT_HEADING = "校验结果"
ADVICE_HEADING = "问题与改法（依据）"
OUR_HEADINGS = frozenset({RESULT_HEADING, ADVICE_HEADING})
SUMMARY_SHEET = "汇总"
GUIDE_SHEET = "填报说明"
OUR_SHEETS = frozenset({SUMMARY_SHEET, GUIDE_SHEET})

# What people add to a heading without meaning another column: a star, "必填", line ends, blanks, brackets.
_DECORATION = re.compile(r"[\s*＊:：]+|[（(\[【](?:必填|选填|必填项|非必填)[)）\]】]")
_PUNCTUATION = re.compile(r"[()\[\]{}（）【】〔〕_、,，.。/\-]")
_LONG_NUMBER = re.compile(r"[0-9０-９]{6,}[XxＸ]?")
_CODE = re.compile(r"[A-Za-z]{2,4}(?:_[A-Za-z0-9]+)+")


@dataclass(frozen=True, slots=True)
class HeadingMatch:
    """Which heading stands for which field; what is missing, unknown, known but never stored.

    `headings` are those of the sheet in its order, `places` their 0-based column by field.
    `synonyms` holds the fields whose heading is neither the code nor the official name.
    """

    headings: tuple[str, ...]
    matched: Mapping[str, str]
    places: Mapping[str, int]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    dropped: tuple[tuple[str, str], ...]
    synonyms: Mapping[str, str]
    twice: tuple[tuple[str, str], ...]

    @property
    def differences(self) -> tuple[Finding, ...]:
        """What differs from the template and stops nothing, each to be told."""
        told = [Finding("COLUMN_UNKNOWN", {"column": each}) for each in self.extra]
        told += [Finding("COLUMN_DROPPED", {"column": name, "why": why}) for name, why in self.dropped]
        return tuple(told)

    def to_json(self) -> dict[str, Any]:
        """As kept with a batch."""
        return {
            "matched": dict(self.matched),
            "missing": list(self.missing),
            "extra": list(self.extra),
            "dropped": [name for name, _ in self.dropped],
            "synonyms": dict(self.synonyms),
        }


@lru_cache(4096)
def key(heading: str) -> str:
    """A heading for comparing: width, decoration, punctuation, blanks and case made one."""
    folded = unicodedata.normalize("NFKC", _DECORATION.sub("", heading))
    return _PUNCTUATION.sub("", _DECORATION.sub("", folded)).upper()


@cache
def _known(feed: Feed) -> Mapping[str, tuple[Column | Dropped, bool]]:
    """Every spelling of every column, and whether it is an official one; official spellings win."""
    columns: tuple[Column | Dropped, ...] = (*feed.columns, *feed.dropped)
    table: dict[str, tuple[Column | Dropped, bool]] = {}
    for column in columns:
        for official in (column.code, column.name):
            table[key(official)] = (column, True)
    for column in columns:
        for synonym in column.synonyms:
            table.setdefault(key(synonym), (column, False))
    return table


def look_up(heading: str, feed: Feed) -> tuple[Column | Dropped, bool] | None:
    """The column a heading means, by its code, official name or a synonym; by a code within it as well."""
    known = _known(feed)
    found = known.get(key(heading))
    if found is None:
        codes = _CODE.findall(unicodedata.normalize("NFKC", heading))
        found = known.get(key(codes[0])) if len(codes) == 1 else None
    return found


def match(headings: Sequence[str], feed: Feed) -> HeadingMatch:
    """Compare without judging: `require` decides whether the sheet can be read."""
    matched: dict[str, str] = {}
    places: dict[str, int] = {}
    synonyms: dict[str, str] = {}
    extra: list[str] = []
    dropped: list[tuple[str, str]] = []
    twice: list[tuple[str, str]] = []
    for place, heading in enumerate(headings):
        found = look_up(heading, feed) if heading.strip() else None
        if found is None:
            extra += [heading] if heading.strip() and heading.strip() not in OUR_HEADINGS else []
        elif isinstance(found[0], Dropped):
            dropped.append((heading, found[0].why))
        elif found[0].field in places:
            twice.append((matched[found[0].field], heading))
        else:
            matched[found[0].field], places[found[0].field] = heading, place
            if not found[1]:
                synonyms[found[0].field] = heading
    missing = tuple(c.field for c in feed.columns if c.field not in places)
    return HeadingMatch(
        tuple(headings), matched, places, missing, tuple(extra), tuple(dropped), synonyms, tuple(twice)
    )


def resembles(found: HeadingMatch, feed: Feed) -> bool:
    """Whether these are headings of the feed at all: at least half of the required columns are there."""
    required = [column.field for column in feed.columns if column.required]
    return 2 * sum(name in found.places for name in required) >= len(required)


def require(found: HeadingMatch, feed: Feed, others: Sequence[Feed] = ()) -> None:
    """Raise FileFault unless the sheet has every required column once.

    `others` are the feeds that a sheet of another kind is compared with, to say what it looks like.
    """
    if not resembles(found, feed):
        _unknown(found, feed, others)
    if found.twice:
        first, second = found.twice[0]
        raise FileFault("HEADING_TWICE", first=first, second=second)
    lacking = [c.name for c in feed.columns if c.required and c.field not in found.places]
    if lacking:
        raise FileFault(
            "HEADINGS_MISSING", feed=feed.name, missing="、".join(lacking), extra=_listed(found.extra)
        )


def _unknown(found: HeadingMatch, feed: Feed, others: Sequence[Feed]) -> None:
    like = [other.name for other in others if resembles(match(found.headings, other), other)]
    if like:
        raise FileFault("TEMPLATE_OTHER", feed=feed.name, like=like[0])
    lacking = [c.name for c in feed.columns if c.required and c.field not in found.places]
    raise FileFault(
        "TEMPLATE_UNKNOWN", feed=feed.name, missing="、".join(lacking), extra=_listed(found.extra)
    )


def _listed(headings: Sequence[str], most: int = 12) -> str:
    """Some headings in one line; a sheet may have a great many, and long ones."""
    # A sheet without headings has a person's row in their place: numbers are not repeated.
    names = "、".join(_LONG_NUMBER.sub("…", each.strip())[:20] for each in headings[:most]) or "无"
    return names + (f" 等 {len(headings)} 个" if len(headings) > most else "")

"""A stored entry in words: fields with their names, choices spelt out, reasons told (公示内容的说明)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from xinheng.law.language import Clause, Outcome, Reason
from xinheng.law.lawbook import Law, Lawbook
from xinheng.law.reference import CatalogItem
from xinheng.law.refusals import Told, tell, tell_all

WITHHELD = "含个人信息，暂不公开"
_PERMITTED = Reason("disclosure", Outcome.PERMITTED, ())

FieldShown = tuple[str, str, str, str]
Words = Mapping[str, Mapping[str, str]]

# A lawbook of one digest never changes.
_choices: dict[tuple[str, str], Words] = {}


def fields(row: Mapping[str, Any], law: Law) -> Iterator[FieldShown]:
    """(code, label, value, note) of each shown field in the order of the catalog; withheld ones keep their place."""
    item = _item(row, law)
    content, withheld = row["content"], set(row["withheld"])
    words = choices(law.book, row["item_code"])
    for each in item.fields if item else ():
        if each.code in withheld:
            yield each.code, each.name, "", WITHHELD
        elif content.get(each.code) not in (None, "", []):
            yield each.code, each.name, _told(content[each.code], words.get(each.code, {})), ""


def basis(row: Mapping[str, Any], law: Law) -> tuple[str, ...]:
    """Ids of the clauses that the publication rests on: the item's, then those of the answer."""
    item = _item(row, law)
    cited = (*(item.basis if item else ()), *row["verdict"]["clauses"])
    return tuple(each for each in dict.fromkeys(cited) if each in law.book.clauses)


def explanation(verdict: Mapping[str, Any], law: Law) -> tuple[Told, ...]:
    """The stored reasons in the words of refusals.yaml; an answer without any is told as conforming."""
    reasons = [stored_reason(each) for each in verdict["reasons"]]
    cited = tuple(map(Clause, verdict["clauses"]))
    return tell_all(reasons, law) or (tell(Reason(_PERMITTED.rule, Outcome.PERMITTED, cited), law),)


def stored_reason(raw: Mapping[str, Any]) -> Reason:
    """A Reason again, of its stored form."""
    return Reason(
        raw["rule"], Outcome(raw["outcome"]), tuple(map(Clause, raw["clauses"])), raw["code"], raw["values"]
    )


def choices(book: Lawbook, item: str) -> Words:
    """For each field with choices or an open end, code or day -> the first Chinese word that the feed has for it."""
    key = (book.digest, item)
    if key not in _choices:
        _choices[key] = _read_choices(book, item)
    return _choices[key]


def _read_choices(book: Lawbook, item: str) -> Words:
    feed = book.documents.get(f"feeds/{item}.yaml") or {}
    found: dict[str, dict[str, str]] = {}
    for column in feed.get("columns", ()):
        # 2099-12-31 is how a sheet writes 长期: `words` maps such words to their day.
        for word, code in {**(column.get("choices") or {}), **(column.get("words") or {})}.items():
            found.setdefault(str(column["field"]), {}).setdefault(str(code), str(word))
    return found


def _item(row: Mapping[str, Any], law: Law) -> CatalogItem | None:
    decided: date = row["decided_on"]
    return law.item_of(row["item_code"], decided)


def _told(value: Any, words: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return "、".join(_told(each, words) for each in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return words.get(str(value), str(value))

"""The kinds of documents and their registers, as reference/documents.yaml has them (文书种类)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xinheng.law.lawbook import Law

FILE = "documents.yaml"


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """What it is called, how it is numbered and drawn, whom it may be issued for."""

    code: str
    name: str
    prefix: str
    template: str
    audiences: tuple[str, ...]
    texts: Mapping[str, Any]
    # A paper of a case (办案文书), told to the ledger as such; else a credit report.
    paper: bool = False

    def number(self, year: int, running: int) -> str:
        """`XYBG-2026-000001`: short enough to be told on the phone."""
        return f"{self.prefix}-{year}-{running:06d}"


def kinds(law: Law) -> dict[str, DocumentKind]:
    """All kinds by code, reports and papers."""
    known = law.document(FILE)
    reports = {each["code"]: _kind(each) for each in known["kinds"]}
    return {**reports, **_papers(known["papers"])}


def kind(code: str, law: Law) -> DocumentKind:
    """Raises KeyError for a kind that is not there."""
    return kinds(law)[code]


def words(name: str, law: Law) -> Mapping[str, str]:
    """One of the tables of words: marks, effects, domains."""
    return dict(law.document(FILE)[name])


def _papers(shared: Mapping[str, Any]) -> dict[str, DocumentKind]:
    """Papers have template, audiences and most sentences in common."""
    common = {name: shared[name] for name in ("template", "audiences")}
    texts = shared["texts"]
    return {
        each["code"]: _kind({**common, **each, "texts": {**texts, **each["texts"]}, "paper": True})
        for each in shared["kinds"]
    }


def _kind(raw: Mapping[str, Any]) -> DocumentKind:
    return DocumentKind(
        code=raw["code"],
        name=raw["name"],
        prefix=raw["prefix"],
        template=raw["template"],
        audiences=tuple(raw["audiences"]),
        texts=raw["texts"],
        paper=raw.get("paper", False),
    )

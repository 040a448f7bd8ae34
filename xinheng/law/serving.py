"""Service of documents (送达): the ways, what each has to prove, and which day is the day of service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from xinheng.law.deadlines import begin, due
from xinheng.law.periods import Period, period

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

FILE = "service.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way of serving a document. `delay` runs from the day the proof names until the document counts as served."""

    id: str
    name: str
    day: str
    proof: tuple[str, ...]
    delay: Period | None
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofOfService:
    """What a proof of service shows (送达回证): which paper, to which party, how, on which day, with what."""

    document: str
    party: str
    way: str
    on: date
    shows: frozenset[str]


def ways(law: Law) -> Mapping[str, Way]:
    """All ways of serving, by id."""
    return {each["id"]: _way(each) for each in law.document(FILE)["ways"]}


def _way(entry: Mapping[str, Any]) -> Way:
    delay = entry.get("delay")
    whole = {**delay, "from": "announced", "confidence": entry["confidence"]} if delay else None
    return Way(
        id=entry["id"],
        name=entry["name"],
        day=entry["day"],
        proof=tuple(entry["proof"]),
        delay=period(whole, entry["id"], entry["name"]) if whole else None,
        clauses=tuple(entry["clauses"]),
    )


def unproved(proof: ProofOfService, law: Law) -> tuple[str, ...]:
    """What the proof lacks, in Chinese; an unknown way lacks everything."""
    way = ways(law).get(proof.way)
    if way is None:
        return ("规定的送达方式",)
    names = {each["id"]: each["name"] for each in law.document(FILE)["proofs"]}
    return tuple(names[each] for each in way.proof if each not in proof.shows)


def served_on(proof: ProofOfService, law: Law) -> date:
    """The day of service: the day of the proof, or of the announcement and what has to pass after it.

    Periods run from the next day. Raises KeyError for an unknown way.
    """
    way = ways(law)[proof.way]
    if way.delay is None:
        return proof.on
    last = due(begin(way.delay, proof.on), law.calendar).last
    assert last is not None  # noqa: S101  # a period without suspensions ends
    return last

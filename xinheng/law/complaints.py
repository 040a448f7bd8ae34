"""Who handles a complaint (举报由谁办理): a written table of bodies per category, and never the one complained about.

Nobody is found guilty here: the table says only to whom a complaint goes and which answers there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uuid import UUID

    from xinheng.law.lawbook import Law

FILE = "complaints.yaml"
TAKING, ANSWER = "complaint_taking", "complaint_answer"


@dataclass(frozen=True, slots=True)
class Category:
    """What a complaint is about; `to` names bodies of the table, the first that can take it does."""

    id: str
    name: str
    hint: str
    to: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers there are; `says` is what whoever holds the code is told."""

    id: str
    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Registered:
    """A body as it is registered: whom it may stand for in the table."""

    id: UUID
    domains: Collection[str]
    is_lead: bool


def categories(law: Law) -> Mapping[str, Category]:
    """All categories by id, in the order of the table."""
    return {
        each["id"]: Category(
            each["id"], each["name"], each["hint"], tuple(each["to"]), tuple(each["clauses"])
        )
        for each in law.document(FILE).get("categories", ())
    }


def answers(law: Law) -> Mapping[str, Answer]:
    """The answers there are, by id."""
    return {
        each["id"]: Answer(each["id"], each["name"], each["says"])
        for each in law.document(FILE).get("outcomes", ())
    }


def competent(
    category: str, about: UUID | None, registered: Iterable[Registered], law: Law
) -> tuple[UUID, ...]:
    """Bodies that may take a complaint of this category, the table's first choice first; () where there is none.

    Never the body that is complained about. Raises KeyError for an unknown category.
    """
    there = list(registered)
    finds = {each["id"]: each["find"] for each in law.document(FILE)["bodies"]}
    found = (
        each.id
        for body in categories(law)[category].to
        for each in there
        if _is(each, finds[body]) and each.id != about
    )
    return tuple(dict.fromkeys(found))


def _is(body: Registered, find: Mapping[str, Any]) -> bool:
    return body.is_lead if find.get("lead") else find["domain"] in body.domains

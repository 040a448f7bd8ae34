"""Who leads, who signs, who takes part (分工, 6.2b): each paragraph of the plan by body; counties for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xinheng.law.language import Answer, Outcome, rule
from xinheng.law.leniency import within

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

FILE = "duties.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One paragraph: the bodies that lead (each signs), those that take part, and whether counties act separately."""

    paragraph: str
    cite: str
    lead: tuple[str, ...]
    share: tuple[str, ...]
    counties_separately: bool


def duties(law: Law) -> tuple[Duty, ...]:
    """All paragraphs with their bodies, in the order of the plan."""
    return tuple(
        Duty(
            paragraph=each["id"],
            cite=each["cite"],
            lead=tuple(each["lead"]),
            share=tuple(each["share"]),
            counties_separately=each["counties"] == "separately",
        )
        for each in law.document(FILE)["paragraphs"]
    )


def duty(paragraph: str, law: Law) -> Duty:
    """Raises KeyError for a paragraph without a division of duties."""
    for each in duties(law):
        if each.paragraph == paragraph:
            return each
    raise KeyError(paragraph)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningFacts:
    """Who would sign what: paragraph, the body's part in it, its area code, the area of the matter, county or city."""

    paragraph: str
    body: str
    area: str
    matter_area: str
    county: bool = False


@rule("duties.sign", "huaian-2021-13#6.2b")
def may_sign(facts: SigningFacts, law: Law) -> Answer:
    """A lead body signs; where none leads, a body that takes part, by duty; a county only for itself."""
    found = duty(facts.paragraph, law)
    if facts.county and not within(facts.matter_area, facts.area):
        return Outcome.FORBIDDEN, "SIGNS_FOR_OTHER_AREA"
    if facts.body in (found.lead or found.share):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "NOT_A_SIGNING_BODY", {"label": found.cite}

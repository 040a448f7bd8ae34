"""On what a record may rest: the closed set of documents with legal effect (认定依据, 二（二）)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xinheng.law.facts import Effect, RecordFacts
from xinheng.law.language import Answer, Outcome, rule

if TYPE_CHECKING:
    from xinheng.law.lawbook import Law

INCLUSION = "inclusion"


@rule("basis.kind", "huaian-2021-13#2.2a")
def kind_of_document(facts: RecordFacts, law: Law) -> Answer:
    """Only the closed set of documents founds anything adverse, and each item rests on its own kind."""
    item = law.item(facts.item)
    if item is None:
        return Outcome.PERMITTED  # Whether the item exists is the question of another rule.
    closed = law.document("terms.yaml")["effective_documents"]["value"]
    if item.adverse and facts.instrument_kind not in closed:
        return Outcome.FORBIDDEN, "BASIS_DOC_MISSING", {"item": item.name}
    if facts.instrument_kind not in item.data["instruments"]:
        return Outcome.FORBIDDEN, "BASIS_DOC_KIND", {"item": item.name}
    return Outcome.PERMITTED


@rule("basis.effect", "huaian-2021-13#2.2a")
def in_effect(facts: RecordFacts, law: Law) -> Answer:
    """Not yet effective, stayed, revoked, void or lapsed documents found nothing.

    Which effects an item admits is its own statement: a licence that has lapsed is still a true record.
    """
    item = law.item(facts.item)
    admitted = item.data["effects"] if item else (Effect.EFFECTIVE.value,)
    if facts.effect in admitted:
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, f"BASIS_{facts.effect.name}"


@rule("basis.contested", "huaian-2021-13#2.2a")
def contested(facts: RecordFacts, _law: Law) -> Answer:
    """Reconsideration or a suit does not stay a decision: the record is taken and marked, nothing more."""
    return (Outcome.PERMITTED, "CONTESTED_MARKED") if facts.contested else Outcome.PERMITTED


@rule("basis.inclusion", "huaian-2021-13#3.1", "huaian-2021-13#1.3a")
def item_has_basis(facts: RecordFacts, law: Law) -> Answer:
    """The item names a provision of a rank that admits inclusion, by an instrument in force on the day."""
    item = law.item(facts.item)
    if item is None or any(law.admits(INCLUSION, clause) for clause in item.basis):
        return Outcome.PERMITTED
    return Outcome.FORBIDDEN, "BASIS_RANK", {"item": item.name}


def called_untrustworthy(facts: RecordFacts, law: Law) -> bool:
    """Whether the record may be called 失信: an agency determined so, on an adverse item (二（二）).

    A penalty alone is a penalty and nothing else.
    """
    item = law.item(facts.item)
    return bool(facts.untrustworthy and item and item.adverse)


RULES = (kind_of_document, in_effect, contested, item_has_basis)

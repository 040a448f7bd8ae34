"""The facts of a revocation from its rows (撤销与变更的事实): built here for step, page and test alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from xinheng.casework.models import Revocation, RevocationFate, RevocationProof, RevocationStep
from xinheng.casework.resting import DOCUMENT, Resting, documents_now
from xinheng.law.facts import Effect
from xinheng.law.falling import GONE, DocumentState, Layer, Node
from xinheng.law.procedures.casefacts import Signed
from xinheng.law.procedures.revocation import RevocationFacts
from xinheng.registry.instruments import said_anew


@dataclass(frozen=True, slots=True)
class Held:
    """The rows of one revocation; of each thing the fate that was found last."""

    row: Revocation
    steps: tuple[RevocationStep, ...]
    proofs: tuple[RevocationProof, ...]
    fates: tuple[RevocationFate, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(
            Node(id=each.node, layer=Layer(each.layer), rests_on=tuple(each.rests_on), ours=each.ours)
            for each in self.fates
        )

    def targets(self, layer: Layer) -> tuple[RevocationFate, ...]:
        return tuple(each for each in self.fates if each.layer == layer)


def load(row: Revocation) -> Held:
    """All rows of a revocation, in the order in which they came."""
    fates: dict[str, RevocationFate] = {}
    for each in RevocationFate.objects.filter(revocation=row).order_by("seq", "id"):
        fates[each.node] = each
    return Held(
        row=row,
        steps=tuple(RevocationStep.objects.filter(revocation=row).order_by("seq")),
        proofs=tuple(RevocationProof.objects.filter(revocation=row).order_by("at", "id")),
        fates=tuple(fates.values()),
    )


def facts_of(
    held: Held,
    *,
    today: date,
    actor: UUID | None = None,
    reason: str = "",
    resting: Resting | None = None,
    holders: Iterable[str] = (),
    receipts: Iterable[str] = (),
) -> RevocationFacts:
    """The revocation on a day. `resting`: the graph as it was before anything was done; else the one that was kept."""
    row, document = held.row, DOCUMENT + str(held.row.instrument_id)
    nodes = resting.nodes if resting else held.nodes
    states = dict(resting.documents) if resting else documents_now(nodes)
    return RevocationFacts(
        state=row.state,
        today=today,
        document=document,
        others=tuple(
            {**states, document: _state(held, states.get(document), now=not resting or resting.after)}.items()
        ),
        nodes=nodes,
        proof=held.proofs[-1].number if held.proofs else "",
        statement=row.statement,
        new_content=row.varied and said_anew(row.instrument_id, row.opened_at),
        actor=str(actor) if actor else "",
        signed=tuple(Signed(step=each.step, person=str(each.actor)) for each in held.steps),
        holders=frozenset(holders),
        receipts=frozenset(receipts),
        reason=reason,
    )


def _state(held: Held, known: DocumentState | None, *, now: bool) -> DocumentState:
    """The document as the latest proof has it; as the register has it where its body has reported less of it since.

    `now`: it is known how the register has it today, and not before the proof came.
    """
    if not held.proofs:
        return known or DocumentState()
    latest = held.proofs[-1]
    less = GONE | {Effect.STAYED} if now else GONE
    if known and known.effect in less and Effect(latest.effect) is Effect.EFFECTIVE:
        return known
    return replace(known or DocumentState(), effect=Effect(latest.effect), varied=latest.varied)

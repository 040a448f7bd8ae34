"""Revocations as officers may read them (撤销与变更查询): documents by number, what became of what, and nobody's name."""

# clauses: 1.3a, 5.1d

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.casework import matters
from xinheng.casework.matterclocks import with_days
from xinheng.casework.models import Revocation, RevocationFate, RevocationProof, RevocationStep
from xinheng.casework.resting import resting_on
from xinheng.casework.revocationfacts import Held, facts_of, load
from xinheng.casework.revocations import OUTCOMES, PROOFS
from xinheng.law.facts import Effect
from xinheng.law.falling import DocumentState, Fate, Layer, fall
from xinheng.law.language import Reason, Refusal
from xinheng.law.lawbook import Law
from xinheng.law.machine import SYSTEM, Step
from xinheng.law.procedures.revocation import REVOCATION
from xinheng.registry.models import Instrument, Record
from xinheng.runtime.paging import Page, paged

LAYERS = {
    Layer.RECORD: "信息记录", Layer.ENTRY: "名单信息", Layer.MEASURE: "惩戒措施", Layer.PUBLICATION: "公示",
    Layer.SHARE: "共享",
}  # fmt: skip
FATES = {
    Fate.STANDS: "不变", Fate.VARIED: "待按新内容更新", Fate.SUSPENDED: "中止", Fate.HIDDEN: "隐去，待复核",
    Fate.FALLS: "一并撤下",
}  # fmt: skip
SOME_REASON = "（待填写）"
# What a step brings itself is not missing before it.
BROUGHT = {"revocation.complete", "revocation.reasoned"}


@dataclass(frozen=True, slots=True)
class Row:
    """One revocation in a list."""

    id: UUID
    number: str
    document: str
    body_name: str
    agency: str
    outcome: str
    state: str
    state_label: str
    known_on: date
    due: date | None
    provisional: bool
    opened_at: datetime
    under_way: bool


@dataclass(frozen=True, slots=True)
class FateView:
    """What became of one thing; `told`: another body ends it and was told."""

    layer: str
    target: UUID
    number: str
    fate: str
    fate_label: str
    told: bool
    ours: bool


@dataclass(frozen=True, slots=True)
class ProofView:
    outcome: str
    kind: str
    number: str
    body_name: str
    decided_on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Outlook:
    """One step: whether this officer takes it, and what stands in the way."""

    step: Step
    mine: bool
    against: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class View:
    """One revocation whole."""

    row: Row
    revision: int
    instrument: UUID
    statement: str
    proofs: Sequence[ProofView]
    layers: Sequence[tuple[str, Sequence[FateView]]]
    steps: Sequence[RevocationStep]
    names: dict[UUID, str]
    outlook: Sequence[Outlook]
    owed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the register, for who registers what became of it."""

    id: UUID
    number: str
    body_name: str
    decided_on: date
    effect: str
    contested: bool
    under_way: UUID | None


def revocations(*, actor: Actor, page: int = 1, size: int = 20, open_only: bool = True) -> Page[Row]:
    """Those of the actor's agency, or of all for office and auditor: the nearest last day first while under way."""
    require(actor, "revocation.view")
    with acting(actor):
        found = _found()
        if open_only:
            found = found.exclude(state__in=REVOCATION.finals)
        return paged(found.order_by("-opened_at", "-id"), page, size, _row)


def revocation(matter: UUID, *, actor: Actor, law: Law) -> View:
    """One of them. Raises Refusal NOT_FOUND."""
    require(actor, "revocation.view")
    with acting(actor):
        row = _found().filter(pk=matter).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        held, owed = load(row), matters.holders_of(matter)
        return View(
            row=_row(row),
            revision=row.revision,
            instrument=row.instrument_id,
            statement=row.statement,
            proofs=[_proof(each) for each in held.proofs],
            layers=_layers(held),
            steps=held.steps,
            names=matters.names({each.actor for each in held.steps}),
            outlook=_outlook(held, actor, law, owed),
            owed=owed,
        )


def document_of(record: UUID, *, actor: Actor) -> Document:
    """The document of a record of the own agency. Raises Refusal NOT_FOUND."""
    require(actor, "revocation.open")
    with acting(actor):
        found = Record.objects.select_related("instrument").filter(pk=record, agency=actor.agency_id).first()
        if found is None:
            raise Refusal.because("NOT_FOUND")
        row = found.instrument
        there = Revocation.objects.filter(instrument=row).exclude(
            state__in=("fallen", "varied", "kept", "done")
        )
        return Document(
            row.pk, row.number, row.body_name, row.decided_on, row.effect, row.contested,
            there.values_list("pk", flat=True).first(),
        )  # fmt: skip


def would_fall(instrument: UUID, outcome: str, *, actor: Actor) -> dict[str, dict[str, int]]:
    """What would become of how many things: layer -> fate -> count, in words. Nothing is changed."""
    require(actor, "revocation.open")
    with acting(actor):
        if not Instrument.objects.filter(pk=instrument).exists():
            raise Refusal.because("NOT_FOUND")
        resting = resting_on(instrument)
    varied = outcome == "varied"
    state = DocumentState(effect=Effect.EFFECTIVE if varied else Effect(outcome), varied=varied)
    found: dict[str, dict[str, int]] = {}
    for each in fall(resting.nodes, {**resting.documents, f"document:{instrument}": state}):
        counts = found.setdefault(LAYERS[each.node.layer], {})
        label = FATES[each.fate]
        counts[label] = counts.get(label, 0) + 1
    return found


def _found() -> QuerySet[Any]:
    return with_days(Revocation.objects.select_related("instrument", "agency"))


def _row(row: Any) -> Row:
    """Of a row of `_found`."""
    latest = RevocationProof.objects.filter(revocation=row).order_by("-at", "-id").first()
    return Row(
        id=row.pk, number=row.number, document=row.instrument.number, body_name=row.instrument.body_name,
        agency=row.agency.name, outcome=_outcome(latest) if latest else "", state=row.state,
        state_label=REVOCATION.states[row.state], known_on=row.known_on, due=row.ends,
        provisional=row.unsure, opened_at=row.opened_at, under_way=row.state not in REVOCATION.finals,
    )  # fmt: skip


def _outcome(proof: RevocationProof) -> str:
    if proof.varied:
        return OUTCOMES["varied"]
    return OUTCOMES.get(proof.effect, "恢复效力")


def _proof(each: RevocationProof) -> ProofView:
    return ProofView(_outcome(each), PROOFS[each.kind], each.number, each.body_name, each.decided_on, each.at)


def _layers(held: Held) -> list[tuple[str, list[FateView]]]:
    """In the order in which one rests on the other."""
    found = []
    for layer, label in LAYERS.items():
        if rows := [_fate(each) for each in held.fates if each.layer == layer]:
            found.append((label, rows))
    return found


def _fate(each: RevocationFate) -> FateView:
    told = not each.ours and each.fate != Fate.STANDS
    return FateView(each.layer, each.target, each.number, each.fate, FATES[Fate(each.fate)], told, each.ours)


def _outlook(held: Held, actor: Actor, law: Law, owed: frozenset[str]) -> list[Outlook]:
    """The steps from here that officers take, each asked as it would be."""
    facts = facts_of(
        held, today=law.day, actor=actor.user_id, reason=SOME_REASON, holders=owed, receipts=owed
    )
    found = []
    for step in REVOCATION.from_state(held.row.state):
        if step.roles == {SYSTEM}:
            continue
        against = REVOCATION.ask(step.name, facts, law).against
        mine = bool(step.roles & actor.roles) and held.row.agency_id == actor.agency_id
        found.append(
            Outlook(step, mine, tuple(each for each in against if mine or each.code != "SAME_PERSON"))
        )
    return found

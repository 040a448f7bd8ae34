"""Repairs as officers may read them (修复案卷查询): the work list without persons, one case in an opened file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.casework.repairs import clocks, files
from xinheng.casework.repairs.facts import facts_of, of_item
from xinheng.casework.repairs.fire import SEEN_BY_GUARDS, paper_of
from xinheng.casework.repairs.given import Given
from xinheng.casework.repairs.held import Held, load
from xinheng.casework.repairs.models import RepairCase, RepairClock, RepairMaterial
from xinheng.casework.repairs.papers import content_of
from xinheng.casework.repairs.views import CaseRow, CaseView, paper_file, row_of, view
from xinheng.law.language import Reason, Refusal
from xinheng.law.lawbook import Law
from xinheng.law.machine import SYSTEM, Step
from xinheng.law.procedures.repair import OPEN, REPAIR
from xinheng.law.repairdecision import Decided, DecisionFacts, basis_of, grounds_there
from xinheng.runtime.paging import Page, paged

REPAIRS = "repairs"
GROUPS: Mapping[str, Q] = {
    "open": Q(state__in=sorted(OPEN)),
    "decided": Q(state__in=["decided", "served"]),
    "over": Q(state__in=sorted(REPAIR.finals)),
    "all": Q(),
}
# Whatever reason an officer gives, the outlook asks as if there were one.
SOME_REASON = "（待填写）"
# What a step brings itself is not missing before it.
BROUGHT: Mapping[str, frozenset[str]] = {
    "ask_supplement": frozenset({"application.handler", "application.supplement_complete"}),
    "accept": frozenset({"application.handler"}),
    "verify": frozenset({"application.verified"}),
    "propose": frozenset({"application.decided_each", "application.lawful_grants", "application.lawful_refusals"}),
    "serve": frozenset({"application.served"}),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground of refusal that is true of a record now, and the clauses on which it may rest."""

    id: str
    text: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """One step: whether this officer takes it, and what stands in the way."""

    step: Step
    mine: bool
    against: tuple[Reason, ...]

    @property
    def ready(self) -> bool:
        return not self.against


def cases(*, opened: Opened, group: str = "open", page: int = 1, size: int = 20) -> Page[CaseRow]:
    """The repairs of the opened set, the office's next last day first."""
    opened.require_what(REPAIRS)
    require(opened.actor, "repair.view")
    with acting(opened.actor):
        found = _listed().filter(GROUPS.get(group, GROUPS["open"]))
        return paged(found, page, size, lambda each: row_of(each, each.items, each.due, each.provisional))


def count(actor: Actor, group: str = "open") -> int:
    """How many repairs of a group the actor's agency has."""
    require(actor, "repair.view")
    with acting(actor):
        return RepairCase.objects.filter(GROUPS[group]).count()


def _listed() -> Any:
    running = RepairClock.objects.filter(case=OuterRef("pk"), stopped_on=None)
    first = running.exclude(name__in=clocks.OF_PARTY).order_by("last", "id")
    found = RepairCase.objects.select_related("application").annotate(
        items=Count("repairitem", distinct=True), due=Subquery(first.values("last")[:1]),
        provisional=Coalesce(Subquery(first.values("provisional")[:1]), False),
    )  # fmt: skip
    return found.order_by(F("due").asc(nulls_last=True), "number")


@dataclass(frozen=True, slots=True)
class Known:
    """What may be known of a case before the party's file is opened."""

    id: UUID
    number: str
    subject: UUID


def known(case_id: UUID, *, actor: Actor) -> Known | None:
    """A case by its id; None for another agency's as for one that is not there."""
    require(actor, "repair.view")
    with acting(actor):
        row = RepairCase.objects.filter(pk=case_id).first()
        return None if row is None else Known(row.pk, row.number, row.subject_id)


def case(case_id: UUID, *, opened: Opened, law: Law) -> CaseView:
    """One case whole. Raises Refusal NOT_FOUND, NOT_YOURS for another's file."""
    with acting(opened.actor):
        return view(_held(case_id, opened), law, inside=True)


def outlook(case_id: UUID, *, opened: Opened, law: Law) -> tuple[Outlook, ...]:
    """Every step that an officer takes, in the order of the table, asked as it would be."""
    with acting(opened.actor):
        held = _held(case_id, opened)
        steps = (each for each in REPAIR.steps if each.roles not in ({SYSTEM}, {"subject", "window"}))
        return tuple(_looked(each, held, opened.actor, law) for each in steps)


def _looked(step: Step, held: Held, actor: Actor, law: Law) -> Outlook:
    given, paper = Given(reason=SOME_REASON), None
    if step.document in SEEN_BY_GUARDS:
        paper = paper_of(step, held, content_of(step.document, held, given, law))
    facts = facts_of(held, law, actor=actor.user_id, given=given, paper=paper)
    mine, brought = bool(step.roles & actor.roles), BROUGHT.get(step.name, frozenset())
    against = (each for each in REPAIR.ask(step.name, facts, law).against if each.rule not in brought)
    return Outlook(step, mine, tuple(each for each in against if mine or each.code != "SAME_PERSON"))


def grounds(case_id: UUID, *, opened: Opened, law: Law) -> dict[UUID, tuple[Ground, ...]]:
    """Of each record the grounds of refusal that are true now: what a desk may offer."""
    with acting(opened.actor):
        held = _held(case_id, opened)
        found: dict[UUID, tuple[Ground, ...]] = {}
        for item in held.items:
            facts = DecisionFacts(
                repair=of_item(item, held, law), outcome=Decided.REFUSE, supplement_asked=held.case.asked is not None
            )  # fmt: skip
            found[item.pk] = tuple(
                Ground(each.id, each.text, basis_of(_with(facts, each.id), law))
                for each in grounds_there(facts, law)
            )
    return found


def _with(facts: DecisionFacts, ground: str) -> DecisionFacts:
    return DecisionFacts(
        repair=facts.repair, outcome=facts.outcome, ground=ground, supplement_asked=facts.supplement_asked
    )


def material(material_id: UUID, *, case: UUID, opened: Opened) -> tuple[bytes, str]:
    """(file, media type) of what was handed in for a case. Raises Refusal NOT_FOUND."""
    with acting(opened.actor):
        held = _held(case, opened)
        row = next((each for each in held.materials if each.pk == material_id), None)
        if row is None:
            raise Refusal.because("NOT_FOUND")
        return file_of(row, held.subject)


def file_of(row: RepairMaterial, subject: UUID) -> tuple[bytes, str]:
    """A material's file. Raises vault.keyring.Unreadable or FileNotFoundError."""
    return files.kept(row.pk, subject), row.media_type


def paper(
    paper_id: UUID, *, case: UUID, opened: Opened, law: Law, sealed: bool = False
) -> tuple[bytes, str, str]:
    """One of a case's papers, or its sealed copy: (file, media type, name and number). Raises Refusal NOT_FOUND."""
    with acting(opened.actor):
        held = _held(case, opened)
        row = next((each for each in held.papers if each.pk == paper_id), None)
        if row is None:
            raise Refusal.because("NOT_FOUND")
        return paper_file(row, opened=opened, law=law, sealed=sealed)


def _held(case_id: UUID, opened: Opened) -> Held:
    require(opened.actor, "repair.view")
    row = RepairCase.objects.filter(pk=case_id).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    opened.require_subject(row.subject_id)
    return load(row)

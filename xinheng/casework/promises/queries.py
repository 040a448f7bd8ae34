"""Cases on false promises as officers may read them (承诺不实案卷查询): the list without persons, one case in an opened file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import F, Min, Q

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.casework.given import Given
from xinheng.casework.promises import clocks
from xinheng.casework.promises.files import EVIDENCE
from xinheng.casework.promises.fire import SEEN_BY_GUARDS, asked
from xinheng.casework.promises.held import Held, load
from xinheng.casework.promises.models import PromiseCase, PromiseEvidence, PromiseObjection, PromisePaper
from xinheng.casework.promises.papers import content_of
from xinheng.casework.promises.views import CaseRow, CaseView, paper_called, row_of, view
from xinheng.casework.repairs import held as repairs
from xinheng.casework.repairs.facts import of_item
from xinheng.casework.repairs.models import RepairCase, RepairItem
from xinheng.casework.repairs.queries import Known, Outlook
from xinheng.documents import queries as documents
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.repair import FALSE_PROMISE
from xinheng.law.procedures.repairguards import consequence_read
from xinheng.law.repairdecision import consequence
from xinheng.runtime.paging import Page, paged

PROMISES = "promises"
GROUPS: Mapping[str, Q] = {
    "open": ~Q(state__in=sorted(FALSE_PROMISE.finals)),
    "over": Q(state__in=sorted(FALSE_PROMISE.finals)),
    "all": Q(),
}
# Whatever reason an officer gives, the outlook asks as if there were one.
SOME_REASON = Given(reason="（待填写）")
# What a step brings itself is not missing before it.
BROUGHT = {"serve_notice": "case.notice_served", "enter": "case.decision_served"}
NEXT = {
    "draft": "notify", "notified": "serve_notice", "awaiting": "propose", "proposed": "check", "checked": "decide",
    "decided": "enter",
}  # fmt: skip


def cases(*, opened: Opened, group: str = "open", page: int = 1, size: int = 20) -> Page[CaseRow]:
    """The cases of the opened set, the office's next last day first."""
    opened.require_what(PROMISES)
    require(opened.actor, "repair.view")
    with acting(opened.actor):
        found = _listed().filter(GROUPS.get(group, GROUPS["open"]))
        return paged(found, page, size, lambda each: row_of(each, each.due))


def _listed() -> Any:
    running = Q(promiseclock__stopped_on=None) & ~Q(promiseclock__name__in=clocks.OF_PARTY)
    found = PromiseCase.objects.select_related("item__case").annotate(
        due=Min("promiseclock__last", filter=running)
    )
    return found.order_by(F("due").asc(nulls_last=True), "number")


def waiting_for(actor: Actor, *, size: int = 20) -> list[CaseRow]:
    """What waits for this officer, the nearest deadline first.

    A state whose next step is of the officer's roles, and what the party said and nobody has answered.
    """
    require(actor, "repair.view")
    waits = Q(state__in=[state for state, step in NEXT.items() if _of_roles(step, actor)])
    with acting(actor):
        if _of_roles("reply", actor):
            unanswered = PromiseObjection.objects.filter(replied_on=None).values("case")
            waits |= Q(pk__in=unanswered, state__in=sorted(FALSE_PROMISE.step("reply").sources))
        return [row_of(each, each.due) for each in _listed().filter(waits)[:size]]


def _of_roles(step: str, actor: Actor) -> bool:
    return bool(FALSE_PROMISE.step(step).roles & actor.roles)


def known(case_id: UUID, *, actor: Actor) -> Known | None:
    """A case by its id; None for another agency's as for one that is not there."""
    require(actor, "repair.view")
    with acting(actor):
        row = PromiseCase.objects.filter(pk=case_id).first()
        return None if row is None else Known(row.pk, row.number, row.subject_id)


def of_items(items: list[UUID], *, actor: Actor) -> Mapping[UUID, tuple[UUID, str]]:
    """(case, number) of each item of a repair on which there is a case that was not dropped."""
    with acting(actor):
        rows = PromiseCase.objects.filter(item__in=items).exclude(state="dropped")
        return {item: (case, number) for item, case, number in rows.values_list("item", "pk", "number")}


def granted_in(item: UUID, *, actor: Actor) -> UUID | None:
    """The case of repair in which an item was granted by the actor's body; None for any other."""
    require(actor, "repair.view")
    with acting(actor):
        found = RepairItem.objects.filter(pk=item, outcome="grant", case__agency=actor.agency_id)
        return found.values_list("case", flat=True).first()


def require_consequence(item: UUID, *, repair: UUID, opened: Opened, law: Law) -> None:
    """Raise Refusal FALSE_PROMISE_UNREAD, as the guard of `open` does, before an officer fills in a form in vain."""
    with acting(opened.actor):
        found = repairs.load(RepairCase.objects.select_related("subject").get(pk=repair))
        opened.require_subject(found.subject)
        one = next(each for each in found.items if each.pk == item)
        if consequence(of_item(one, found, law), law) is None:
            raise Refusal.because("FALSE_PROMISE_UNREAD", *(each.id for each in consequence_read.clauses))


def case(case_id: UUID, *, opened: Opened, law: Law) -> CaseView:
    """One case whole. Raises Refusal NOT_FOUND, NOT_YOURS for another's file."""
    with acting(opened.actor):
        return view(_held(case_id, opened), law)


def outlook(case_id: UUID, *, opened: Opened, law: Law) -> tuple[Outlook, ...]:
    """Every step in the order of the table, asked as it would be."""
    with acting(opened.actor):
        held = _held(case_id, opened)
        steps = (each for each in FALSE_PROMISE.steps if each.name != "open")
        return tuple(_looked(each.name, held, opened.actor, law) for each in steps)


def _looked(name: str, held: Held, actor: Actor, law: Law) -> Outlook:
    step, mine = FALSE_PROMISE.step(name), bool(FALSE_PROMISE.step(name).roles & actor.roles)
    content = None
    if step.document in SEEN_BY_GUARDS:
        content = content_of(name, held, SOME_REASON, law)
    against = asked(step, held, SOME_REASON, law, actor.user_id, content).against
    left = (e for e in against if e.rule != BROUGHT.get(name) and (mine or e.code != "SAME_PERSON"))
    return Outlook(step, mine, tuple(left))


def _held(case_id: UUID, opened: Opened) -> Held:
    require(opened.actor, "repair.view")
    row = PromiseCase.objects.filter(pk=case_id).first()
    if row is None:
        raise Refusal.because("NOT_FOUND")
    opened.require_subject(row.subject_id)
    return load(row)


def paper(paper_id: UUID, *, case: UUID, opened: Opened, law: Law) -> tuple[bytes, str]:
    """A paper of the case: (PDF, what its file is called). Raises Refusal NOT_FOUND."""
    with acting(opened.actor):
        held = _held(case, opened)
        row = PromisePaper.objects.filter(pk=paper_id, case=held.case).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        return documents.pdf(row.document, opened=opened), paper_called(row, law)


def evidence(evidence_id: UUID, *, case: UUID, opened: Opened) -> tuple[bytes, str]:
    """A document that shows it: (file, media type). Raises Refusal NOT_FOUND, vault.keyring.Unreadable."""
    with acting(opened.actor):
        held = _held(case, opened)
        row = PromiseEvidence.objects.filter(pk=evidence_id, case=held.case).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        return EVIDENCE.kept(row.pk, held.subject), row.media_type

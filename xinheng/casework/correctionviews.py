"""Corrections as officers and as their party may read them (异议查询), each look on record first."""

# clauses: 2.2b, 5.2

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.models import Agency
from xinheng.access.permissions import require
from xinheng.access.scope import acting, whole_city
from xinheng.casework import matters
from xinheng.casework.correctionfacts import Claim, Given, Held, Ruling, facts_of, load
from xinheng.casework.correctionpaper import KIND, RECEIPT
from xinheng.casework.matterclocks import with_days
from xinheng.casework.mendingqueries import Outlook
from xinheng.casework.models import Correction
from xinheng.documents import kinds, receipts
from xinheng.documents import queries as documents
from xinheng.documents.queries import SealedView
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.machine import SYSTEM
from xinheng.law.procedures.correction import CORRECTION, OPEN
from xinheng.registry.models import Record
from xinheng.runtime.paging import Page, paged
from xinheng.vault.keyring import Unreadable

CORRECTIONS = "corrections"
SHIELD = frozenset({"freeze", "unfreeze"})
# A file, its media type, what it is called.
File = tuple[bytes, str, str]
# What a step brings itself is not missing before it; of these the page asks when they are taken.
BROUGHT = {
    "answer": {"correction.answered"},
    "propose": {"correction.each_field", "correction.document"},
    "decide": {"correction.paper"},
    "return": {"correction.reasoned"},
    "unfreeze": {"correction.served", "correction.reasoned"},
    "complete": {"correction.served", "correction.complete"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One correction in a list; of whose record it is nothing is said."""

    id: UUID
    number: str
    document: str
    agency: str
    not_me: bool
    frozen: bool
    state: str
    state_label: str
    lodged_on: date
    due: date | None
    provisional: bool
    under_way: bool


@dataclass(frozen=True, slots=True)
class SiblingView:
    """A record that the same confusion may have hit."""

    record: UUID
    document: str
    agency: str
    likeness: str
    confused: bool | None
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper of a correction: the receipt, or the decision with its signed and sealed copy where that has come back."""

    document: UUID
    kind: str
    kind_name: str
    number: str
    issued_on: date
    sealed: SealedView | None

    @property
    def called(self) -> str:
        """What its file is called: its kind and number, nothing of whom it is about."""
        return f"{self.kind_name}{self.number}"

    @property
    def decides(self) -> bool:
        return self.kind == KIND


@dataclass(frozen=True, slots=True)
class StepView:
    """One step that was taken, with what was written."""

    name: str
    label: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One correction whole, in an opened file."""

    row: Row
    revision: int
    record: UUID
    body_name: str
    decided_on: date
    claims: Sequence[tuple[Claim, Ruling | None]]
    why: str
    answer: str
    reason: str
    mistaken: bool | None
    siblings: Sequence[SiblingView]
    steps: Sequence[StepView]
    outlook: Sequence[Outlook]
    owed: frozenset[str]
    papers: Sequence[PaperView]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnView:
    """One correction as its party sees it: decisions and reasons once they are signed."""

    row: Row
    revision: int
    code: str
    record: UUID
    body_name: str
    claims: Sequence[tuple[Claim, Ruling | None]]
    why: str
    answer: str
    reason: str
    mistaken: bool | None
    papers: Sequence[PaperView]
    may_withdraw: bool


def corrections(*, opened: Opened, page: int = 1, size: int = 20, open_only: bool = True) -> Page[Row]:
    """Those of the agency, or of all for office and auditor; the nearest target first. Raises Refusal NOT_YOURS."""
    require(opened.actor, "correction.view")
    opened.require_what(CORRECTIONS)
    with acting(opened.actor):
        found = _found()
        if open_only:
            found = found.exclude(state__in=CORRECTION.finals)
        return paged(found.order_by("ends", "id"), page, size, _row)


def _found() -> QuerySet[Any]:
    return with_days(Correction.objects.select_related("record__instrument", "agency"))


def count(actor: Actor) -> int:
    """How many of the agency are not decided yet."""
    require(actor, "correction.view")
    with acting(actor):
        return Correction.objects.filter(state__in=OPEN).count()


def known(correction: UUID, *, actor: Actor) -> tuple[UUID, str] | None:
    """(subject, number): whose file has to be opened; None when there is none for the actor."""
    require(actor, "correction.view")
    with acting(actor):
        return Correction.objects.filter(pk=correction).values_list("subject_id", "number").first()


def correction(correction_id: UUID, *, opened: Opened, law: Law) -> View:
    """One of them. Raises Refusal NOT_FOUND, NOT_YOURS for another's file."""
    actor = opened.actor
    require(actor, "correction.view")
    with acting(actor):
        row = _found().filter(pk=correction_id).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        opened.require_subject(row.subject_id)
        held, owed, document = load(row), matters.holders_of(row.pk), row.record.instrument
        return View(
            row=_row(row), revision=row.revision, record=row.record_id, body_name=document.body_name,
            decided_on=document.decided_on, claims=_claims(held), **_written(held), mistaken=row.mistaken,
            siblings=_siblings(held, law), steps=_steps(held), outlook=_outlook(held, actor, law, owed), owed=owed,
            papers=_papers(held, law),
        )  # fmt: skip


def paper(correction_id: UUID, document: UUID, *, opened: Opened, law: Law, sealed: bool = False) -> File:
    """One of its papers as it was issued, or its signed and sealed copy. Raises Refusal NOT_FOUND."""
    return _file(document, correction(correction_id, opened=opened, law=law).papers, opened, sealed=sealed)


def own_corrections(*, opened: Opened) -> list[Row]:
    """The party's own, latest first. Raises Refusal NOT_YOURS."""
    subject = _own(opened)
    with acting(opened.actor):
        found = _found().filter(subject=subject)
        return [_row(each) for each in found.order_by("-lodged_on", "-id")]


def own_correction(number: str, *, opened: Opened, law: Law) -> OwnView:
    """One of them, by its number. Raises Refusal NOT_FOUND for another's as for one that never was."""
    subject = _own(opened)
    with acting(opened.actor):
        found = _found()
        row = found.filter(subject=subject, number=number).first()
        if row is None:
            raise Refusal.because("NOT_FOUND")
        held = load(row)
        signed = held.decision is not None
        told = _written(held) if signed else {**_written(held), "reason": ""}
        claims = _claims(held) if signed else [(each, None) for each in held.claims]
        return OwnView(
            row=_row(row), revision=row.revision, code=receipts.code_of(row.number), record=row.record_id,
            body_name=row.record.instrument.body_name, claims=claims, **told,
            mistaken=row.mistaken if signed else None, papers=_papers(held, law), may_withdraw=row.state in OPEN,
        )  # fmt: skip


def own_file(number: str, document: UUID, *, opened: Opened, law: Law) -> File:
    """A paper of it, signed and sealed where such a copy has come back. Raises Refusal NOT_FOUND or DOCUMENT_UNREADABLE."""
    found = own_correction(number, opened=opened, law=law).papers
    sealed = any(each.document == document and each.sealed for each in found)
    return _file(document, found, opened, sealed=sealed)


def _file(document: UUID, among: Sequence[PaperView], opened: Opened, *, sealed: bool) -> File:
    found = next((each for each in among if each.document == document), None)
    if found is None or (sealed and found.sealed is None):
        raise Refusal.because("NOT_FOUND")
    with acting(opened.actor):
        try:
            if sealed:
                return (*documents.sealed_file(document, opened=opened), found.called)
            return documents.pdf(document, opened=opened), "application/pdf", found.called
        except (Unreadable, FileNotFoundError):
            raise Refusal.because("DOCUMENT_UNREADABLE") from None


def under_way(record: UUID, *, opened: Opened) -> str:
    """The number of the correction of this record that is under way; "" for none."""
    subject = _own(opened)
    with acting(opened.actor):
        found = Correction.objects.filter(record=record, subject=subject, state__in=OPEN)
        return found.values_list("number", flat=True).first() or ""


def _own(opened: Opened) -> UUID:
    if not opened.is_own or opened.subject is None:
        raise Refusal.because("NOT_YOURS")
    opened.require_subject(opened.subject)
    return opened.subject


def _row(row: Any) -> Row:
    """Of a row of `_found`."""
    return Row(
        id=row.pk, number=row.number, document=row.record.instrument.number, agency=row.agency.name,
        not_me=row.not_me, frozen=row.frozen, state=row.state, state_label=CORRECTION.states[row.state],
        lodged_on=row.lodged_on, due=row.ends, provisional=row.unsure, under_way=row.state not in CORRECTION.finals,
    )  # fmt: skip


def _claims(held: Held) -> list[tuple[Claim, Ruling | None]]:
    rulings = held.rulings
    return [(each, rulings.get(each.field)) for each in held.claims]


def _written(held: Held) -> dict[str, Any]:
    said: Mapping[str, Mapping[str, Any]] = {
        "why": held.latest("lodge"),
        "answer": held.latest("answer"),
        "reason": held.latest("propose"),
    }
    return {name: str(texts.get(name, "")) for name, texts in said.items()}


def _papers(held: Held, law: Law) -> tuple[PaperView, ...]:
    return tuple(
        PaperView(
            each.document,
            kind,
            kinds.kind(kind, law).name,
            each.paper,
            each.day,
            documents.sealed(each.document),
        )
        for each in held.issued
        if each.document
        for kind in [KIND if each.step == "decide" else RECEIPT]
    )


def _siblings(held: Held, law: Law) -> list[SiblingView]:
    names: Mapping[str, str] = law.document("casework.yaml")["likenesses"]
    with whole_city():
        records = Record.objects.select_related("instrument").filter(
            pk__in=[each.record_id for each in held.siblings]
        )
        documents_of = {each.pk: each.instrument.number for each in records}
        agencies = dict(
            Agency.objects.filter(pk__in=[each.agency for each in held.siblings]).values_list("pk", "name")
        )
    return [
        SiblingView(
            each.record_id, documents_of.get(each.record_id, ""), agencies.get(each.agency, ""),
            names[each.likeness], each.confused, each.seen_at,
        )
        for each in held.siblings
    ]  # fmt: skip


def _steps(held: Held) -> list[StepView]:
    names = matters.names({each.actor for each in held.steps})
    party = {"lodge", "withdraw"}
    return [
        StepView(
            each.step, CORRECTION.step(each.step).label,
            names.get(each.actor, "当事人" if each.step in party else "系统"), each.at,
            str(held.said.get(each.seq, {}).get("reason", "")),
        )
        for each in held.steps
    ]  # fmt: skip


def _idle(name: str, row: Correction) -> bool:
    """Steps of the shield where nobody said 这不是我, and the one that would put it up where it stands."""
    return (name in SHIELD and not row.not_me) or (name == "freeze" and row.frozen)


def _outlook(held: Held, actor: Actor, law: Law, owed: frozenset[str]) -> list[Outlook]:
    """The steps from here that officers take, each asked as it would be but for what it brings itself."""
    found = []
    facts = facts_of(held, today=law.day, actor=actor.user_id, given=Given(receipts=owed), holders=owed)
    for step in CORRECTION.from_state(held.row.state):
        if not step.roles & {"clerk", "checker"} or step.roles == {SYSTEM} or _idle(step.name, held.row):
            continue
        mine = bool(step.roles & actor.roles) and held.row.agency_id == actor.agency_id
        against = CORRECTION.ask(step.name, facts, law).against
        told = [each for each in against if each.rule not in BROUGHT.get(step.name, set())]
        found.append(Outlook(step, mine, tuple(each for each in told if mine or each.code != "SAME_PERSON")))
    return found

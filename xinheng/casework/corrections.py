"""Corrections (更正，异议): lodged by the party, marked everywhere at once, answered by the source, decided by two persons.

"这不是我" freezes publication in the transaction that lodges it, and finds what the same confusion may have hit. New
content is that of `exchange.amending`: this app alters no record.
"""

# clauses: 2.2b, 3.2b, 5.1d, 5.2

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from xinheng.access.actor import Actor, system
from xinheng.access.permissions import require
from xinheng.access.scope import acting, whole_city
from xinheng.casework import matterclocks, matters, texts
from xinheng.casework.correctionfacts import Claim, Given, Held, facts_of, load
from xinheng.casework.correctionpaper import KIND, RECEIPT, content_of, receipt_of
from xinheng.casework.matterclocks import REPLY
from xinheng.casework.models import Correction, CorrectionSibling, CorrectionStep
from xinheng.casework.registers import next_number
from xinheng.casework.siblings import siblings_of
from xinheng.casework.taking import lock, on_behalf, require_current, require_role
from xinheng.catalog.public import current_law
from xinheng.documents import kinds, papers, receipts
from xinheng.documents.papers import PaperContent
from xinheng.documents.services import issue_paper
from xinheng.law import deadlines
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.casefacts import Paper
from xinheng.law.procedures.correction import CORRECTION, OPEN, WITHDRAWN
from xinheng.law.repairrules import RepairEffect
from xinheng.law.standing import Ground, Mark
from xinheng.ledger.emitting import composed, emits, part_of_event
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.registry import outcomes, standing
from xinheng.registry.models import Record, RecordState
from xinheng.registry.outcomes import Decided
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

REGISTER = "correction"
KINDS = {step.name: EventKind(f"correction.{step.name}") for step in CORRECTION.steps}
SHIELDED, ENDED = RepairEffect.WITHHOLD, RepairEffect.END_SHARING_AND_PUBLICATION


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the party gets for what it handed in."""

    id: UUID
    number: str
    code: str


@composed
def lodge(
    record: UUID, claims: Sequence[Claim], *, not_me: bool, why: str, actor: Actor, now: datetime
) -> Receipt:
    """Take a party's word that a record about it is wrong; no condition is asked, and nothing is charged.

    The mark 异议处理中 stands on every output at once, and with `not_me` publication is frozen, in one transaction.
    Raises Refusal PERMISSION_DENIED, NOT_FOUND, STEP_INCOMPLETE where nothing was said, CORRECTION_UNDER_WAY.
    """
    require(actor, "own.correct")
    made = open_correction(record, claims, not_me=not_me, why=why, actor=actor, now=now)
    row = _by_system(made)
    with acting(_machine(row)):
        outcomes.mark_records(
            [row.record_id], Mark.DISPUTED, decided=_decided(row), actor=_machine(row), now=now
        )
        if not_me:
            take_step(row.pk, "freeze", revision=1, given=Given(), actor=_machine(row), now=now)
            _shield(row, [row.record_id], _machine(row), now)
    return Receipt(row.pk, row.number, receipts.code_of(row.number))


@emits(EventKind.CORRECTION_LODGE)
def open_correction(
    record: UUID, claims: Sequence[Claim], *, not_me: bool, why: str, actor: Actor, now: datetime
) -> UUID:
    """The correction itself with its receipt, as the party lodged it. Part of `lodge`."""
    step, law = CORRECTION.step("lodge"), current_law(day_of(now))
    changed = [each for each in claims if each.claimed.strip() and each.claimed.strip() != each.old.strip()]
    if not changed and not not_me:
        raise Refusal.because("STEP_INCOMPLETE", "civil#1029", lacking="有误的栏目和您认为正确的内容")
    with acting(actor):
        require_role(step, actor)
        row = _new(_own_record(record, actor), changed, not_me, actor, law)
        moved = matters.ask(
            CORRECTION, step, facts_of(Held(row, ()), today=law.day, actor=actor.user_id), row, law
        )
        said = {"claims": [asdict(each) for each in changed], "why": why.strip()}
        made = _issued(row, RECEIPT, receipt_of(row, changed, why, law), law, actor, now)
        _step(row, moved, said, actor, now, **made)
        _tell(row, moved, actor, now, document=made["document"])
        return row.pk


def _own_record(record: UUID, actor: Actor) -> Record:
    """A live record of the party whose file is open. Raises Refusal NOT_FOUND for anybody else's."""
    subject = actor.own.subject if actor.own else None
    found = Record.objects.filter(pk=record, subject=subject).exclude(state=RecordState.SHREDDED).first()
    if found is None or subject is None:
        raise Refusal.because("NOT_FOUND")
    return found


def _new(record: Record, claims: Sequence[Claim], not_me: bool, actor: Actor, law: Law) -> Correction:
    # The register is held to the end of the transaction: of two at once, the second sees the first.
    number = next_number(REGISTER, law.day.year, law)
    under_way = Correction.objects.filter(record=record, state__in=("new", *OPEN))
    if there := under_way.values_list("number", flat=True).first():
        raise Refusal.because("CORRECTION_UNDER_WAY", "civil#1029", number=there)
    # As it is first computed; from the step on its clock tells.
    what = deadlines.legal_period(REPLY, law)
    due = deadlines.due(deadlines.begin(what, law.day, fixed=what.n), law.calendar)
    return Correction.objects.create(
        id=uuid7(), number=number, record=record, subject_id=record.subject_id, agency_id=record.agency_id,
        channel=actor.channel, fields=[each.field for each in claims], not_me=not_me, lodged_by=actor.user_id,
        lodged_on=law.day, due=due.last, provisional=due.provisional,
    )  # fmt: skip


def _by_system(correction: UUID) -> Correction:
    """What was lodged, for the steps that are the system's own."""
    with whole_city():
        return Correction.objects.get(pk=correction)


def _machine(row: Correction) -> Actor:
    return system(row.agency_id)


def _decided(row: Correction, ground: Ground = Ground.CORRECTION) -> Decided:
    return Decided(ground=ground, matter=row.pk, number=row.number, asked_by=row.lodged_by)


def _shield(row: Correction, records: list[UUID], actor: Actor, now: datetime) -> None:
    outcomes.apply_effect(records, SHIELDED, decided=_decided(row, Ground.SHIELD), actor=actor, now=now)


@composed
def take(
    correction: UUID, name: str, *, revision: int, given: Given, actor: Actor, now: datetime
) -> UUID | None:
    """Take a step with all that it brings about, in one transaction; gives the paper that was made, if any.

    Raises Refusal NOT_FOUND, CASE_CHANGED, PERMISSION_DENIED, and what the guards answer.
    """
    require(actor, "own.correct" if actor.own else "correction.step")
    paper = take_step(correction, name, revision=revision, given=given, actor=actor, now=now)
    if after := AFTER.get(name):
        row = _by_system(correction)
        by = _machine(row) if actor.own else actor
        with acting(by):
            after(row, by, now)
    return paper


@emits(*KINDS.values())
def take_step(
    correction: UUID, name: str, *, revision: int, given: Given, actor: Actor, now: datetime
) -> UUID | None:
    """One step of the procedure. Part of `take`."""
    step, law = CORRECTION.step(name), current_law(day_of(now))
    with acting(actor):
        row = lock(Correction, correction, actor)
        held = load(row)
        require_current(row, revision, CORRECTION, held.steps)
        require_role(step, actor)
        content = content_of(held, law) if name == "decide" and held.latest("propose") else None
        paper = (
            Paper(number="", party=str(row.subject_id), says=papers.says(content, KIND)) if content else None
        )
        facts = facts_of(
            held, today=law.day, actor=actor.user_id, given=given, paper=paper,
            holders=matters.holders_of(correction), asked_back=actor.own is not None,
        )  # fmt: skip
        moved = matters.ask(CORRECTION, step, facts, row, law)
        columns = _served(given) | (_issued(row, KIND, content, law, actor, now) if content else {})
        _step(row, moved, _said(given), actor, now, given=given, **columns)
        _tell(row, moved, actor, now, **({"document": columns["document"]} if content else {}))
        return columns.get("document")


def _issued(
    row: Correction, name: str, content: PaperContent, law: Law, actor: Actor, now: datetime
) -> dict[str, Any]:
    kind = kinds.kind(name, law)
    request = f"correction:{row.pk}:{row.revision + 1}"
    draft = papers.draft(content, kind, subject=row.subject_id, request=request)
    made = issue_paper(draft, actor=replace(actor, agency_id=row.agency_id), now=now)
    return {"document": made.id, "paper": made.number, "says": sorted(papers.says(content, name))}


def _served(given: Given) -> dict[str, Any]:
    if given.service is None:
        return {}
    return {"way": given.service.way, "on": given.service.on, "shows": sorted(set(given.service.shows))}


def _said(given: Given) -> dict[str, object]:
    """What the officer wrote with the step, to be sealed."""
    names = ("reason", "answer", "reconsideration_body", "court")
    told: dict[str, object] = {name: getattr(given, name).strip() for name in names if getattr(given, name)}
    if given.rulings:
        told["rulings"] = [asdict(each) for each in given.rulings]
    if given.service:
        told["receiver"] = given.service.receiver
    return told


@part_of_event
def _step(
    row: Correction,
    moved: matters.Moved,
    said: Mapping[str, object],
    actor: Actor,
    now: datetime,
    given: Given | None = None,
    **columns: Any,
) -> None:
    """The step with its sealed texts, what else it writes, then the correction."""
    told = moved.columns(actor.user_id, now)
    sealed = texts.sealed(CorrectionStep, told["id"], row.subject_id, said)
    CorrectionStep.objects.create(correction=row, **told, **columns, **sealed)
    also = _learned(row, moved.step.name, given or Given(), now)
    matters.move(row, moved, *also)
    law = current_law(day_of(now))
    matterclocks.follow(row.pk, matterclocks.of_correction(row), law.day, law)
    if moved.step.name == "freeze":
        _find_siblings(row)


def _learned(row: Correction, name: str, given: Given, now: datetime) -> tuple[str, ...]:
    """Columns of the correction that its step sets."""
    if name == "propose":
        row.mistaken, row.proposal = given.mistaken, given.proposal
        return ("mistaken", "proposal")
    if name == "decide":
        row.decided_on = day_of(now)
        return ("decided_on",)
    if name in ("freeze", "unfreeze", "withdraw"):
        row.frozen = name == "freeze"
        return ("frozen",)
    return ()


@part_of_event
def _find_siblings(row: Correction) -> None:
    with whole_city():
        found = siblings_of(row.record)
        CorrectionSibling.objects.bulk_create(
            CorrectionSibling(
                id=uuid7(), correction=row, record_id=each.record, agency=each.agency, likeness=each.likeness
            )
            for each in found
        )


def _tell(row: Correction, moved: matters.Moved, actor: Actor, now: datetime, **more: object) -> None:
    told: dict[str, object] = {
        "correction": row.pk, "number": row.number, "record": row.record_id, "seq": moved.seq,
        "step": moved.step.name, "from": moved.source, "to": moved.target, "by": actor.user_id,
        "edition": moved.verdict.edition, "not_me": row.not_me, "fields": sorted(row.fields), **on_behalf(actor), **more,
    }  # fmt: skip
    append(KINDS[moved.step.name], payload=told, agency=row.agency_id, now=now, event_id=moved.event)


# ---- what steps bring about -----------------------------------------------------------------------------------


def _freeze(row: Correction, actor: Actor, now: datetime) -> None:
    _shield(row, [row.record_id], actor, now)


def _decide(row: Correction, actor: Actor, now: datetime) -> None:
    """Not the party's: it is provided to nobody any more, until its source has put it right."""
    if row.mistaken:
        outcomes.apply_effect([row.record_id], ENDED, decided=_decided(row), actor=actor, now=now)


def _unfreeze(row: Correction, actor: Actor, now: datetime) -> None:
    _lift_shield(row, [row.record_id], actor, now)


def _lift_shield(row: Correction, records: list[UUID], actor: Actor, now: datetime) -> None:
    """This correction's own shield; where another's stands over the same record, that goes on holding it."""
    there = Record.objects.filter(pk__in=records).exclude(state=RecordState.SHREDDED)
    held = standing.under_effect(list(there.values_list("pk", flat=True)), SHIELDED, row.pk)
    if held:
        outcomes.lift_effect(held, SHIELDED, decided=_decided(row, Ground.SHIELD), actor=actor, now=now)


def _unfreeze_siblings(row: Correction, now: datetime) -> None:
    """What was shielded for the same confusion, at whichever body, each by its own."""
    with whole_city():
        found = CorrectionSibling.objects.filter(correction=row, confused=True).order_by("agency", "record")
        pairs = list(found.values_list("agency", "record"))
    for agency, theirs in groupby(pairs, key=lambda pair: pair[0]):
        by = system(agency)
        with acting(by):
            _lift_shield(row, [record for _, record in theirs], by, now)


def _unmark(row: Correction, actor: Actor, now: datetime) -> None:
    if standing.marked(row.record_id, Mark.DISPUTED, row.pk):
        outcomes.unmark_records([row.record_id], Mark.DISPUTED, decided=_decided(row), actor=actor, now=now)


def _withdraw(row: Correction, actor: Actor, now: datetime) -> None:
    _unfreeze(row, actor, now)
    _unfreeze_siblings(row, now)
    _unmark(row, actor, now)


After = Callable[[Correction, Actor, datetime], None]
AFTER: Mapping[str, After] = {
    "freeze": _freeze, "decide": _decide, "unfreeze": _unfreeze, "complete": _unmark, "withdraw": _withdraw,
}  # fmt: skip


# ---- siblings --------------------------------------------------------------------------------------------------


@composed
def look_at_sibling(correction: UUID, record: UUID, *, confused: bool, actor: Actor, now: datetime) -> None:
    """Note that a sibling was looked at; one that was mistaken too is shielded at once, whosever it is.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, ALREADY_DECIDED, or NOT_READY for a correction that was taken back.
    """
    require(actor, "correction.step")
    agency = note_sibling(correction, record, confused=confused, actor=actor, now=now)
    if confused:
        row, by = _by_system(correction), system(agency)
        with acting(by):
            _shield(row, [record], by, now)


@emits(EventKind.CORRECTION_SIBLING)
def note_sibling(correction: UUID, record: UUID, *, confused: bool, actor: Actor, now: datetime) -> UUID:
    """Write who looked and what was found; gives whose record it is. Part of `look_at_sibling`."""
    with acting(actor):
        row = lock(Correction, correction, actor)
        if row.state == WITHDRAWN:
            raise Refusal.because("NOT_READY", "civil#1029", state=CORRECTION.states[row.state])
        found = CorrectionSibling.objects.select_for_update(of=("self",)).filter(
            correction=row, record=record
        )
        each = found.first()
        if each is None:
            raise Refusal.because("NOT_FOUND")
        if each.seen_by is not None:
            raise Refusal.because("ALREADY_DECIDED")
        each.seen_by, each.seen_at, each.confused = actor.user_id, now, confused
        each.save(update_fields=["seen_by", "seen_at", "confused"])
        told = {
            "correction": row.pk,
            "number": row.number,
            "record": record,
            "confused": confused,
            "by": actor.user_id,
        }
        append(EventKind.CORRECTION_SIBLING, payload=told, agency=row.agency_id, now=now)
        return each.agency

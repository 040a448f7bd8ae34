"""What may be done with cases (案卷办理): open, take a step, ask for a way out, note, hand over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.models import Agency, User
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.casework import clocks, texts
from xinheng.casework.drafts import write_draft, write_leniency
from xinheng.casework.fire import carry_out, fire
from xinheng.casework.given import AskGiven, Given, LeniencyGiven, ObjectionGiven, Opening
from xinheng.casework.held import load
from xinheng.casework.models import Ask, Case, CaseStep, Ground, Note, Objection
from xinheng.casework.registers import FILE, next_number
from xinheng.casework.taking import Taken, lock, require_current
from xinheng.catalog.public import current_law
from xinheng.documents import receipts
from xinheng.law.facts import Effect
from xinheng.law.language import Refusal
from xinheng.law.lists import PartyRole
from xinheng.law.procedures.listing import LISTING
from xinheng.law.procedures.listingrules import HIDDEN, LISTED
from xinheng.ledger.emitting import composed, emits, nothing_to_emit
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7
from xinheng.subjects.models import Subject

__all__ = [
    "answer_ask", "ask", "change_ground", "decide_leniency", "fire", "grant", "hand_in", "hand_over", "note", "open_case",
]  # fmt: skip
ASKED = ("exit", "correct")


@emits(EventKind.CASE_OPEN)
def open_case(opening: Opening, *, reason: str, actor: Actor, now: datetime) -> UUID:
    """Open a case of one party on one list, with its first draft.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND for an unknown subject or unit, CASE_EXISTS for a party that has a
    case on this list under way, and whatever the law answers (二（三）、二（四）、四（一）).
    """
    require(actor, "case.open")
    with acting(actor):
        law = current_law(day_of(now))
        case = _new_case(opening, actor, now)
        write_draft(case, opening.draft, reason=reason, actor=actor, now=now, law=law)
        write_leniency(case, opening.leniency, actor=actor, now=now)
        held = load(case)
        if opening.draft.ground_lapsed_on:
            clocks.start(held, clocks.DECISION, opening.draft.ground_lapsed_on, law)
        return carry_out(LISTING.step("open"), held, Given(reason=reason), actor=actor, now=now).case


def _new_case(opening: Opening, actor: Actor, now: datetime) -> Case:
    subject = Subject.objects.filter(pk=opening.subject).first()
    unit = Case.objects.filter(pk=opening.unit_case, list=opening.list).first() if opening.unit_case else None
    linked = opening.role != PartyRole.SUBJECT
    if subject is None or opening.role not in set(PartyRole) or linked != (unit is not None):
        raise Refusal.because("NOT_FOUND")
    # The register is held to the end of the transaction: of two openings at once, the second sees the first.
    number = next_number("case", day_of(now).year, current_law(day_of(now)))
    _require_none_under_way(opening)
    return Case.objects.create(
        id=uuid7(),
        number=number,
        list=opening.list,
        subject=subject,
        subject_kind=subject.kind,
        party=subject.name or "",
        role=opening.role,
        unit_case=unit,
        agency_id=actor.agency_id,
        area=Agency.objects.values_list("region", flat=True).get(pk=actor.agency_id),
        handler=actor.user_id,
        opened_on=day_of(now),
    )


def _require_none_under_way(opening: Opening) -> None:
    """One party is on one list once: two cases side by side would decide the same twice."""
    there = Case.objects.filter(subject=opening.subject, list=opening.list, role=opening.role)
    found = there.exclude(state__in=LISTING.finals).values_list("number", flat=True).first()
    if found:
        raise Refusal.because("CASE_EXISTS", number=found)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a party gets for what it handed in."""

    number: str
    code: str
    in_time: bool


@composed
def hand_in(case_id: UUID, *, kind: str, text: str, actor: Actor, now: datetime) -> Receipt:
    """Take what a party says of its own case, by itself or at the window; late or not, it is taken and noted.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, SPEAKING_EMPTY, or NOT_READY once it is decided (四（一）).
    """
    require(actor, "own.reply")
    if actor.own is None:
        raise Refusal.because("NOT_FOUND")
    known = current_law(day_of(now)).document(FILE)["objections"]
    if kind not in known or not text.strip():
        raise Refusal.because("SPEAKING_EMPTY", "huaian-2021-13#4.1b")
    with acting(actor):
        # A party need not know what officers did meanwhile: its word is taken at whatever revision there is.
        revision = lock(Case, case_id, actor).revision
        given = Given(objection=ObjectionGiven(kind=kind, received_at=now, text=text.strip()))
        fire(case_id, "receive", revision=revision, given=given, actor=actor, now=now)
        made = Objection.objects.filter(case=case_id).order_by("-received_at", "-id")[0]
    return Receipt(made.number, receipts.code_of(made.number), made.in_time)


@emits(EventKind.CASE_ASKED)
def ask(case_id: UUID, given: AskGiven, *, revision: int, actor: Actor, now: datetime) -> UUID:
    """Ask the signer to grant a way out: early exit, or correction of a wrong entry.

    Raises Refusal NOT_FOUND, CASE_CHANGED, NOT_READY, REASON_REQUIRED, or ASK_OPEN while one is undecided.
    """
    require(actor, "case.ask")
    with acting(actor):
        held = load(_current(case_id, revision, actor))
        case, today = held.case, day_of(now)
        if given.step not in ASKED or case.state not in (LISTED, HIDDEN):
            raise Refusal.because("NOT_READY", "huaian-2021-13#2.4", state=LISTING.states[case.state])
        if not given.reason.strip():
            raise Refusal.because("REASON_REQUIRED", "huaian-2021-13#1.3b")
        if held.ask and held.ask.decided_by is None:
            raise Refusal.because("ASK_OPEN", "huaian-2021-13#2.4")
        row = _ask_row(case, given, actor, now)
        if given.applied_on:
            clocks.start(held, clocks.EXIT_DECISION, min(given.applied_on, today), current_law(today))
        _tell(EventKind.CASE_ASKED, case, actor, now, ask=row.pk, step=given.step)
        return row.pk


def _ask_row(case: Case, given: AskGiven, actor: Actor, now: datetime) -> Ask:
    identity = uuid7()
    return Ask.objects.create(
        id=identity, case=case, step=given.step, applied_on=given.applied_on, corrected_on=given.corrected_on,
        met=sorted(set(given.met)), barred=sorted(set(given.barred)), made_by=actor.user_id, made_at=now,
        **texts.sealed(Ask, identity, case.subject_id, {"reason": given.reason.strip()}),
    )  # fmt: skip


@composed
def grant(case_id: UUID, *, revision: int, reason: str, actor: Actor, now: datetime) -> Taken:
    """Grant what was asked for: the ask is decided and the step taken, by another person, in one transaction.

    Raises Refusal NOT_FOUND, CASE_CHANGED, SAME_PERSON, PERMISSION_DENIED, and what the guards answer (二（四）、五（一）).
    """
    step = answer_ask(case_id, granted=True, revision=revision, reason=reason, actor=actor, now=now)
    return fire(case_id, step, revision=revision, given=Given(reason=reason), actor=actor, now=now)


@emits(EventKind.CASE_NOT_GRANTED, EventKind.CASE_ASK_GRANTED)
def answer_ask(
    case_id: UUID, *, granted: bool, revision: int, reason: str, actor: Actor, now: datetime
) -> str:
    """Decide what was asked for; gives the name of its step. A yes alone removes nobody: `grant` does both."""
    require(actor, "case.answer")
    with acting(actor):
        held = load(_current(case_id, revision, actor))
        row = held.ask
        if row is None or row.decided_by is not None:
            raise Refusal.because("ALREADY_DECIDED")
        if row.made_by == actor.user_id:
            raise Refusal.because("SAME_PERSON", "huaian-2021-13#4.1c")
        if not reason.strip():
            raise Refusal.because("REASON_REQUIRED", "huaian-2021-13#1.3b")
        _decide_ask(row, granted, reason, actor, now)
        if not granted:
            clocks.stop(held, clocks.EXIT_DECISION, day_of(now))
        kind = EventKind.CASE_ASK_GRANTED if granted else EventKind.CASE_NOT_GRANTED
        _tell(kind, held.case, actor, now, ask=row.pk, step=row.step)
        return row.step


def _decide_ask(row: Ask, granted: bool, reason: str, actor: Actor, now: datetime) -> None:
    made = texts.sealed_as("answer", Ask, row.pk, row.case.subject_id, {"reason": reason.strip()})
    row.decided_by, row.decided_at, row.granted = actor.user_id, now, granted
    row.answer_sealed, row.answer_commitment = made["answer_sealed"], made["answer_commitment"]
    row.save()


@emits(EventKind.CASE_LENIENCY)
def decide_leniency(
    case_id: UUID, given: LeniencyGiven, *, revision: int, actor: Actor, now: datetime
) -> None:
    """What an officer decides on leniency, with reasons (四（二）). Raises Refusal NOT_FOUND, CASE_CHANGED, NOT_READY."""
    require(actor, "case.step")
    with acting(actor):
        case = _current(case_id, revision, actor)
        if case.state in LISTING.finals:
            raise Refusal.because("NOT_READY", "huaian-2021-13#4.2b", state=LISTING.states[case.state])
        write_leniency(case, given, actor=actor, now=now)
        _tell(EventKind.CASE_LENIENCY, case, actor, now, grounds=sorted(given.grounds))


@emits(EventKind.CASE_GROUND_CHANGED)
def change_ground(
    case_id: UUID, ground: UUID, effect: str, *, revision: int, actor: Actor, now: datetime
) -> None:
    """Note that a document of the case has another effect now; one of the register's changes there alone.

    Raises Refusal NOT_FOUND, CASE_CHANGED or GROUND_OF_REGISTER.
    """
    require(actor, "case.step")
    with acting(actor):
        case = _current(case_id, revision, actor)
        row = Ground.objects.filter(pk=ground, draft__case=case).first()
        if row is None or effect not in set(Effect):
            raise Refusal.because("NOT_FOUND")
        if row.instrument_id:
            raise Refusal.because("GROUND_OF_REGISTER", "huaian-2021-13#2.2b", number=row.number)
        if row.effect == effect:
            nothing_to_emit()
            return
        row.effect = effect
        row.save(update_fields=["effect"])
        _tell(EventKind.CASE_GROUND_CHANGED, case, actor, now, ground=row.pk, effect=effect)


@emits(EventKind.CASE_NOTED)
def note(case_id: UUID, text: str, *, actor: Actor, now: datetime) -> None:
    """Add a note, sealed. Raises Refusal NOT_FOUND or REASON_REQUIRED for an empty one."""
    require(actor, "case.step")
    with acting(actor):
        case = lock(Case, case_id, actor)
        if not text.strip():
            raise Refusal.because("NOTE_EMPTY")
        _note_row(case, text, None, actor, now)
        _tell(EventKind.CASE_NOTED, case, actor, now)


@emits(EventKind.CASE_HANDED_OVER)
def hand_over(case_id: UUID, to_user: UUID, text: str, *, actor: Actor, now: datetime) -> None:
    """Hand a case to another clerk of the same agency. Raises Refusal NOT_FOUND, USER_UNKNOWN or NOT_READY."""
    require(actor, "case.hand_over")
    with acting(actor):
        case = lock(Case, case_id, actor)
        there = User.objects.filter(
            pk=to_user, agency=case.agency_id, is_active=True, roles__contains=["clerk"]
        )
        if not there.exists():
            raise Refusal.because("USER_UNKNOWN")
        if case.handler == to_user:
            nothing_to_emit()
            return
        case.handler = to_user
        case.save(update_fields=["handler"])
        _note_row(case, text, to_user, actor, now)
        _tell(EventKind.CASE_HANDED_OVER, case, actor, now, to=to_user)


def _note_row(case: Case, text: str, to_user: UUID | None, actor: Actor, now: datetime) -> None:
    identity = uuid7()
    told = texts.sealed(Note, identity, case.subject_id, {"text": text.strip()})
    Note.objects.create(id=identity, case=case, to_user=to_user, by=actor.user_id, at=now, **told)


def _current(case_id: UUID, revision: int, actor: Actor) -> Case:
    """The case, locked, as the officer saw it. Raises Refusal NOT_FOUND or CASE_CHANGED."""
    case = lock(Case, case_id, actor)
    require_current(case, revision, LISTING, CaseStep.objects.filter(case=case).order_by("seq"))
    return case


def _tell(kind: EventKind, case: Case, actor: Actor, now: datetime, **more: object) -> None:
    told = {"case": case.pk, "number": case.number, "by": actor.user_id, **more}
    append(kind, payload=told, agency=case.agency_id, now=now)

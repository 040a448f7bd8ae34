"""Revocation and variation of documents (撤销与变更): registered ex officio, carried out in the same transaction.

What rests on the document alone falls with it, what rests on others too is hidden and goes back to officers, a stay
suspends, a variation waits hidden for its new content. A dispute alone is a mark (`note_dispute`).
"""

# clauses: 1.3a, 2.2b, 5.1d

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from xinheng.access.actor import Actor, system
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.casework import carrying, matterclocks, matters
from xinheng.casework.models import Revocation, RevocationFate, RevocationProof, RevocationStep
from xinheng.casework.registers import next_number
from xinheng.casework.resting import Resting, Thing, resting_on
from xinheng.casework.revocationfacts import facts_of, load
from xinheng.casework.taking import lock, require_current, require_role
from xinheng.catalog.public import current_law
from xinheng.law import deadlines
from xinheng.law.facts import Effect
from xinheng.law.falling import GONE, Fallen
from xinheng.law.language import Outcome, Refusal
from xinheng.law.lawbook import Law
from xinheng.law.procedures.revocation import ACT, OPENED, REVOCATION, SUSPENDED, outcome_of
from xinheng.law.standing import Ground, Mark
from xinheng.ledger.emitting import composed, emits, part_of_event
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.registry import instruments, outcomes, standing
from xinheng.registry.instruments import Change
from xinheng.registry.models import Record, RecordState
from xinheng.registry.outcomes import Decided
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7

REGISTER = "revocation"
KINDS = {step.name: EventKind(f"revocation.{step.name}") for step in REVOCATION.steps}
# What becomes of a document, and which proofs there are: closed lists.
OUTCOMES = {
    "revoked": "撤销", "void": "确认无效", "lapsed": "失效", "stayed": "停止执行", "varied": "变更",
}  # fmt: skip
PROOFS = {
    "judgment": "行政判决书、裁定书", "reconsideration": "行政复议决定书", "own": "作出机关自行撤销、变更的决定",
    "superior": "上级机关的决定",
}  # fmt: skip
ENDED = "effective"
# Steps that relieve, where no register of a change has done so already.
RELIEVING = ("fall", "hide", "suspend")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The document that says so; `kind` of PROOFS."""

    kind: str
    number: str
    body_name: str
    decided_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Fell:
    """What became of a document: `outcome` of OUTCOMES, the proof, the public reason, since when the office knows."""

    instrument: UUID
    outcome: str
    proof: Proof
    statement: str
    known_on: date


@composed
def register_change(given: Fell, *, reason: str = "", actor: Actor, now: datetime) -> UUID:
    """Register what became of a document and carry it out at once; returns the matter's id.

    Raises Refusal PERMISSION_DENIED, NOT_FOUND, REVOCATION_UNDER_WAY, REVOCATION_GONE where nothing is left to be stayed or
    varied, and what the guards answer (REVOCATION_PROOF, REVOCATION_STATEMENT). One transaction: nothing is half taken down.
    """
    require(actor, "revocation.open")
    if given.outcome not in OUTCOMES:
        raise Refusal.because("NOT_FOUND")
    if not given.statement.strip():
        raise Refusal.because("REVOCATION_STATEMENT", "apl#48")
    with acting(actor):
        instruments.find(given.instrument)
        resting = resting_on(given.instrument)
        made = open_revocation(given, resting, reason=reason, actor=actor, now=now)
        carrying.relieve(made, resting, actor=actor, now=now)
        _machine_step(made, resting, actor, now)
        return made


@emits(EventKind.REVOCATION_OPEN)
def open_revocation(given: Fell, resting: Resting, *, reason: str, actor: Actor, now: datetime) -> UUID:
    """The matter itself, with its proof; the document has its new effect from here on. Part of `register_change`."""
    law, step = current_law(day_of(now)), REVOCATION.step("open")
    with acting(actor):
        require_role(step, actor)
        row = _new(given, actor, now, law)
        _prove(row, given.outcome, given.proof, actor, now)
        facts = facts_of(load(row), today=law.day, actor=actor.user_id, reason=reason, resting=resting)
        moved = matters.ask(REVOCATION, step, facts, row, law)
        _written(row, moved, outcome_of(facts), resting.things, reason, actor, now)
        _change(row, given.outcome, moved.event, actor, now)
        _tell(row, moved, actor, now, effect=_effect(given.outcome), varied=row.varied)
        return row.pk


def _new(given: Fell, actor: Actor, now: datetime, law: Law) -> Revocation:
    document = instruments.hold(given.instrument)
    if Effect(document.effect) in GONE and _effect(given.outcome) not in GONE:
        raise Refusal.because("REVOCATION_GONE", "apl#48", number=document.number)
    number = next_number(REGISTER, law.day.year, law)
    under_way = Revocation.objects.filter(
        instrument=document, state__in=("new", OPENED, SUSPENDED, "hidden", "reviewed")
    )
    if there := under_way.values_list("number", flat=True).first():
        raise Refusal.because("REVOCATION_UNDER_WAY", "apl#48", number=there)
    known = min(given.known_on, law.day)
    due = deadlines.due(deadlines.begin(deadlines.legal_period(ACT, law), known), law.calendar)
    return Revocation.objects.create(
        id=uuid7(), number=number, instrument=document, agency_id=document.agency_id,
        varied=given.outcome == "varied", statement=given.statement.strip(), known_on=known, due=due.last,
        provisional=due.provisional, opened_by=actor.user_id, opened_at=now,
    )  # fmt: skip


def _effect(outcome: str) -> Effect:
    return Effect.EFFECTIVE if outcome in ("varied", ENDED) else Effect(outcome)


@part_of_event
def _prove(row: Revocation, outcome: str, proof: Proof, actor: Actor, now: datetime) -> None:
    if proof.kind not in PROOFS or not proof.number.strip() or not proof.body_name.strip():
        raise Refusal.because("REVOCATION_PROOF", "apl#48")
    if proof.decided_on > day_of(now):
        raise Refusal.because("REVOCATION_PROOF", "apl#48")
    RevocationProof.objects.create(
        id=uuid7(), revocation=row, effect=_effect(outcome).value, varied=outcome == "varied", kind=proof.kind,
        number=proof.number.strip(), body_name=proof.body_name.strip(), decided_on=proof.decided_on,
        by=actor.user_id, at=now,
    )  # fmt: skip


@part_of_event
def _change(row: Revocation, outcome: str, event: UUID, actor: Actor, now: datetime) -> None:
    told = Change(effect=_effect(outcome), matter=row.pk, varied=outcome == "varied")
    instruments.change(row.instrument_id, told, event=event, by=actor.user_id, now=now)


@part_of_event
def _written(
    row: Revocation,
    moved: matters.Moved,
    fates: Iterable[Fallen],
    things: Iterable[Thing],
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """The step with what it found of each thing, then the matter."""
    RevocationStep.objects.create(revocation=row, reason=reason.strip(), **moved.columns(actor.user_id, now))
    found = {each.node.id: each for each in things}
    RevocationFate.objects.bulk_create(
        RevocationFate(
            id=uuid7(), revocation=row, seq=moved.seq, node=each.node.id, layer=each.node.layer.value,
            target=found[each.node.id].target, number=found[each.node.id].number, agency=found[each.node.id].agency,
            rests_on=list(each.node.rests_on), ours=each.node.ours, fate=each.fate.value, marked=each.marked,
            because=list(each.because),
        )
        for each in fates
    )  # fmt: skip
    matters.move(row, moved)
    law = current_law(day_of(now))
    matterclocks.follow(row.pk, matterclocks.of_revocation(row), law.day, law)


def _tell(row: Revocation, moved: matters.Moved, actor: Actor, now: datetime, **more: object) -> None:
    told = {
        "revocation": row.pk, "number": row.number, "instrument": row.instrument_id, "seq": moved.seq,
        "step": moved.step.name, "from": moved.source, "to": moved.target, "by": actor.user_id,
        "edition": moved.verdict.edition, **more,
    }  # fmt: skip
    append(KINDS[moved.step.name], payload=told, agency=row.agency_id, now=now, event_id=moved.event)


def _machine_step(matter: UUID, resting: Resting, actor: Actor, now: datetime, *, anew: bool = False) -> None:
    """What follows of itself: all falls, or some is hidden, or a stay suspends. A variation waits for two persons."""
    row = Revocation.objects.get(pk=matter)
    facts = facts_of(load(row), today=day_of(now), resting=resting)
    law = current_law(day_of(now))
    if facts.is_now.varied or row.state not in (OPENED, SUSPENDED):
        return
    for name in ("suspend", "fall", "hide"):
        if REVOCATION.ask(name, facts, law).outcome is Outcome.PERMITTED:
            by = system(row.agency_id, actor.agency_name)
            take_step(
                matter, name, revision=row.revision, resting=resting if anew else None, actor=by, now=now
            )
            return


@emits(*KINDS.values())
def take_step(
    matter: UUID,
    name: str,
    *,
    revision: int,
    reason: str = "",
    receipts: Iterable[str] = (),
    resting: Resting | None = None,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Take one step of the procedure; what it brings about is `take`'s. Gives the event.

    `resting`: the graph as found anew, which is kept with the step.

    Raises Refusal NOT_FOUND, CASE_CHANGED, PERMISSION_DENIED, and what the guards answer.
    """
    law, step = current_law(day_of(now)), REVOCATION.step(name)
    with acting(actor):
        row = lock(Revocation, matter, actor)
        held = load(row)
        require_current(row, revision, REVOCATION, held.steps)
        require_role(step, actor)
        facts = facts_of(
            held, today=law.day, actor=actor.user_id, reason=reason, holders=matters.holders_of(matter),
            receipts=receipts, resting=resting,
        )  # fmt: skip
        moved = matters.ask(REVOCATION, step, facts, row, law)
        found = outcome_of(facts) if resting else ()
        _written(row, moved, found, resting.things if resting else (), reason, actor, now)
        if name == "vary":
            _change(row, ENDED, moved.event, actor, now)
        _tell(row, moved, actor, now)
        return moved.event


@composed
def take(
    matter: UUID,
    name: str,
    *,
    revision: int,
    reason: str = "",
    receipts: Iterable[str] = (),
    actor: Actor,
    now: datetime,
) -> None:
    """Take a step with all that it brings about, in one transaction (一步办结).

    Raises Refusal as `take_step`, REVOCATION_ENTRY_OPEN, and what the list's own procedure answers.
    """
    require(actor, "revocation.step")
    with acting(actor):
        if before := carrying.BEFORE.get(name):
            before(load(lock(Revocation, matter, actor)))
        resting = _relieved(matter, actor, now) if name in RELIEVING else None
        take_step(
            matter, name, revision=revision, reason=reason, receipts=receipts, resting=resting, actor=actor, now=now
        )  # fmt: skip
        if after := carrying.AFTER.get(name):
            after(load(Revocation.objects.get(pk=matter)), reason, actor, now)


def _relieved(matter: UUID, actor: Actor, now: datetime) -> Resting:
    """An officer takes down what the body's own sheet made fall while the matter was open: as things stand now."""
    resting = replace(resting_on(lock(Revocation, matter, actor).instrument_id), after=True)
    carrying.relieve(matter, resting, actor=actor, now=now)
    return resting


@composed
def change_again(
    matter: UUID, outcome: str, proof: Proof, *, revision: int, actor: Actor, now: datetime
) -> None:
    """A stay ended (`effective`), or what was stayed or disputed fell after all: carried out at once where it relieves.

    Raises Refusal NOT_FOUND, NOT_READY unless it is stayed, REVOCATION_PROOF.
    """
    require(actor, "revocation.open")
    with acting(actor):
        row = lock(Revocation, matter, actor)
        resting = resting_on(row.instrument_id)
        note_change(matter, outcome, proof, revision=revision, actor=actor, now=now)
        if outcome != ENDED:
            carrying.relieve(matter, resting, actor=actor, now=now)
            _machine_step(matter, resting, actor, now, anew=True)


@emits(EventKind.REVOCATION_CHANGED)
def note_change(
    matter: UUID, outcome: str, proof: Proof, *, revision: int, actor: Actor, now: datetime
) -> None:
    """Write what became of a stayed document. Part of `change_again`."""
    with acting(actor):
        row = lock(Revocation, matter, actor)
        held = load(row)
        require_current(row, revision, REVOCATION, held.steps)
        if row.state != SUSPENDED or outcome not in (ENDED, "revoked", "void", "lapsed"):
            raise Refusal.because("NOT_READY", "apl#48", state=REVOCATION.states[row.state])
        _prove(row, outcome, proof, actor, now)
        event = uuid7()
        _change(row, outcome, event, actor, now)
        told = {
            "revocation": row.pk, "number": row.number, "instrument": row.instrument_id,
            "effect": _effect(outcome), "varied": False, "by": actor.user_id,
        }  # fmt: skip
        append(EventKind.REVOCATION_CHANGED, payload=told, agency=row.agency_id, now=now, event_id=event)


# ---- a dispute is a mark -----------------------------------------------------------------------------------


@composed
def note_dispute(instrument: UUID, *, contested: bool, number: str, actor: Actor, now: datetime) -> None:
    """Put or end the mark 复议诉讼中 beside every record on a document; it goes on having its effect.

    `number` is the paper that says so. Raises Refusal NOT_FOUND, REVOCATION_PROOF, NOTHING_CHANGED.
    """
    require(actor, "revocation.open")
    if not number.strip():
        raise Refusal.because("REVOCATION_PROOF", "apl#48")
    with acting(actor):
        write_dispute(instrument, contested=contested, actor=actor, now=now)
        live = Record.objects.filter(instrument=instrument, state=RecordState.LIVE)
        records = list(live.values_list("pk", flat=True))
        said = Decided(ground=Ground.REVOCATION, matter=instrument, number=number.strip())
        if records and contested:
            outcomes.mark_records(records, Mark.CONTESTED, decided=said, actor=actor, now=now)
        elif marked := [each for each in records if _is_marked(each, instrument)]:
            outcomes.unmark_records(marked, Mark.CONTESTED, decided=said, actor=actor, now=now)


def _is_marked(record: UUID, matter: UUID) -> bool:
    return standing.marked(record, Mark.CONTESTED, matter)


@emits(EventKind.REVOCATION_CONTESTED)
def write_dispute(instrument: UUID, *, contested: bool, actor: Actor, now: datetime) -> None:
    """The document is under review or suit, or no more. Part of `note_dispute`."""
    with acting(actor):
        row = instruments.hold(instrument)
        if row.contested == contested:
            raise Refusal.because("NOTHING_CHANGED")
        event, told = uuid7(), Change(effect=Effect(row.effect), matter=instrument, contested=contested)
        instruments.change(instrument, told, event=event, by=actor.user_id, now=now)
        payload = {"instrument": instrument, "contested": contested, "by": actor.user_id}
        append(EventKind.REVOCATION_CONTESTED, payload=payload, agency=row.agency_id, now=now, event_id=event)

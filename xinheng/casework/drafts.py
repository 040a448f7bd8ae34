"""A draft of a case is written (草拟): its documents, what the body above said, what officers wrote, sealed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.casework import texts
from xinheng.casework.given import ConsentGiven, DraftGiven, GroundGiven, LeniencyGiven
from xinheng.casework.models import Case, Consent, Draft, Ground, Leniency
from xinheng.law.facts import Effect, InstrumentKind, SubjectKind, age_class
from xinheng.law.identifiers import birth_date
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.leniency import GROUNDS, LeniencyDecision
from xinheng.ledger.emitting import part_of_event
from xinheng.registry.models import Instrument
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7
from xinheng.subjects.models import Person
from xinheng.subjects.people import open_person
from xinheng.vault.keyring import Keyring


@part_of_event
def write_draft(
    case: Case, given: DraftGiven, *, reason: str, actor: Actor, now: datetime, law: Law
) -> Draft:
    """The draft of the case's present version. Raises Refusal GROUND_INCOMPLETE, DRAFT_DATES or WINDOW_TOO_SHORT."""
    _require_sense(given, now)
    identity = uuid7()
    draft = Draft.objects.create(
        id=identity, case=case, version=case.version, range=given.range, criteria=sorted(set(given.criteria)),
        window=given.window, age=_age(case, given, now, law), conduct_from=given.conduct_from,
        conduct_to=given.conduct_to, months=given.months, made_by=actor.user_id, made_at=now,
        **texts.sealed(Draft, identity, case.subject_id, {**asdict(given.words), "reason": reason}),
    )  # fmt: skip
    for each in given.grounds:
        _write_ground(draft, each)
    if given.consent:
        _write_consent(draft, given.consent, actor, now)
    return draft


def _require_sense(given: DraftGiven, now: datetime) -> None:
    first, last, today = given.conduct_from, given.conduct_to, day_of(now)
    if (first and last and last < first) or any(day and day > today for day in (first, last)):
        raise Refusal.because("DRAFT_DATES")
    if given.window is not None and given.window < 1:
        raise Refusal.because("NOTICE_INCOMPLETE", "huaian-2021-13#4.1a", lacking="提出意见的期限")


def _age(case: Case, given: DraftGiven, now: datetime, law: Law) -> str:
    """The age class at the act, from the sealed number; unknown where the number tells no day of birth."""
    kind = SubjectKind(case.subject_kind)
    born = _born(case.subject_id) if kind is SubjectKind.NATURAL_PERSON else None
    return age_class(kind, born, given.conduct_from or given.conduct_to, day_of(now), law=law).value


def _born(subject: UUID) -> date | None:
    row = Person.objects.filter(pk=subject).first()
    if row is None:
        return None
    ring = Keyring.load([subject])
    number, _ = open_person(ring, subject, bytes(row.id_sealed), bytes(row.name_sealed))
    return birth_date(number) if row.id_kind == "resident_id" else None


def _write_ground(draft: Draft, given: GroundGiven) -> None:
    """One of the register's says itself what it is; another is told whole."""
    row = Instrument.objects.filter(pk=given.instrument).first() if given.instrument else None
    if given.instrument and row is None:
        raise Refusal.because("NOT_FOUND")
    told = row or given
    known = told.kind in set(InstrumentKind) and told.effect in set(Effect)
    if told.decided_on is None or not (known and told.number.strip() and told.body_name.strip()):
        raise Refusal.because("GROUND_INCOMPLETE", "huaian-2021-13#2.2a")
    Ground.objects.create(
        id=uuid7(), draft=draft, instrument=row, number=told.number, kind=told.kind, body_name=told.body_name,
        decided_on=told.decided_on, effect=told.effect,
    )  # fmt: skip


def _write_consent(draft: Draft, given: ConsentGiven, actor: Actor, now: datetime) -> None:
    if not (given.body_name.strip() and given.number.strip()) or given.given_on > day_of(now):
        raise Refusal.because("CONSENT_INCOMPLETE", "huaian-2021-13#4.1c")
    Consent.objects.create(
        id=uuid7(), draft=draft, body_name=given.body_name, number=given.number, given_on=given.given_on,
        granted=given.granted, by=actor.user_id, at=now,
    )  # fmt: skip


@part_of_event
def write_leniency(case: Case, given: LeniencyGiven, *, actor: Actor, now: datetime) -> None:
    """What was asked and decided on leniency. Raises Refusal LENIENCY_UNKNOWN for what is no ground of the plan's."""
    if not set(given.grounds) <= set(GROUNDS) or given.decision not in set(LeniencyDecision):
        raise Refusal.because("LENIENCY_UNKNOWN", "huaian-2021-13#4.2b")
    identity = uuid7()
    Leniency.objects.create(
        id=identity, case=case, heard=given.heard, grounds=sorted(set(given.grounds)), decision=given.decision,
        by=actor.user_id, at=now,
        **texts.sealed(Leniency, identity, case.subject_id, {"reason": given.reason.strip()}),
    )  # fmt: skip

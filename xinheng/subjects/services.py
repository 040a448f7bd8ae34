"""Adding one subject, and noting another name of it (信用主体登记)."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from xinheng.law.identifiers import clean_code, resident_id_fault, uscc_fault
from xinheng.law.language import Refusal
from xinheng.ledger.emitting import emits, nothing_to_emit
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import append
from xinheng.runtime.db import uuid7
from xinheng.subjects import people
from xinheng.subjects.bulk import resolve
from xinheng.subjects.models import Person, Subject, SubjectKind, SubjectName
from xinheng.subjects.proofs import name_proof, subject_proof
from xinheng.vault.sealing import seal

RESIDENT_ID = "resident_id"


class Officer(Protocol):
    """Who adds; access.Actor is one (access is above this app and asks the permission)."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def agency_id(self) -> UUID: ...


@emits(EventKind.SUBJECT_ADDED)
def add_subject(*, kind: str, uscc: str, name: str, seen_from: date, actor: Officer, now: datetime) -> UUID:
    """The subject under a valid code, added if it is new; its name is noted either way.

    Raises Refusal with the code's own fault, SUBJECT_KIND_UNKNOWN or NAME_REQUIRED.
    """
    code, told = _clean(uscc), _named(name)
    if kind not in SubjectKind.values or kind == SubjectKind.NATURAL_PERSON:
        raise Refusal.because("SUBJECT_KIND_UNKNOWN")
    known = resolve([code], [], to_add=True).by_code.get(code)
    if known is not None:
        note_name(subject=known.subject, name=told, seen_from=seen_from, actor=actor, now=now)
        nothing_to_emit()
        return known.subject
    made = uuid7()
    proof = subject_proof(subject=made.bytes, kind=kind, uscc=code, id_kind=None, id_index=None)
    subject = Subject.objects.create(id=made, kind=kind, uscc=code, name=told, created_at=now, proof=proof)
    SubjectName.objects.create(subject=subject, name=told, seen_from=seen_from)
    _tell(
        EventKind.SUBJECT_ADDED,
        subject.id,
        actor,
        now,
        proof=proof,
        name=name_proof(made.bytes, told, seen_from),
    )
    return subject.id


@emits(EventKind.SUBJECT_ADDED)
def add_person(*, id_kind: str, number: str, name: str, actor: Officer, now: datetime) -> UUID:
    """The natural person with that identifier, added sealed if new; an existing one stays as it is.

    A resident id number must be valid on the day of `now`. Raises Refusal with the number's own fault,
    ID_KIND_UNKNOWN or NAME_REQUIRED.
    """
    clean, told = clean_code(number)[0], _named(name)
    if not id_kind or not clean:
        raise Refusal.because("ID_KIND_UNKNOWN")
    fault = resident_id_fault(clean, now.date()) if id_kind == RESIDENT_ID else None
    if fault is not None:
        raise Refusal.because(fault.code, **fault.values)
    index = people.index_of(id_kind, clean)
    known = resolve([], [index], to_add=True).by_index.get(index)
    if known is not None:
        nothing_to_emit()
        return known.subject
    made, person = uuid7(), SubjectKind.NATURAL_PERSON
    proof = subject_proof(subject=made.bytes, kind=person, uscc=None, id_kind=id_kind, id_index=index)
    subject = Subject.objects.create(id=made, kind=person, created_at=now, proof=proof)
    _seal_person(subject, id_kind, index, clean, told)
    _tell(EventKind.SUBJECT_ADDED, subject.id, actor, now, proof=proof)
    return subject.id


@emits(EventKind.SUBJECT_RENAMED)
def note_name(*, subject: UUID, name: str, seen_from: date, actor: Officer, now: datetime) -> bool:
    """Keep a name that a record told; the latest told is the present one. True when that changed.

    Raises Refusal SUBJECT_NOT_FOUND for an unknown subject or a natural person.
    """
    found = Subject.objects.select_for_update().filter(pk=subject).first()
    if found is None or found.kind == SubjectKind.NATURAL_PERSON:
        raise Refusal.because("SUBJECT_NOT_FOUND")
    told = _named(name)
    _, new = SubjectName.objects.get_or_create(subject=found, name=told, defaults={"seen_from": seen_from})
    if not new:
        nothing_to_emit()
        return False
    before = found.name
    found.name = SubjectName.objects.filter(subject=found).order_by("-seen_from", "-id")[0].name
    found.save(update_fields=["name"])
    _tell(EventKind.SUBJECT_RENAMED, subject, actor, now, name=name_proof(subject.bytes, told, seen_from))
    return found.name != before


def _clean(uscc: str) -> str:
    code, _ = clean_code(uscc)
    fault = uscc_fault(code)
    if fault is not None:
        raise Refusal.because(fault.code, **fault.values)
    return code


def _named(name: str) -> str:
    told = unicodedata.normalize("NFKC", name).strip()
    if not told:
        raise Refusal.because("NAME_REQUIRED")
    return told


def _seal_person(subject: Subject, id_kind: str, index: bytes, number: str, name: str) -> None:
    def sealed(column: str, plain: str) -> bytes:
        return seal(people.TABLE, column, subject.id, subject.id, plain.encode())

    Person.objects.create(
        subject=subject,
        id_kind=id_kind,
        id_index=index,
        id_sealed=sealed(people.ID_COLUMN, number),
        name_sealed=sealed(people.NAME_COLUMN, name),
    )


def _tell(kind: EventKind, subject: UUID, actor: Officer, now: datetime, **proofs: bytes) -> None:
    told = {"subject": subject, "by": actor.user_id, **proofs}
    append(kind, payload=told, agency=actor.agency_id, now=now)

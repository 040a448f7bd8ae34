"""Records that the same confusion may have hit (同样可能认错的信息): same name with another code, codes that are neighbours.

A code is a neighbour when one character differs, or two beside each other are exchanged, and its check character fits:
what a tired hand types and every form check lets through.
"""

# clauses: 2.2b

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from xinheng.law.facts import SubjectKind
from xinheng.law.identifiers import RESIDENT_CHECKS, USCC_ALPHABET, resident_id_check, uscc_check
from xinheng.registry.models import Record, RecordState
from xinheng.subjects import people
from xinheng.subjects.models import Person, Subject
from xinheng.subjects.people import open_person
from xinheng.subjects.services import RESIDENT_ID
from xinheng.vault.keyring import Keyring

SAME_PARTY, SAME_NAME, NEAR_CODE = "same_party", "same_name", "near_code"
DIGITS = RESIDENT_CHECKS.replace("X", "")


@dataclass(frozen=True, slots=True)
class Sibling:
    """A record and by which likeness it is one."""

    record: UUID
    agency: UUID
    likeness: str


def siblings_of(record: Record) -> tuple[Sibling, ...]:
    """Adverse live records of all agencies, each by its first likeness. Called where rows of the whole city are read."""
    subject = Subject.objects.get(pk=record.subject_id)
    alike = {subject.pk: SAME_PARTY, **dict.fromkeys(_near(subject), NEAR_CODE)}
    alike |= dict.fromkeys(_namesakes(subject), SAME_NAME)
    found = Record.objects.filter(subject__in=alike, adverse=True, state=RecordState.LIVE)
    rows = found.exclude(pk=record.pk).order_by("accepted_on", "id")
    return tuple(Sibling(each.pk, each.agency_id, alike[each.subject_id]) for each in rows)


def _namesakes(subject: Subject) -> list[UUID]:
    """Persons are not found by their names: those are sealed."""
    if subject.kind == SubjectKind.NATURAL_PERSON or not subject.name:
        return []
    same = Subject.objects.filter(name=subject.name).exclude(kind=SubjectKind.NATURAL_PERSON)
    return list(same.exclude(pk=subject.pk).values_list("pk", flat=True))


def _near(subject: Subject) -> list[UUID]:
    if subject.kind == SubjectKind.NATURAL_PERSON:
        return _near_persons(subject)
    codes = list(neighbours(subject.uscc or "", USCC_ALPHABET))
    return list(Subject.objects.filter(uscc__in=codes).values_list("pk", flat=True)) if codes else []


def _near_persons(subject: Subject) -> list[UUID]:
    row = Person.objects.filter(pk=subject.pk, id_kind=RESIDENT_ID).first()
    if row is None:
        return []
    ring = Keyring.load([subject.pk])
    number, _ = open_person(ring, subject.pk, bytes(row.id_sealed), bytes(row.name_sealed))
    indexes = [people.index_of(RESIDENT_ID, each) for each in neighbours(number, DIGITS)]
    found = Person.objects.filter(id_index__in=indexes)
    return list(found.values_list("subject_id", flat=True))


def neighbours(code: str, letters: str) -> Iterator[str]:
    """Valid codes beside this one: another letter in one place, or two neighbouring letters exchanged."""
    if len(code) != 18:
        return
    check = uscc_check if letters == USCC_ALPHABET else resident_id_check
    stem = code[:-1]
    stems = {stem[:at] + each + stem[at + 1 :] for at in range(len(stem)) for each in letters}
    stems |= {stem[:at] + stem[at + 1] + stem[at] + stem[at + 2 :] for at in range(len(stem) - 1)}
    yield from (each + check(each) for each in sorted(stems - {stem}))

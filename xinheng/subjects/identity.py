"""Which subject somebody is who has proved a code (身份核对): an id alone, and of a person through the blind index only."""

from __future__ import annotations

from uuid import UUID

from xinheng.law.identifiers import clean_code, resident_id_valid, uscc_valid
from xinheng.subjects import people
from xinheng.subjects.models import Person, Subject, SubjectKind
from xinheng.subjects.services import RESIDENT_ID


def person(number: str) -> UUID | None:
    """The natural person with that resident id number; None for one of whom nothing is held, or no such number."""
    clean, _ = clean_code(number)
    if not resident_id_valid(clean):
        return None
    index = people.index_of(RESIDENT_ID, clean)
    return Person.objects.filter(id_index=index).values_list("subject_id", flat=True).first()


def body(uscc: str) -> UUID | None:
    """The subject other than a natural person with that code; None as `person`."""
    clean, _ = clean_code(uscc)
    if not uscc_valid(clean):
        return None
    found = Subject.objects.filter(uscc=clean).exclude(kind=SubjectKind.NATURAL_PERSON)
    return found.values_list("id", flat=True).first()


def names(subjects: list[UUID]) -> dict[UUID, str]:
    """Names of the subjects among the ids that are no natural persons."""
    found = Subject.objects.filter(pk__in=subjects).exclude(kind=SubjectKind.NATURAL_PERSON)
    return {pk: name or "" for pk, name in found.values_list("pk", "name")}

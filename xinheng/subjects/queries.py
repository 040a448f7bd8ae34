"""Finding subjects: by exact code, persons through the blind index only (查找信用主体)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from xinheng.law.identifiers import clean_code
from xinheng.subjects import people
from xinheng.subjects.models import Person, Subject, SubjectName
from xinheng.vault.keyring import Keyring


class Opened(Protocol):
    """Proof of an entry in the access register; access.gate.Opened is one and the gate alone makes it."""

    def require(self) -> None: ...
    def require_subject(self, subject: UUID) -> None: ...


@dataclass(frozen=True, slots=True)
class SubjectView:
    """A subject as an officer sees it; of a natural person without name and number."""

    id: UUID
    kind: str
    kind_label: str
    uscc: str
    name: str


def find_by_code(code: str, *, opened: Opened) -> SubjectView | None:
    """The subject other than a natural person with that code, cleaned first."""
    opened.require()
    clean, _ = clean_code(code)
    found = Subject.objects.filter(uscc=clean).first()
    return None if found is None else _view(found)


def find_person(id_kind: str, number: str, *, opened: Opened) -> UUID | None:
    """The natural person with exactly that identifier; no other way leads to a person."""
    opened.require()
    found = Person.objects.filter(id_index=people.index_of(id_kind, number)).values_list(
        "subject_id", flat=True
    )
    return found.first()


def subject(subject_id: UUID, *, opened: Opened) -> SubjectView | None:
    """One subject of an opened file. Raises Refusal NOT_YOURS when the file opened is another's."""
    opened.require_subject(subject_id)
    found = Subject.objects.filter(pk=subject_id).first()
    return None if found is None else _view(found)


def person_in_clear(subject_id: UUID, *, opened: Opened) -> tuple[str, str, str] | None:
    """(id kind, number, name) of a natural person of an opened file, to be masked by whoever shows it."""
    opened.require_subject(subject_id)
    found = Person.objects.filter(pk=subject_id).first()
    if found is None:
        return None
    ring = Keyring.load([subject_id])
    number, name = people.open_person(ring, subject_id, bytes(found.id_sealed), bytes(found.name_sealed))
    return found.id_kind, number, name


def person_names(subject_ids: Iterable[UUID], *, opened: Opened) -> dict[UUID, str]:
    """Names in clear of the natural persons among the ids, for a list that was opened as a set."""
    opened.require()
    rows = list(Person.objects.filter(pk__in=list(subject_ids)).values_list("pk", "name_sealed"))
    ring = Keyring.load(pk for pk, _ in rows)
    place = (people.TABLE, people.NAME_COLUMN)
    return {pk: ring.open(*place, pk, pk, bytes(sealed)).decode() for pk, sealed in rows}


def names_of(subject_id: UUID, *, opened: Opened) -> list[tuple[str, date]]:
    """(name, first seen) of a subject other than a natural person, latest first."""
    opened.require()
    rows = SubjectName.objects.filter(subject=subject_id).order_by("-seen_from", "-id")
    return list(rows.values_list("name", "seen_from"))


def views(subject_ids: Iterable[UUID], *, opened: Opened) -> dict[UUID, SubjectView]:
    """Subjects by id, for a list that was opened as a set."""
    opened.require()
    return {each.pk: _view(each) for each in Subject.objects.filter(pk__in=list(subject_ids))}


def _view(found: Subject) -> SubjectView:
    return SubjectView(found.pk, found.kind, found.get_kind_display(), found.uscc or "", found.name or "")

"""Records as officers may read them, each look on record first (记录查询)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.law import disclosure
from xinheng.law.disclosure import Disclosure
from xinheng.law.facts import RecordFacts
from xinheng.law.identifiers import document_number_key
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.standing import PLAIN, Standing
from xinheng.registry.models import Instrument, Record, RecordVersion
from xinheng.registry.rows import open_personal
from xinheng.registry.standing import (
    History,
    ended_for_others,
    histories,
    require_open,
    special,
    standings,
)
from xinheng.runtime.paging import Page
from xinheng.vault.keyring import Keyring

RECORDS = "records"


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One line of a list of records. `party` is a name only for subjects other than natural persons."""

    id: UUID
    item_code: str
    number: str
    body_name: str
    subject: UUID
    subject_kind: str
    party: str
    decided_on: date
    accepted_on: date
    state: str
    version: int
    batch: UUID
    standing: Standing = PLAIN


@dataclass(frozen=True, slots=True)
class VersionView:
    """What a record said from one event on; `personal` holds what is sealed, withheld texts among it."""

    version: int
    content: Mapping[str, Any]
    personal: Mapping[str, Any]
    withheld: tuple[str, ...]
    source: Mapping[str, Any]
    facts: Mapping[str, Any]
    ground: str
    ground_text: str
    made_by: UUID
    made_at: datetime
    event: UUID


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record with all its versions, latest first, and what was decided about it, oldest first."""

    row: RecordRow
    effect: str
    contested: bool
    versions: tuple[VersionView, ...]
    decided: History = ()


def records(
    *,
    opened: Opened,
    page: int = 1,
    size: int = 50,
    item: str = "",
    state: str = "",
    batch: UUID | None = None,
    number_key: str = "",
) -> Page[RecordRow]:
    """The records of the opened set: the agency's own, or all for office and auditor; latest first.

    What was ended or withheld (5.1b) is there for its own body, and for others by special right alone.
    """
    opened.require_what(RECORDS, f"batch:{batch}")
    require(opened.actor, "record.view")
    with acting(opened.actor):
        found = _joined().order_by("-accepted_on", "-id")
        wanted = {"item_code": item, "state": state, "batch": batch, "instrument__number_key": number_key}
        found = found.filter(**{name: value for name, value in wanted.items() if value})
        found = _routine(found, opened)
        first = (max(1, page) - 1) * size
        there = list(found[first : first + size])
        known = standings([each.pk for each in there])
        rows = [_row(each, known[each.pk]) for each in there]
        return Page(rows, found.count(), max(1, page), size)


def _routine(found: QuerySet[Record], opened: Opened) -> QuerySet[Record]:
    """Without what other bodies may not see in an ordinary look."""
    if not opened.actor.whole_city or special(opened.actor, opened.purpose):
        return found
    ended = ended_for_others().filter(record=OuterRef("pk"))
    return found.exclude(Exists(ended), ~Q(agency=opened.actor.agency_id))


def whose(record_id: UUID, *, actor: Any) -> UUID | None:
    """The subject whose file has to be opened for a record; None when there is no such record for the actor."""
    require(actor, "record.view")
    with acting(actor):
        return Record.objects.filter(pk=record_id).values_list("subject_id", flat=True).first()


def number_of(record_id: UUID, *, actor: Any) -> str:
    """The document number of a record, to name it before its file is opened; "" when there is none, or when it was
    ended or withheld and is another body's (5.1b).
    """
    require(actor, "record.view")
    with acting(actor):
        ended = Exists(ended_for_others().filter(record=OuterRef("pk")))
        found = Record.objects.exclude(ended, ~Q(agency=actor.agency_id)).filter(pk=record_id)
        return found.values_list("instrument__number", flat=True).first() or ""


def record(record_id: UUID, *, opened: Opened) -> RecordView:
    """One record with its versions in clear.

    Raises Refusal NOT_FOUND, NOT_YOURS for another file's, or WITHHELD_RIGHT for one that was ended or withheld (5.1b).
    """
    opened.require_verb("record.view")
    with acting(opened.actor):
        found = _joined().filter(pk=record_id).first()
        if found is None:
            raise Refusal.because("NOT_FOUND")
        opened.require_subject(found.subject_id)
        decided = histories([record_id])
        standing = require_open(record_id, found.agency_id, decided, opened)
        ring = Keyring.load([found.subject_id])
        versions = RecordVersion.objects.filter(record=record_id).select_related("facts").order_by("-version")
        told = tuple(_version(each, ring, found.subject_id) for each in versions)
    row, document = _row(found, standing), found.instrument
    return RecordView(row, document.effect, document.contested, told, decided.get(record_id, ()))


def disclosed(record_id: UUID, audience: str, law: Law, *, opened: Opened) -> Disclosure:
    """What the law lets one audience see of a record, for `explain record`. Raises Refusal NOT_FOUND."""
    view = record(record_id, opened=opened)
    return disclosure.decide(RecordFacts.from_json(view.versions[0].facts), audience, law)


def facts_of(record_id: UUID, *, opened: Opened) -> RecordFacts:
    """The facts of a record's present version. Raises Refusal NOT_FOUND."""
    return RecordFacts.from_json(record(record_id, opened=opened).versions[0].facts)


def _joined() -> QuerySet[Record]:
    return Record.objects.select_related("instrument", "subject")


def _row(found: Record, standing: Standing) -> RecordRow:
    same = ("id", "item_code", "decided_on", "accepted_on", "state", "version", "batch")
    told = {name: getattr(found, name) for name in same}
    instrument: Instrument = found.instrument
    return RecordRow(
        **told,
        number=instrument.number,
        body_name=instrument.body_name,
        subject=found.subject_id,
        subject_kind=found.subject.kind,
        party=found.subject.name or "",
        standing=standing,
    )


def _version(found: RecordVersion, ring: Keyring, subject: UUID) -> VersionView:
    same = ("version", "content", "source", "ground", "ground_text", "made_by", "made_at", "event")
    told = {name: getattr(found, name) for name in same}
    personal = open_personal(
        ring,
        record=found.record_id,
        subject=subject,
        sealed=None if found.sealed is None else bytes(found.sealed),
    )
    return VersionView(**told, personal=personal, withheld=tuple(found.withheld), facts=found.facts.facts)


def instruments_named(subject: UUID, numbers: Sequence[str], *, opened: Opened) -> dict[str, UUID]:
    """The documents of the register about an opened file's subject, by the numbers as they were typed."""
    opened.require_subject(subject)
    keys = {document_number_key(each): each for each in numbers}
    with acting(opened.actor):
        found = Instrument.objects.filter(record__subject=subject, number_key__in=list(keys)).distinct()
        return {keys[key]: pk for key, pk in found.values_list("number_key", "pk")}

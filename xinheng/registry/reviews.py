"""What windows of force majeure have put before an agency, and what was decided on it (待复核查询).

A list names documents and windows, never a party; the reasons are read in an opened file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.registry.models import Record, Touched, TouchedKind, TouchedReview
from xinheng.registry.standing import ended_for_others
from xinheng.runtime.paging import Page
from xinheng.vault.texts import open_texts


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What an officer decided; the reasons stay sealed."""

    id: UUID
    decision: str
    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class TouchedRow:
    """One thing that a window touches; `number` and `item` are a record's, "" for cases and clocks."""

    window: UUID
    window_number: str
    kind: str
    kind_label: str
    target: UUID
    subject: UUID
    agency: str
    since: datetime
    number: str
    item: str
    batch: UUID | None
    review: Reviewed | None


def touched_page(
    *, actor: Actor, kind: str = "", decided: bool = False, page: int = 1, size: int = 50
) -> Page[TouchedRow]:
    """What waits for the officers of the actor's agency, or with `decided` what they have done; latest first."""
    require(actor, "touched.view")
    with acting(actor):
        found = _left(_found(decided), actor).order_by("-since", "target")
        if kind:
            found = found.filter(kind=kind)
        first = (max(1, page) - 1) * size
        return Page(_rows(found[first : first + size]), found.count(), max(1, page), size)


def touched_counts(*, actor: Actor) -> dict[str, int]:
    """How many wait, by kind."""
    require(actor, "touched.view")
    with acting(actor):
        found = _left(_found(False), actor).values("kind").annotate(rows=Count("target")).order_by("kind")
        return {each["kind"]: each["rows"] for each in found}


def touched(window: UUID, kind: str, target: UUID, *, actor: Actor) -> TouchedRow | None:
    """One of them; None for another agency's as for one that is not there."""
    require(actor, "touched.view")
    with acting(actor):
        found = _left(_joined(), actor).filter(window=window, kind=kind, target=target)
        return next(iter(_rows(found)), None)


def reason_of(review: UUID, *, opened: Opened) -> str:
    """Why it was decided so, from the opened file of its subject. Raises Refusal NOT_YOURS."""
    with acting(opened.actor):
        row = TouchedReview.objects.get(pk=review)
        opened.require_subject(row.subject_id)
        table = TouchedReview._meta.db_table
        told = open_texts(
            table, "sealed", row.pk, row.subject_id, bytes(row.sealed), bytes(row.sealed_commitment)
        )
    return str(told.get("reason", ""))


def decided_for(record: UUID) -> tuple[bool, str]:
    """(whether windows touch a record that nobody has decided on, what was decided last). Within `acting`."""
    waits = _found(False).filter(kind=TouchedKind.RECORD, target=record).exists()
    reviews = TouchedReview.objects.filter(kind=TouchedKind.RECORD, target=record)
    return waits, reviews.order_by("-at", "-id").values_list("decision", flat=True).first() or ""


def waiting_windows_of(case: UUID) -> tuple[UUID, ...]:
    """The windows that touch a case and wait for an officer. Within `acting`."""
    found = _found(False).filter(kind=TouchedKind.CASE, target=case)
    return tuple(found.order_by("window").values_list("window", flat=True))


def _joined() -> QuerySet[Touched]:
    return Touched.objects.select_related("window", "agency")


# clause: 5.1b
def _left(found: QuerySet[Touched], actor: Actor) -> QuerySet[Touched]:
    """Without another body's record that was ended or withheld."""
    ended = Exists(ended_for_others().filter(record=OuterRef("target")))
    return found.exclude(ended, ~Q(agency=actor.agency_id))


def _found(decided: bool) -> QuerySet[Touched]:
    same = TouchedReview.objects.filter(
        window=OuterRef("window"), kind=OuterRef("kind"), target=OuterRef("target")
    )
    return _joined().filter(Exists(same) if decided else ~Exists(same))


def _rows(found: QuerySet[Touched]) -> list[TouchedRow]:
    rows = list(found)
    targets = [each.target for each in rows]
    records = Record.objects.select_related("instrument").in_bulk(targets)
    reviews = {
        (each.window_id, each.kind, each.target): Reviewed(each.pk, each.decision, each.by, each.at)
        for each in TouchedReview.objects.filter(target__in=targets)
    }
    return [
        _row(each, records.get(each.target), reviews.get((each.window_id, each.kind, each.target)))
        for each in rows
    ]


def _row(row: Touched, record: Record | None, review: Reviewed | None) -> TouchedRow:
    return TouchedRow(
        window=row.window_id,
        window_number=row.window.number,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        target=row.target,
        subject=row.subject_id,
        agency=row.agency.name,
        since=row.since,
        number=record.instrument.number if record else "",
        item=record.item_code if record else "",
        batch=record.batch if record else None,
        review=review,
    )

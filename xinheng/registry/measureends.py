"""The end of measures (惩戒措施终止): by the body, or with the list entry or the document, in the same transaction.

Another body's own measure is ended by that body: it is told, and its desk shows the notice until it has
recorded what it did. From the moment the entry leaves, nobody uses the measure any more (`in_force_on`).
"""

# clauses: 4.2a

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.gate import Opened
from xinheng.access.permissions import require
from xinheng.access.scope import acting, whole_city
from xinheng.law.facts import Effect
from xinheng.law.language import Refusal
from xinheng.law.measures import LISTED
from xinheng.ledger.emitting import emits
from xinheng.ledger.kinds import EventKind
from xinheng.ledger.services import Event, append
from xinheng.registry.lifting import rate
from xinheng.registry.measures import held
from xinheng.registry.measuretexts import REASON, sealed
from xinheng.registry.models import (
    Instrument,
    ListEntry,
    MeasureEnd,
    MeasureNotice,
    MeasureState,
    MeasureTaken,
    NoticeAnswer,
    RatingAnswer,
    RecordEffect,
)
from xinheng.runtime.clock import day_of
from xinheng.runtime.db import uuid7


@emits(EventKind.MEASURE_ENDED)
def end_measure(measure: UUID, *, reason: str, opened: Opened, actor: Actor, now: datetime) -> None:
    """End a measure of the own agency; one person may, for nothing adverse begins by it.

    A notice that waits for an answer is answered by it. Raises Refusal REASON_REQUIRED, MEASURE_NOT_IN_FORCE,
    NOT_FOUND, NOT_YOURS or PERMISSION_DENIED.
    """
    require(actor, "measure.end")
    if not reason.strip():
        raise Refusal.because("REASON_REQUIRED")
    with acting(actor):
        row = _in_force(measure, opened)
        _end(row, MeasureEnd.BODY, day_of(now), ender=actor.user_id, reason=reason)
        for notice in MeasureNotice.objects.select_for_update().filter(measure=row, answered_at=None):
            _answer(notice, NoticeAnswer.ENDED, actor, now)
        rate(row, RatingAnswer.ENDED, reason=reason, actor=actor, now=now)
        payload = {"measures": [row.pk], "why": row.ended_by, "by": actor.user_id}
        append(EventKind.MEASURE_ENDED, payload=payload, agency=row.agency_id, now=now)


@emits(EventKind.MEASURE_NOTICE_ANSWERED)
def answer_notice(
    measure: UUID, *, resumed: bool, reason: str, opened: Opened, actor: Actor, now: datetime
) -> None:
    """Record what the body did about its measure, whose ground has changed: ended it, or `resumed` it.

    It is resumed only once the entry is back on the list, or the document has its effect.

    Raises Refusal MEASURE_ENTRY_ENDED when it would go on without its entry, ALREADY_DECIDED where no notice
    waits, MEASURE_NOT_IN_FORCE, NOT_FOUND, NOT_YOURS or PERMISSION_DENIED.
    """
    require(actor, "measure.end")
    with acting(actor):
        row = _in_force(measure, opened)
        notice = MeasureNotice.objects.select_for_update().filter(measure=row, answered_at=None).first()
        if notice is None:
            raise Refusal.because("ALREADY_DECIDED")
        if not resumed:
            why = MeasureEnd.ENTRY_ENDED if row.entry_id else MeasureEnd.DOCUMENT_FELL
            _end(row, why, day_of(now), ender=actor.user_id, reason=reason)
        elif not _stands(row):
            raise Refusal.because("MEASURE_ENTRY_ENDED", "huaian-2021-13#4.2a", label=row.number)
        _answer(notice, NoticeAnswer.RESUMED if resumed else NoticeAnswer.ENDED, actor, now)
        payload = {"measure": row.pk, "notice": notice.pk, "answer": notice.answer, "by": actor.user_id}
        append(EventKind.MEASURE_NOTICE_ANSWERED, payload=payload, agency=row.agency_id, now=now)


def follow_entry(case: UUID, event: Event) -> None:
    """What rests on the entry of this case ends if it has left the list; other bodies are told. Subscriber only."""
    with whole_city():
        entry = ListEntry.objects.filter(case=case).order_by("-listed_on", "-id").first()
        if entry is None or entry.state == LISTED:
            return
        resting = MeasureTaken.objects.select_for_update(of=("self",)).filter(
            entry=entry, state=MeasureState.IN_FORCE
        )
        found = list(resting.order_by("agency_id", "id"))
        _end_own([row for row in found if row.agency_id == entry.agency_id], entry, event)
        _tell_others([row for row in found if row.agency_id != entry.agency_id], entry, event)


def follow_documents(documents: Collection[UUID], event: Event, *, varied: bool = False) -> None:
    """What rests on documents that lost their effect ends; other bodies are told, and of a stay. Subscriber only.

    `varied`: these documents say something else now, and each body looks whether they still bear its measures.
    """
    with whole_city():
        found = Instrument.objects.filter(pk__in=documents).order_by("pk")
        for each in found if varied else found.exclude(effect=Effect.EFFECTIVE):
            rows = list(
                MeasureTaken.objects.select_for_update(of=("self",))
                .filter(instrument=each, state=MeasureState.IN_FORCE)
                .order_by("agency_id", "id")
            )
            own = [row for row in rows if row.agency_id == each.agency_id]
            ground: dict[str, UUID] = {"instrument": each.pk}
            if varied:
                _tell_bodies(rows, ground, event)
                continue
            if each.effect != Effect.STAYED:
                _end_all(own, MeasureEnd.DOCUMENT_FELL, ground, event)
            _tell_bodies([row for row in rows if row not in own], ground, event)


def follow_repaired(documents: Collection[UUID], event: Event) -> None:
    """What rests on documents whose records were repaired ends where the edition says so; other bodies are told.

    From that moment nobody uses it any more. Subscriber only.
    """
    with whole_city():
        for each in Instrument.objects.filter(pk__in=documents).order_by("pk"):
            resting = MeasureTaken.objects.select_for_update(of=("self",)).filter(
                instrument=each, state=MeasureState.IN_FORCE
            )
            rows = list(resting.order_by("agency_id", "id"))
            ground: dict[str, UUID] = {"instrument": each.pk}
            own = [row for row in rows if row.agency_id == each.agency_id]
            _end_all(own, MeasureEnd.REPAIRED, ground, event)
            _tell_bodies([row for row in rows if row not in own], ground, event)


def fallen_under(batch: UUID) -> list[UUID]:
    """Documents without effect that a batch spoke of and on which measures in force rest."""
    with whole_city():
        found = MeasureTaken.objects.filter(state=MeasureState.IN_FORCE, instrument__record__batch=batch)
        found = found.exclude(instrument__effect=Effect.EFFECTIVE)
        return sorted(set(found.values_list("instrument", flat=True)))


def _end_own(rows: list[MeasureTaken], entry: ListEntry, event: Event) -> None:
    _end_all(rows, MeasureEnd.ENTRY_ENDED, {"entry": entry.pk, "case": entry.case}, event)


def _end_all(rows: list[MeasureTaken], why: MeasureEnd, ground: Mapping[str, UUID], event: Event) -> None:
    """Own measures of one body, ended with what they rest on; one whose own term was over ended by that."""
    for row in rows:
        day = day_of(event.at)
        over = row.until is not None and row.until < day
        _end(row, MeasureEnd.OWN_TERM if over else why, row.until if over else day)
    if rows:
        named = "entry" if why is MeasureEnd.ENTRY_ENDED else "instrument"
        payload = {"measures": [row.pk for row in rows], "why": named, **ground}
        append(EventKind.MEASURE_ENDED, payload=payload, agency=rows[0].agency_id, now=event.at)


def _tell_others(rows: list[MeasureTaken], entry: ListEntry, event: Event) -> None:
    _tell_bodies(rows, {"entry": entry.pk, "case": entry.case}, event)


def _tell_bodies(rows: list[MeasureTaken], ground: Mapping[str, UUID], event: Event) -> None:
    told = set(
        MeasureNotice.objects.filter(measure__in=rows, answered_at=None).values_list("measure", flat=True)
    )
    for agency, theirs in groupby((row for row in rows if row.pk not in told), lambda row: row.agency_id):
        measures = list(theirs)
        MeasureNotice.objects.bulk_create(_notices(measures, event))
        payload = {"measures": [row.pk for row in measures], **ground}
        append(EventKind.MEASURE_NOTICE_SENT, payload=payload, agency=agency, now=event.at)


def _notices(rows: Iterable[MeasureTaken], event: Event) -> list[MeasureNotice]:
    return [
        MeasureNotice(id=uuid7(), measure=row, agency_id=row.agency_id, event=event.id, told_at=event.at)
        for row in rows
    ]


def _in_force(measure: UUID, opened: Opened) -> MeasureTaken:
    row = held(measure, opened)
    if row.state != MeasureState.IN_FORCE:
        raise Refusal.because("MEASURE_NOT_IN_FORCE", state=row.get_state_display())
    return row


def _stands(row: MeasureTaken) -> bool:
    """Whether its entry is on the list, or its document has effect, held so."""
    with whole_city():
        if row.entry_id is None:
            there = Instrument.objects.filter(measuretaken=row, effect=Effect.EFFECTIVE).exists()
            return there and not _repaired(row)
        entry = ListEntry.objects.select_for_update(of=("self",)).get(measuretaken=row)
        return entry.state == LISTED


def _repaired(row: MeasureTaken) -> bool:
    """Whether sharing and use of the record on which it rests were ended by repair, and stay so."""
    ended = RecordEffect.objects.filter(
        record__instrument=row.instrument_id, record__subject=row.subject_id, ground="repair",
        effect="END_SHARING_AND_PUBLICATION",
    )  # fmt: skip
    lifted = ended.exclude(lifts=None).values("lifts")
    return ended.filter(lifts=None).exclude(pk__in=lifted).exists()


def _end(
    row: MeasureTaken, why: MeasureEnd, day: date | None, *, ender: UUID | None = None, reason: str = ""
) -> None:
    row.state, row.ended_by, row.ended_on, row.ender = MeasureState.ENDED, why, day, ender
    for name, value in sealed("end", row.pk, row.subject_id, {REASON: reason}).items():
        setattr(row, name, value)
    row.save()


def _answer(notice: MeasureNotice, answer: NoticeAnswer, actor: Actor, now: datetime) -> None:
    notice.answer, notice.answered_by, notice.answered_at = answer, actor.user_id, now
    notice.save()

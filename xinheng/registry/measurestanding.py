"""Which measures are in force on a day: a predicate over dates and what they rest on, no job (实施中的判断)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from xinheng.law.facts import Effect
from xinheng.law.measures import LISTED
from xinheng.registry.models import MeasureLift, MeasureNotice, MeasureState

Periods = tuple[tuple[date, date], ...]
ONE = timedelta(days=1)


def in_force_on(day: date) -> Q:
    """Decided, not ended, within its own term, on an entry that is listed or a document that has effect.

    None while a plan runs under which measures on its ground were lifted for a time.
    One that rests on a document is not used either while its body has not answered what it was told of that document.
    For MeasureTaken, where rows of all agencies may be read: the entry is often another body's.
    """
    within = Q(decided_on__lte=day) & (Q(until=None) | Q(until__gte=day))
    listed = Q(entry__state=LISTED) & (Q(entry__until=None) | Q(entry__until__gte=day))
    told = Q(Exists(MeasureNotice.objects.filter(measure=OuterRef("pk"), answered_at=None)))
    document = Q(instrument__effect=Effect.EFFECTIVE.value) & ~told
    return Q(state=MeasureState.IN_FORCE) & within & (listed | document) & ~lifted_on(day)


def lifted_on(day: date) -> Q:
    """While a plan runs that a court approved nobody uses a measure on a ground for which it was lifted (gbf-2025-22)."""
    lifts = MeasureLift.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=day), subject=OuterRef("subject"), since__lte=day, until__gte=day
    )
    on = Q(instrument=OuterRef("instrument")) | Q(entry=OuterRef("entry"))
    return Q(Exists(lifts.filter(on)))


def periods(subject: UUID, *, instrument: UUID | None = None, entry: UUID | None = None) -> Periods:
    """From when to when measures on a ground are lifted, (first day, last day) each; where all bodies' rows are read."""
    found = MeasureLift.objects.filter(subject=subject, instrument=instrument, entry=entry).order_by("since")
    ends = ((e.since, min(e.until, e.ended_on - ONE) if e.ended_on else e.until) for e in found)
    return tuple((since, last) for since, last in ends if since <= last)

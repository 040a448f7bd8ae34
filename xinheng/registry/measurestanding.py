"""Which measures are in force on a day: a predicate over dates and what they rest on, no job (实施中的判断)."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from xinheng.law.facts import Effect
from xinheng.law.measures import LISTED
from xinheng.registry.models import MeasureNotice, MeasureState


def in_force_on(day: date) -> Q:
    """Decided, not ended, within its own term, on an entry that is listed or a document that has effect.

    One that rests on a document is not used either while its body has not answered what it was told of that document.
    For MeasureTaken, where rows of all agencies may be read: the entry is often another body's.
    """
    within = Q(decided_on__lte=day) & (Q(until=None) | Q(until__gte=day))
    listed = Q(entry__state=LISTED) & (Q(entry__until=None) | Q(entry__until__gte=day))
    told = Q(Exists(MeasureNotice.objects.filter(measure=OuterRef("pk"), answered_at=None)))
    document = Q(instrument__effect=Effect.EFFECTIVE.value) & ~told
    return Q(state=MeasureState.IN_FORCE) & within & (listed | document)

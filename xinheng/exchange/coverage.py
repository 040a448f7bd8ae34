"""Until when each agency has reported (各单位报送情况)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Max

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.access.scope import acting
from xinheng.exchange.models import Batch, BatchState
from xinheng.runtime.clock import day_of


def reported_until(items: Iterable[str], *, actor: Actor) -> dict[UUID, date]:
    """Agency -> the day of its latest accepted batch of these catalog items; without one it is not in it."""
    require(actor, "batch.view")
    with acting(actor):
        found = Batch.objects.filter(state=BatchState.SUBMITTED, feed__in=list(items))
        latest = found.values_list("agency").annotate(latest=Max("submitted_at"))
        return {agency: day_of(moment) for agency, moment in latest if moment is not None}

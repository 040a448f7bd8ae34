"""Windows as two officers of the credit office declare and end them (示例洪水)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tests import cast
from xinheng.access.scope import acting
from xinheng.catalog import services
from xinheng.registry import reviews
from xinheng.registry.models import Touched, TouchedReview

FIRST, SECOND = cast.OFFICER.actor, cast.SECOND_OFFICER.actor
# The cast's agencies act in 329999: in this province, and in none of its cities and counties.
PROVINCE, COUNTY = "320000", "320812"


def proposed(
    *,
    area: str = PROVINCE,
    first: date = date(2025, 7, 1),
    last: date | None = date(2025, 7, 20),
    now: datetime = cast.NOW,
) -> UUID:
    return services.propose_window(area=area, first=first, last=last, ground="示例洪水", actor=FIRST, now=now)


def declared(*, now: datetime = cast.NOW, **window: object) -> UUID:
    """A flood in July 2025 where it is not said otherwise."""
    found = proposed(now=now, **window)  # type: ignore[arg-type]
    services.approve_window(found, actor=SECOND, now=now)
    return found


def ended(window: UUID, last: date | None, *, now: datetime = cast.NOW) -> None:
    """With `last` None: it should never have been declared."""
    ending = services.propose_window_end(window, last=last, ground="示例水退", actor=SECOND, now=now)
    services.approve_window_end(ending, actor=FIRST, now=now)


def touched(kind: str = "") -> set[UUID]:
    """Targets of all agencies that wait for an officer."""
    with acting(FIRST):
        done = set(TouchedReview.objects.values_list("kind", "target"))
        rows = Touched.objects.filter(**({"kind": kind} if kind else {})).values_list("kind", "target")
        return {target for what, target in rows if (what, target) not in done}


def waiting(kind: str) -> dict[str, int]:
    return reviews.touched_counts(actor=cast.LABOUR_CLERK.actor)

"""Windows of force majeure as they stand (不可抗力窗口): asked by intake, register and cases alike.

They are kept beside the rulings: both are acts of two officers of the credit office that hold for all equal
matters, and everything that has to ask stands above the catalog.
"""

# clause: 4.2b

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xinheng.access.actor import Actor
from xinheng.access.permissions import require
from xinheng.catalog.models import Window, WindowEnding
from xinheng.law.language import Refusal
from xinheng.law.lawbook import Law
from xinheng.law.leniency import ForceMajeureWindow
from xinheng.runtime.paging import Page, paged

NUMBERS = "window"


@dataclass(frozen=True, slots=True)
class EndingRow:
    """An end that was proposed; `last` None: the window should not have been declared."""

    id: UUID
    last: date | None
    ground: str
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None
    granted: bool | None

    @property
    def waits(self) -> bool:
        return self.granted is None


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A window with the ends that were proposed, oldest first."""

    id: UUID
    number: str
    area: str
    first: date
    declared_last: date | None
    ground: str
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    granted: bool | None
    endings: tuple[EndingRow, ...]

    @property
    def waits(self) -> bool:
        return self.granted is None

    @property
    def last(self) -> date | None:
        """Its last day as it is now: the earliest end that two officers gave it."""
        ends = [each.last for each in self.endings if each.granted and each.last]
        return min([*ends, *([self.declared_last] if self.declared_last else [])], default=None)

    @property
    def revoked(self) -> bool:
        """Whether it should never have been declared: it touches nothing."""
        return any(each.granted and each.last is None for each in self.endings)

    @property
    def ending(self) -> EndingRow | None:
        """The end that waits for another officer, if any."""
        return next((each for each in self.endings if each.waits), None)

    @property
    def stands(self) -> bool:
        return self.granted is True and not self.revoked

    def as_law(self) -> ForceMajeureWindow:
        """The window as the rules are told of it; for one that stands."""
        return ForceMajeureWindow(
            id=str(self.id), area=self.area, first=self.first, last=self.last, ground=self.ground,
            declared_by=str(self.decided_by),
        )  # fmt: skip


def declared() -> tuple[ForceMajeureWindow, ...]:
    """All windows that stand, with the days that they have now."""
    found = Window.objects.filter(granted=True).prefetch_related("endings").order_by("first", "id")
    return tuple(row.as_law() for row in map(_row, found) if row.stands)


def window_page(*, actor: Actor, page: int = 1, size: int = 20) -> Page[WindowRow]:
    """Windows, latest first."""
    require(actor, "window.propose")
    found = Window.objects.prefetch_related("endings").order_by("-proposed_at", "-id")
    return paged(found, page, size, _row)


def waiting_windows() -> tuple[WindowRow, ...]:
    """Windows and ends that wait for the other officer, oldest first."""
    found = Window.objects.filter(granted=None) | Window.objects.filter(
        endings__granted=None, endings__isnull=False
    )
    return tuple(map(_row, found.distinct().prefetch_related("endings").order_by("proposed_at", "id")))


def window(window_id: UUID) -> WindowRow:
    """One window. Raises Refusal NOT_FOUND."""
    found = Window.objects.prefetch_related("endings").filter(pk=window_id).first()
    if found is None:
        raise Refusal.because("NOT_FOUND")
    return _row(found)


def areas(law: Law) -> dict[str, str]:
    """The divisions in which a window may lie: code -> name, those that were not abolished before the law's day."""
    rows = law.document("regions.yaml")["regions"]
    return {each["code"]: each["name"] for each in rows if each.get("valid_to", date.max) >= law.day}


def _row(found: Window) -> WindowRow:
    same = (
        "id", "number", "area", "first", "ground", "proposed_by", "proposed_at", "decided_by", "decided_at",
        "granted",
    )  # fmt: skip
    ends = sorted(found.endings.all(), key=lambda each: (each.proposed_at, each.pk))
    told = {name: getattr(found, name) for name in same}
    return WindowRow(**told, declared_last=found.last, endings=tuple(map(_ending, ends)))


def _ending(found: WindowEnding) -> EndingRow:
    names = ("id", "last", "ground", "proposed_by", "proposed_at", "decided_by", "granted")
    return EndingRow(**{name: getattr(found, name) for name in names})
